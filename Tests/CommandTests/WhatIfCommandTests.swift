import TestSupport
import Testing

@Suite struct WhatIfCommandTests {
  private let incident = Fixture("sound/explosion-small").data

  @Test func `the incident without its label, as JSON`() throws {
    let result = try CommandRunner.run(
      ["whatif", incident, "--drop-label", "request_id", "--format", "json"])
    // The last record of the log is torn.
    #expect(result.status == 1)
    let report = try JSONTree(result.stdout)
    #expect(report["before", "series"] == "61451")
    #expect(report["after", "series"] == "2301")
    #expect(report["after", "collisions"] == "42")
    #expect(report["after", "mergedSeries"] == "59150")
    #expect(report["after", "droppedSeries"] == "0")
    #expect(report["scope"] == "blocks and head")
    let before = try #require(report["before", "estimatedReplayBytes"].flatMap { Int($0) })
    let after = try #require(report["after", "estimatedReplayBytes"].flatMap { Int($0) })
    #expect(after < before)
    let diagnosis = try JSONTree(
      try CommandRunner.run(["diagnose", incident, "--format", "json"]).stdout)
    #expect(diagnosis["memory", "estimatedReplayBytes"] == "\(before)")
  }

  @Test func `text says before, after, and what goes wrong`() throws {
    let result = try CommandRunner.run(["whatif", incident, "--drop-label", "request_id"])
    #expect(result.stdout.hasPrefix("What if: without label request_id\n"))
    #expect(result.stdout.contains("  series                       61,451     2,301  -96.3 %\n"))
    #expect(result.stdout.contains("59,150 series would merge into others: "))
    #expect(result.stdout.contains("  http_request_duration_seconds_bucket  60,760  1,610"))
  }

  @Test func `a snippet that diagnose proposes brings the head back to what it was`() throws {
    let folder = try TemporaryDirectory()
    let diagnosis = try JSONTree(
      try CommandRunner.run(["diagnose", incident, "--format", "json"]).stdout)
    for (number, kind) in ["drop", "labeldrop"].enumerated() {
      let left = number == 0 ? "2259" : "2301"
      let place = ["proposals", "relabelling", "\(number)"]
      #expect(diagnosis[place + ["kind"]] == kind)
      let config = try #require(diagnosis[place + ["config"]])
      #expect(config.contains("job_name: checkout-service"))
      let file = folder.path + "/prometheus.yml"
      try writeFile(file, Array(config.utf8))
      let report = try JSONTree(
        try CommandRunner.run(
          ["whatif", incident, "--head", "--config", file, "--format", "json"]
        ).stdout)
      #expect(report["after", "series"] == left)
      #expect(diagnosis[place + ["after", "headSeries"]] == left)
      #expect(report["limits"] == "[]")
      try promtool(["check", "config", file])
    }
    let rules = try #require(diagnosis["proposals", "alerts", "rules"])
    try writeFile(folder.path + "/rules.yml", Array(rules.utf8))
    try promtool(["check", "rules", folder.path + "/rules.yml"])
    #expect(diagnosis["proposals", "alerts", "usualSeries"] == "2259")
    #expect(diagnosis["proposals", "sampleLimit", "exceededAt"] == "2026-11-17T00:40:00.000Z")
  }

  /// Runs promtool where it is installed, and expects that it agrees.
  private func promtool(_ arguments: [String]) throws {
    guard exists("/usr/bin/promtool") else { return }
    let result = try CommandRunner.run("/usr/bin/promtool", arguments)
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
  }

  @Test func `analyze has the proposals for the metric that exploded, and for no other`() throws {
    func proposal(_ metric: String) throws -> String? {
      let result = try CommandRunner.run(
        ["analyze", incident, "--metric", metric, "--format", "json"])
      return try JSONTree(result.stdout)["proposals", "relabelling", "0", "kind"]
    }
    #expect(try proposal("http_request_duration_seconds_bucket") == "drop")
    #expect(try proposal("up") == nil)
    let text = try CommandRunner.run(
      ["analyze", incident, "--metric", "http_request_duration_seconds_bucket"])
    #expect(text.stdout.contains("Until the code is fixed: prometheus.yml\n    scrape_configs:\n"))
  }

  @Test func `what is to change must be said, and a job must be one of the file`() throws {
    #expect(try CommandRunner.run(["whatif", incident]).status == 64)
    #expect(
      try CommandRunner.run(["whatif", incident, "--drop-label", "a", "--job", "b"]).status == 64)
    #expect(try CommandRunner.run(["whatif", incident, "--drop", "a{"]).status == 64)
    let folder = try TemporaryDirectory()
    let file = folder.path + "/prometheus.yml"
    try writeFile(file, Array("scrape_configs: [{job_name: a}, {job_name: b}]\n".utf8))
    let result = try CommandRunner.run(["whatif", incident, "--config", file, "--job", "c"])
    #expect(result.status == 2)
    #expect(result.stderr == "epimetheus: there is no job c in \(file); there are a, b\n")
  }
}
