import Glibc
import TestSupport
import Testing

/// One question has one answer: what the next start does is the same in every command that says it.
@Suite struct OneVerdictTests {
  /// What a command says of a start.
  private struct Verdict: Equatable, CustomStringConvertible {
    let outcome: String?
    let samples: String?
    let series: String?
    let metrics: [String]

    init(_ tree: JSONTree, _ path: String...) {
      func text(_ rest: String...) -> String? { tree[path + rest] }
      outcome = text("outcome")
      samples = text("loss", "samples")
      series = text("loss", "series")
      var metrics: [String] = []
      while let name = text("metrics", "\(metrics.count)", "metric") {
        let number = "\(metrics.count)"
        metrics.append("\(name) \(text("metrics", number, "samples") ?? "?")")
      }
      self.metrics = metrics
    }

    var description: String {
      "\(outcome ?? "?"), \(samples ?? "?") samples of \(series ?? "?") series, \(metrics)"
    }
  }

  private func expectOneVerdict(
    _ directory: String, flags: [String] = [], startsAnother: Bool = false
  ) throws {
    let flags = flags.flatMap { ["--server-flag", $0] }
    func ask(_ command: String) throws -> CommandResult {
      try CommandRunner.run([command, directory, "--format", "json"] + flags, seconds: 300)
    }
    let diagnosed = try ask("diagnose")
    // A folder above data directories, as that of a pair is, is none to any of them.
    guard !diagnosed.stdout.isEmpty else {
      for command in ["diagnose", "check", "preflight", "repair"] {
        #expect(try ask(command).status == 2, "\(command)")
      }
      return
    }
    let diagnosis = Verdict(try JSONTree(diagnosed.stdout), "startup")

    let checked = try ask("check")
    let summary = try JSONTree(String(checked.stdout.split(separator: "\n").last ?? "{}"))
    #expect(Verdict(summary, "data", "startup") == diagnosis)
    let verdict = summary["data", "verdict"]
    let expected =
      switch diagnosis.outcome {
      case "starts": verdict == "sound" ? "sound" : "endangered"
      case "starts-then-fails": "endangered"
      case "starts-with-loss": "damaged"
      case "refuses": "unstartable"
      default: "incomplete"
      }
    #expect(verdict == expected, "\(diagnosis)")
    if diagnosis.outcome != "starts" { #expect(diagnosed.status == 1 && checked.status == 1) }

    // A guard starts another server beside the one that runs.
    if !startsAnother {
      let guarded = try JSONTree(try ask("preflight").stdout)
      #expect(Verdict(guarded, "startup") == diagnosis)
    }

    let planned = try ask("repair")
    guard !planned.stdout.isEmpty else { return #expect(startsAnother, "\(planned.stderr)") }
    let plan = try JSONTree(planned.stdout)
    #expect(Verdict(plan, "before", "startup") == diagnosis)
    if plan["steps"] == "[]", diagnosis.outcome != "starts" { #expect(planned.status == 1) }
  }

  @Test(arguments: StateRecipe.states)
  func `every command predicts the same start of a damaged directory`(recipe: StateRecipe) throws {
    let state = try recipe.make()
    guard recipe.isLocked else { return try expectOneVerdict(state.data, flags: recipe.flags) }
    let descriptor = open(state.data + "/lock", O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try expectOneVerdict(state.data, flags: recipe.flags, startsAnother: true)
  }

  @Test(arguments: Fixture.all("sound") + Fixture.all("states"))
  func `every command predicts the same start`(fixture: Fixture) throws {
    try expectOneVerdict(fixture.data)
  }

  @Test(
    .enabled(if: Fixture.fullSet != nil, "EPIMETHEUS_FIXTURES is not set"),
    arguments: ["sound", "damaged", "states"].flatMap(Fixture.allOfFullSet))
  func `every command predicts the same start, of the full set`(fixture: Fixture) throws {
    try expectOneVerdict(fixture.data)
  }

  @Test func `a repair that has no step says what the next start does`() throws {
    // Blocks that end 40 days before the newest are deleted by the next start: no step mends that.
    let copy = try Fixture("sound/explosion-blocks").copy()
    let flags = ["--server-flag", "storage.tsdb.retention.time=1m"]
    let result = try CommandRunner.run(["repair", copy.data] + flags, seconds: 300)
    #expect(result.status == 1)
    #expect(result.stdout.contains("Prometheus will start, and lose data."))
    #expect(!result.stdout.contains("Nothing to repair"))
  }

  /// Watched on 2.42.0, 2.53.3 and 3.5.3: they list the segments, and open the names with zeros.
  @Test func `segments without their zeros are refused by a server, and get them back`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    for number in 3...8 {
      try move(copy.data + "/wal/0000000\(number)", to: copy.data + "/wal/\(number)")
    }
    // Those of a checkpoint may have any name.
    let checkpoint = copy.data + "/wal/checkpoint.00000002/"
    try move(checkpoint + "00000000", to: checkpoint + "0")
    let diagnosis = try JSONTree(
      try CommandRunner.run(["diagnose", copy.data, "--format", "json"]).stdout)
    #expect(
      diagnosis["startup", "message"]
        == "opening storage failed: repair corrupted WAL: cannot handle error: open WAL segment: 3: open "
        + "data/wal/00000003: no such file or directory")
    try expectOneVerdict(copy.data)
    let check = try CommandRunner.run(["check", copy.data])
    #expect(check.stdout.contains("wal/3  [wal.segments.name]"))
    let repaired = try CommandRunner.run(["repair", copy.data, "--in-place", "--format", "json"])
    #expect(repaired.status == 0, "\(repaired.stderr)")
    let result = try JSONTree(repaired.stdout)
    #expect(result["steps", "0", "operation"] == "renumber-wal")
    #expect(result["steps", "1"] == nil)
    #expect(result["after", "samples"] == "105879")
  }

  @Test func `a segment that the checkpoint replaces may have any name`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/wal/2", [])
    try expectOneVerdict(copy.data)
    #expect(!(try CommandRunner.run(["check", copy.data]).stdout.contains("wal.segments.name")))
  }

  @Test func `a checkpoint that somebody put aside is no leftover of a server`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    for name in ["checkpoint.00000001.bak", "checkpoint.abc"] {
      try makeFolder(copy.data + "/wal/" + name)
    }
    let result = try CommandRunner.run(["diagnose", copy.data, "--format", "json"])
    let diagnosis = try JSONTree(result.stdout)
    #expect(diagnosis["startup", "deletes"] == "[]")
    #expect(
      !(try CommandRunner.run(["check", copy.data]).stdout.contains("wal.leftover.temporary")))
  }

  @Test func `damage of chunks that a query meets is told beside what it costs`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001")
    let result = try CommandRunner.run(["diagnose", copy.data])
    #expect(result.status == 1)
    #expect(result.stdout.hasPrefix("Prometheus will start, and lose data.\n"))
    #expect(result.stdout.contains("queries over all time fail for "))
    #expect(!result.stdout.contains("No damage met."))
  }
}
