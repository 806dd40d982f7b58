import TestSupport
import Testing

@Suite struct PolicyCommandTests {
  private let policy = Fixture.testData + "/label-policy.yml"
  private let incident = Fixture("sound/explosion-small").data

  private func run(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(["policy"] + arguments + ["--policy", policy])
  }

  @Test func `a healthy server keeps the policy`() throws {
    let data = Fixture("sound/head-mixed").data
    let result = try run(data)
    #expect(result.status == 0)
    #expect(result.stdout.hasPrefix("The policy is kept: "))
    #expect(try JSONTree(run(data, "--format", "json").stdout)["violations"] == "[]")
  }

  @Test func `the incident violates it, by its label`() throws {
    let result = try run(incident, "--format", "json")
    #expect(result.status == 1)
    let report = try JSONTree(result.stdout)
    #expect(report["kept"] == "false")
    #expect(report["violations", "0", "rule"] == "forbidden-label")
    #expect(report["violations", "0", "metric"] == "http_request_duration_seconds_bucket")
    #expect(report["violations", "0", "label"] == "request_id")
    #expect(report["violations", "0", "count"] == "59192")
    #expect(report["violations", "0", "limit"] == "0")
    #expect(report["violations", "1", "rule"] == "max-cardinality")
    #expect(report["violations", "1", "count"] == "60760")
    #expect(report["violations", "1", "limit"] == "10000")
  }

  @Test func `JUnit and SARIF have a case for each violation`() throws {
    let junit = try run(incident, "--format", "junit").stdout
    #expect(junit.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    #expect(junit.contains("tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"0\""))
    #expect(
      junit.contains(
        "<testcase classname=\"forbidden-label\" "
          + "name=\"http_request_duration_seconds_bucket request_id\">"
          + "<failure type=\"forbidden-label\" message=\"http_request_duration_seconds_bucket has the "
          + "forbidden label request_id, on 59,192 series\"/></testcase>"))
    let sarif = try JSONTree(run(incident, "--format", "sarif").stdout)
    #expect(sarif["version"] == "2.1.0")
    #expect(sarif["runs", "0", "results", "0", "ruleId"] == "forbidden-label")
    #expect(sarif["runs", "0", "results", "0", "level"] == "error")
    #expect(sarif["runs", "0", "tool", "driver", "rules", "3", "id"] == "high-cardinality-label")
  }

  @Test func `a review alone is a warning, unless it is strict`() throws {
    let folder = try TemporaryDirectory()
    let file = folder.path + "/policy.yml"
    try writeFile(file, Array("label_policy: {review_required_above: 2}\n".utf8))
    let scrape = folder.path + "/metrics.txt"
    try writeFile(
      scrape, Array("a{x=\"1\",y=\"1\"} 1\na{x=\"1\",y=\"2\"} 1\na{x=\"2\",y=\"1\"} 1\n".utf8))
    let result = try CommandRunner.run(["policy", scrape, "--policy", file])
    #expect(result.status == 0)
    #expect(result.stdout.contains("warning    a has 3 series; from 2 on a review is required"))
    #expect(try CommandRunner.run(["policy", scrape, "--policy", file, "--strict"]).status == 1)
    let junit = try CommandRunner.run(["policy", scrape, "--policy", file, "--format", "junit"])
    #expect(junit.stdout.contains("<skipped message=\"a has 3 series"))
  }

  @Test func `several scrapes show what came new`() throws {
    let folder = try TemporaryDirectory()
    let names = ["1", "2"].map { folder.path + "/" + $0 }
    try writeFile(names[0], Array("a{request_id=\"1\"} 1\n# EOF\n".utf8))
    try writeFile(names[1], Array("a{request_id=\"2\"} 1\na{request_id=\"3\"} 1\n# EOF\n".utf8))
    let result = try CommandRunner.run(
      ["policy"] + names + ["--policy", policy, "--format", "json"])
    #expect(result.status == 1)
    let report = try JSONTree(result.stdout)
    #expect(report["scrapes", "0", "series"] == "1")
    #expect(report["scrapes", "1", "series"] == "2")
    #expect(report["scrapes", "1", "new"] == "2")
    #expect(report["violations", "0", "count"] == "3")
  }

  @Test func `what cannot be read is said with its line`() throws {
    let folder = try TemporaryDirectory()
    let file = folder.path + "/policy.yml"
    try writeFile(file, Array("label_policy:\n  forbidden_labels: user_id\n".utf8))
    let broken = try CommandRunner.run(["policy", incident, "--policy", file])
    #expect(broken.status == 2)
    #expect(
      broken.stderr == "epimetheus: \(file):2:21: label_policy.forbidden_labels: "
        + "expected a list, found \"user_id\"\n")
    let scrape = folder.path + "/metrics.txt"
    try writeFile(scrape, Array("a 1\n<html>\n".utf8))
    let page = try run(scrape)
    #expect(page.status == 1)
    #expect(
      page.stdout.contains("\(scrape):2:1: expected a metric name: a server refuses this scrape"))
    #expect(try run("/nonexistent").status == 2)
  }
}

/// What a policy is held against.
@Suite struct PolicyInputTests {
  private func policy() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try writeFile(
      folder.path + "/policy.yml",
      Array("label_policy:\n  forbidden_labels: [request_id]\n".utf8))
    try writeFile(folder.path + "/good.txt", Array("up{job=\"api\"} 1\n".utf8))
    try writeFile(folder.path + "/bad.txt", Array("up{request_id=\"1\"} 1\n".utf8))
    try writeFile(folder.path + "/empty.txt", [])
    try writeFile(folder.path + "/comments.txt", Array("# HELP up x\n\n".utf8))
    return folder
  }

  @Test(arguments: ["empty.txt", "comments.txt", "-"])
  func `nothing to look at is no pass`(file: String) throws {
    let folder = try policy()
    let path = file == "-" ? file : folder.path + "/" + file
    let result = try CommandRunner.run(["policy", path, "--policy", folder.path + "/policy.yml"])
    #expect(result.status == 2)
    #expect(result.stdout == "")
    #expect(result.stderr.contains("no samples in it"), "\(result.stderr)")
  }

  @Test func `one empty scrape among others is no pass either`() throws {
    let folder = try policy()
    let result = try CommandRunner.run([
      "policy", folder.path + "/good.txt", folder.path + "/empty.txt", "--policy",
      folder.path + "/policy.yml",
    ])
    #expect(result.status == 2)
  }

  @Test(arguments: [
    ("cat good.txt | E policy - --policy policy.yml", 0),
    ("cat bad.txt | E policy - --policy policy.yml", 1),
    ("cat bad.txt | E policy /dev/stdin --policy policy.yml", 1),
    ("E policy - --policy policy.yml < bad.txt", 1),
    ("mkfifo pipe; cat bad.txt > pipe & E policy pipe --policy policy.yml", 1),
    ("cat policy.yml | E policy bad.txt --policy -", 1),
    ("mkfifo pipe; cat policy.yml > pipe & E policy good.txt --policy pipe", 0),
  ])
  func `standard input and pipes are read`(line: String, status: Int32) throws {
    let folder = try policy()
    let script = line.replacing("E policy", with: "'\(CommandRunner.executable)' policy")
    let result = try CommandRunner.run("/bin/sh", ["-c", "cd '\(folder.path)'; " + script])
    #expect(result.status == status, "\(result.stderr)")
  }
}
