import TestSupport
import Testing

/// Words of the command line that only the data can judge: what means nothing that is there is said or
/// refused.
@Suite struct WordTruthTests {
  private static let data = Fixture("sound/explosion-small").data

  private func run(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(arguments, seconds: 120)
  }

  @Test(arguments: [
    ["dump", "samples", "--since"], ["dump", "series", "--until"], ["churn", "--since"],
    ["dump", "chunks", "--since"], ["dump", "records", "--since"], ["diff", "--since"],
    ["dump", "exemplars", "--since"], ["dump", "tombstones", "--until"],
  ]) func `seconds are not taken for milliseconds`(words: [String]) throws {
    let command = words.dropLast()
    let result = try CommandRunner.run(
      command + [Self.data, words.last ?? "", "1794900570"], seconds: 120)
    #expect(result.status == 64)
    #expect(
      result.stderr.contains("if these are seconds, give 1794900570000 (2026-11-17T07:29:30Z)"),
      "\(result.stderr)")
    #expect(result.stdout.isEmpty || words.contains("chunks"), "\(result.stdout)")
  }

  @Test(arguments: [["--event", "1796017480=deploy"], ["--since", "1796017480"]])
  func `nor are they in a bundle, which is not begun`(words: [String]) throws {
    let folder = try TemporaryDirectory()
    let result = try CommandRunner.run(
      ["evidence", Self.data, "--output", folder.path + "/b"] + words, seconds: 120)
    #expect(result.status == 64)
    #expect(result.stderr.contains(words[0] + " 1796017480 is 1970-01-21"), "\(result.stderr)")
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test(arguments: [
    ["dump", "samples", "--since"], ["churn", "--until"], ["diff", "--since"],
  ]) func `a time outside of all data says so`(words: [String]) throws {
    let time = words.contains("--until") ? "2001-01-01T00:00:00Z" : "2031-01-01T00:00:00Z"
    let result = try CommandRunner.run(
      words.dropLast() + [Self.data, words.last ?? "", time], seconds: 120)
    #expect([0, 1].contains(result.status))
    #expect(result.stderr.contains(" all data, which are from 2026-"), "\(result.stderr)")
  }

  @Test(arguments: [
    ["analyze"], ["churn"], ["dump", "samples"], ["dump", "series"], ["dump", "chunks"],
    ["dump", "records"],
  ]) func `a selector that selects nothing says so`(words: [String]) throws {
    let result = try CommandRunner.run(
      words + [Self.data, "--match", "no_such_metric"], seconds: 120)
    #expect(
      result.stderr.contains("no series is selected by --match no_such_metric"), "\(result.stderr)")
  }

  @Test func `a release that is not known is said to be taken for another`() throws {
    let result = try run(
      "preflight", Self.data, "--prometheus-version", "v3.6.0", "--format", "json")
    #expect(result.stderr.contains("Prometheus 3.6.0 is predicted as 3.5, the nearest before it"))
    #expect(result.stdout.contains("\"release\" : \"3.6.0\""))
    #expect(result.stdout.contains("\"predictedAs\" : \"3.5\""))
    let known = try run("preflight", Self.data, "--prometheus-version", "v3.5.3")
    #expect(!known.stderr.contains("predicted"))
  }

  @Test func `a size with a fraction limits, so that a start that deletes is not called safe`()
    throws
  {
    let blocks = Fixture("damaged-base/main").data
    let safe = try run("preflight", blocks, "--server-flag", "storage.tsdb.retention.time=100y")
    for size in ["0.00001GB", "1.5KB", "1KB512B"] {
      let result = try run(
        "preflight", blocks, "--server-flag", "storage.tsdb.retention.time=100y", "--server-flag",
        "--storage.tsdb.retention.size=" + size)
      #expect(result.status == 1, "\(size)")
      #expect(result.stdout != safe.stdout)
    }
    for flag in [
      "storage.tsdb.retention.size=10mb", "storage.tsdb.retention.time=banana", "nosuch",
    ] {
      let result = try run("preflight", blocks, "--server-flag", flag)
      #expect(result.status == 64)
      #expect(result.stderr.contains("--server-flag \(flag): Prometheus 3.14 "), "\(result.stderr)")
    }
  }

  @Test(arguments: ["wal/NOSUCH", "NOSUCH", "wal/00000099:5", "NOSUCH/index#toc", "#ref/99999999"])
  func `an address of nothing ends with 2`(address: String) throws {
    let result = try run("show", Self.data, address)
    #expect(result.status == 2)
    #expect(
      result.stderr.contains("no such") || result.stderr.contains("No such file"),
      "\(result.stderr)")
  }

  @Test func `a file whose name reads like an address is itself`() throws {
    let folder = try TemporaryDirectory()
    try writeFile(folder.path + "/a:5", "hello\n".utf8)
    let result = try run("show", folder.path + "/a:5")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("hello"))
  }

  @Test(arguments: ["99", "0:99999999999"])
  func `a place that the log does not have cannot be cut at`(place: String) throws {
    let result = try run("surgery", "cut-wal", Self.data, "--at", place)
    #expect(result.status == 2)
    #expect(result.stderr.contains("there is no "), "\(result.stderr)")
  }

  @Test(arguments: ["--tmp", "--output"])
  func `a folder without a name is not the root`(option: String) throws {
    for command in [["repair", Self.data], ["surgery", "skip-damage", Self.data]] {
      let result = try CommandRunner.run(command + [option, ""])
      #expect(result.status == 64)
      #expect(result.stderr.contains("\(option) takes the name of a folder"), "\(result.stderr)")
    }
  }

  @Test func `a configuration that the server cannot read is none to start with`() throws {
    let result = try run(
      "preflight", Self.data, "--server-flag", "config.file=/nowhere/prometheus.yml")
    #expect(result.status == 2)
    #expect(result.stderr.contains("/nowhere/prometheus.yml"), "\(result.stderr)")
  }

  @Test func `a word that is nearly one is told of what it may have been`() throws {
    let command = try run("diagnos", Self.data)
    #expect(command.status == 64)
    #expect(command.stderr.contains("Did you mean 'diagnose'?"))
    #expect(try run("ls", Self.data, "--formt", "json").stderr.contains("Did you mean '--format'?"))
    #expect(try run("ls", Self.data, "--format", "jsn").stderr.contains("Did you mean 'json'?"))
    #expect(try run("ls", Self.data, "seris").stderr.contains("Did you mean 'series'?"))
  }

  @Test func `the commands that are printed run, wherever the directory is`() throws {
    let folder = try TemporaryDirectory()
    for name in ["-dash", "a b", "it's", "$HOME", "`id`", "a:b", "x!y", "tab\there"] {
      let path = folder.path + "/" + name
      try copyTree(from: Self.data, to: path)
      // From where it lies, so that a name that begins with a dash is the first that is seen.
      let script = """
        cd "$1" || exit 9
        "$0" diagnose "./$2" | sed -n 's/^ *\\(epimetheus ls .*\\)$/\\1/p' | head -1 >line
        epimetheus() { "$EXECUTABLE" "$@"; }
        EXECUTABLE=$0
        . ./line >/dev/null
        """
      let result = try CommandRunner.run(
        "/bin/bash", ["-c", script, CommandRunner.executable, folder.path, name], seconds: 120)
      #expect(result.status == 0, "\(name): \(result.stderr)")
      #expect(try readText(folder.path + "/line").contains("epimetheus ls "), "\(name)")
      removeTree(path)
    }
  }
}
