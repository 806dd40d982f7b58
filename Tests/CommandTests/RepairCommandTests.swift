import Foundation
import TestSupport
import Testing

/// `repair`, `undo` and `surgery` as they are called.
@Suite struct RepairCommandTests {
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func spoilt() throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    return copy
  }

  private func run(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(arguments, seconds: 300)
  }

  @Test func `a sound directory needs no repair`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let before = try ContentState(copy.data)
    let result = try run("repair", copy.data, "--in-place", "--yes")
    #expect(result.status == 0)
    #expect(result.stdout == "Nothing to repair.\n")
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  @Test func `a plan has the steps, their cost and the other ways, and changes nothing`() throws {
    let copy = try spoilt()
    let before = try TreeState(copy.data)
    let result = try run("repair", copy.data)
    #expect(result.status == 1)
    #expect(before.changes(to: try TreeState(copy.data)) == [])
    #expect(result.stdout.hasPrefix("Plan\n  1. skip-damage\n     wal/00000005: one damaged place"))
    let table = """
        without a repair         starts-with-loss         103,359   2,520
        with this one            starts                   105,879       0
        --strategy cut           starts                   103,359   2,520
        --strategy discard-head  starts                    73,239  32,640
        of 105,879 samples that can be read here
      """
    #expect(result.stdout.contains(table))
  }

  @Test func `a repair in place can be taken back`() throws {
    let copy = try spoilt()
    let before = try ContentState(copy.data)
    let result = try run("repair", copy.data, "--in-place", "--format", "json")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("\"applied\" : true"))
    #expect(result.stdout.contains("\"samples\" : 105879"))
    #expect(try run("check", copy.data).status == 0)
    #expect(try run("repair", copy.data).stdout == "Nothing to repair.\n")
    #expect(try run("undo", copy.data).status == 0)
    #expect(before.changes(to: try ContentState(copy.data)) == [])
    #expect(try run("undo", copy.data).status == 2)
  }

  @Test func `a repair that was made is said where the report cannot be written`() throws {
    let copy = try spoilt()
    func full(_ arguments: String...) throws -> CommandResult {
      try CommandRunner.run(
        "/bin/sh",
        ["-c", "exec \"$0\" \"$@\" > /dev/full", CommandRunner.executable] + arguments, seconds: 60)
    }
    let repair = try full("repair", copy.data, "--in-place", "--yes")
    #expect(repair.status == 2)
    #expect(
      repair.stderr.contains("the repair was made; to take it back: epimetheus undo \(copy.data)"),
      "\(repair.stderr)")
    let undo = try full("undo", copy.data)
    #expect(undo.status == 2)
    #expect(undo.stderr.contains("the repair was taken back"), "\(undo.stderr)")
    #expect(try run("undo", copy.data).stderr.contains("there is no repair to take back"))
  }

  @Test func `the repair of a copy without times can be taken back`() throws {
    let copy = try spoilt()
    let before = try readFile(copy.data + "/wal/00000005")
    #expect(try run("repair", copy.data, "--in-place", "--yes").status == 0)
    #expect(try readFile(copy.data + "/wal/00000005") != before)
    let moved = copy.path + "/moved"
    let result = try CommandRunner.run("/bin/cp", ["-r", copy.data, moved], seconds: 60)
    #expect(result.status == 0)
    let refused = try run("undo", moved)
    #expect(refused.status == 2)
    #expect(refused.stderr.contains("a copy without times (cp -r; cp -a keeps them)"))
    // The times of before the repair are not there to be given back.
    #expect([0, 1].contains(try run("undo", moved, "--force").status))
    #expect(try readFile(moved + "/wal/00000005") == before)
  }

  @Test func `a repair of a copy leaves the directory alone`() throws {
    let copy = try spoilt()
    let before = try ContentState(copy.data)
    let new = copy.path + "/new"
    #expect(try run("repair", copy.data, "--output", new).status == 0)
    #expect(before.changes(to: try ContentState(copy.data)) == [])
    #expect(before.changes(to: try ContentState(new)) == ["/wal", "/wal/00000005", "."].sorted())
    #expect(try run("check", new).status == 0)
    #expect(try run("repair", copy.data, "--output", new).status == 2)
  }

  @Test func `samples are not lost without a yes`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try DamageRecipe.all.first { $0.name == "checkpoint-missing-segment" }?.spoil(copy.data)
    let before = try ContentState(copy.data)
    let result = try run("repair", copy.data, "--in-place")
    #expect(result.status == 2)
    #expect(result.stderr.hasSuffix("give --yes to do it\n"))
    #expect(before.changes(to: try ContentState(copy.data)) == [])
    #expect(try run("repair", copy.data, "--in-place", "--yes").status == 0)
    let names = try namesInFolder(copy.data).filter { $0.hasPrefix("epimetheus-quarantine-") }
    let name = try #require(names.first)
    #expect(exists(copy.data + "/" + name + "/lost+found/samples.jsonl"))
  }

  @Test(arguments: DamageRecipe.all)
  func `whatever is damaged is repaired, and taken back`(recipe: DamageRecipe) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    let before = try ContentState(copy.data)
    let result = try run("repair", copy.data, "--in-place", "--yes")
    #expect(result.status == 0 || result.stdout.hasPrefix("No step"), "\(result.stderr)")
    let hasSteps = result.stdout.hasPrefix("Repaired")
    #expect(hasSteps == (RepairTruth.served[recipe.name] != nil))
    if hasSteps {
      let row = result.stdout.split(separator: "\n").first { $0.hasPrefix("  with this one ") }
      let numbers = row?.split(separator: " ").suffix(2).first?.filter { $0 != "," }
      #expect(numbers.flatMap { Int($0) } == RepairTruth.served[recipe.name])
      #expect(try run("preflight", copy.data).status == 0, "\(result.stdout)")
      #expect(try run("undo", copy.data).status == 0)
    }
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  @Test func `a directory that nobody may write into is refused`() throws {
    guard !isRoot else { return }
    let copy = try spoilt()
    try setPermissions(copy.data, 0o555)
    defer { try? setPermissions(copy.data, 0o755) }
    let result = try run("repair", copy.data, "--in-place", "--yes")
    #expect(result.status == 2)
    #expect(result.stderr.contains("cannot write to: Permission denied"))
  }

  @Test(arguments: [
    (["skip-damage"], ["wal", "wal/00000005"]),
    (
      ["cut-wal", "--at", "00000005:14876"],
      ["wal", "wal/00000005", "wal/00000006", "wal/00000007"]
    ),
    (["discard-head"], ["wal", "chunks_head"]),
    (["quarantine-block", "--block", RepairCommandTests.block], [RepairCommandTests.block]),
  ])
  func `an operation on its own does that, and can be taken back`(
    words: [String], changed: [String]
  ) throws {
    let copy = try spoilt()
    let before = try ContentState(copy.data)
    let arguments = ["surgery", words[0], copy.data] + words.dropFirst() + ["--in-place", "--yes"]
    let result = try CommandRunner.run(Array(arguments), seconds: 120)
    #expect(result.status == 0, "\(result.stderr)")
    let changes = before.changes(to: try ContentState(copy.data))
    for name in changed { #expect(changes.contains("/" + name)) }
    #expect(try run("undo", copy.data).status == 0)
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  @Test func `a block of a failed compaction is let go again`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let meta = copy.data + "/\(Self.block)/meta.json"
    let sound = try readText(meta)
    let marked = sound.replacing(
      "\"compaction\": {", with: "\"compaction\": {\n\t\t\"failed\": true,", maxReplacements: 1)
    #expect(marked != sound)
    try writeFile(meta, marked.utf8)
    #expect(try run("check", copy.data).stdout.contains("meta.failed"))
    let result = try run("surgery", "clear-failed-mark", copy.data, "--in-place")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try readText(meta) == sound)
    #expect(try !run("check", copy.data).stdout.contains("meta.failed"))
  }

  @Test func `the question comes behind what goes and what stays`() throws {
    let copy = try Fixture("sound/explosion-small").copy()
    let before = try ContentState(copy.data)
    let words = ["--match", #"{request_id!=""}"#]
    #expect(try CommandRunner.run(["surgery", "drop-series", copy.data] + words).status == 1)
    for operation in [["drop-series"] + words, ["flush-head", "--drop", words[1]]] {
      let arguments =
        ["surgery", operation[0], copy.data] + operation.dropFirst() + ["--in-place"]
      let result = try CommandRunner.run(arguments, seconds: 120)
      #expect(result.status == 2)
      #expect(result.stdout == "")
      let plan = try #require(result.stderr.range(of: "what goes"))
      let question = try #require(result.stderr.range(of: "this takes away "))
      #expect(plan.upperBound < question.lowerBound)
      #expect(result.stderr.contains("http_request_duration_seconds_bucket"))
      #expect(result.stderr.hasSuffix("give --yes to do it\n"))
      #expect(before.changes(to: try ContentState(copy.data)) == [])
    }
  }

  @Test func `what is not there is no reason to do nothing in silence`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    for operation in ["quarantine-block", "rebuild-index"] {
      let result = try run("surgery", operation, copy.data, "--block", "NOSUCH")
      #expect(result.status == 2)
      #expect(result.stderr.contains("there is no block NOSUCH in "))
    }
    let result = try run(
      "surgery", "drop-series", copy.data, "--match", "up", "--match", #"{job="no such"}"#)
    #expect(result.status == 2)
    #expect(result.stderr.contains(#"{job="no such"} selects no series"#))
    #expect(try run("surgery", "remove-empty-segments", copy.data).status == 0)
    #expect(try run("surgery", "discard-head", copy.data).status == 1)
  }

  @Test func `the blocks of an agent's log are not put where it does not read them`() throws {
    let copy = try Fixture("sound/agent-3.5").copy()
    let before = try ContentState(copy.data)
    let result = try run("surgery", "flush-head", copy.data, "--in-place", "--yes")
    #expect(result.status == 2)
    #expect(result.stderr.contains("write the blocks elsewhere with --output"))
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  @Test func `a log of which nothing is read is not moved away`() throws {
    let state = try Fixture.damaged("f25-checkpoint-ahead-of-segments")
    let before = try ContentState(state.data)
    for words in [["flush-head"], ["drop-series", "--match", #"{__name__=~".+"}"#]] {
      let result = try CommandRunner.run(
        ["surgery", words[0], state.data] + words.dropFirst() + ["--in-place", "--yes"])
      #expect(result.status == 2)
      #expect(result.stderr.contains("the checkpoint is newer than all segments"))
    }
    #expect(before.changes(to: try ContentState(state.data)) == [])
  }

  /// Damage that was stepped over is told, and the blocks are there.
  @Test func `a head that was flushed ends well whatever was wrong with it`() throws {
    let state = try Fixture.damaged("wal-bitflip-mid")
    #expect(try run("surgery", "flush-head", state.data).status == 1)
    let result = try run("surgery", "flush-head", state.data, "--in-place", "--yes")
    #expect(result.status == 0)
    #expect(result.stderr.contains("damage"))
  }

  /// A folder cannot be read as a file, whoever reads it.
  @Test(arguments: ["index", "chunks/000001"])
  func `a block that cannot be looked at is not called fine`(name: String) throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/\(Self.block)/" + name
    removeTree(path)
    try makeFolder(path)
    let before = try ContentState(copy.data)
    let result = try run("repair", copy.data, "--in-place", "--yes")
    #expect(result.status == 2, "\(result.stdout)")
    #expect(!result.stdout.contains("Nothing to repair."))
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  @Test(arguments: [
    "wal-missing-segment", "index-empty", "chunks-empty", "tombstones-bad-magic",
    "chunks-head-missing-middle",
  ])
  func `the table of a refused start counts what can be read`(name: String) throws {
    let copy = try Fixture("damaged-base/main").copy()
    let recipe = try #require(DamageRecipe.all.first { $0.name == name })
    try recipe.spoil(copy.data)
    let served = try #require(RepairTruth.served[name])
    let result = try run("repair", copy.data, "--format", "json")
    let plan = try JSONTree(result.stdout)
    func number(_ path: String...) throws -> Int {
      let text = try #require(plan[path], "\(path)")
      return try #require(Int(text), "\(path): \(text)")
    }
    let readable = try number("readableSamples")
    #expect(readable >= served)
    #expect(try number("before", "samples") == 0)
    #expect(try number("after", "samples") == served)
    #expect(try number("lostByServer") == readable)
    for index in 0..<2 where plan["alternatives", "\(index)"] != nil {
      let left = try number("alternatives", "\(index)", "samples")
      #expect(try number("alternatives", "\(index)", "lost") == readable - left)
    }
  }

  @Test func `a plan says how it is made without naming another command`() throws {
    let copy = try spoilt()
    let hint =
      "Nothing was changed. To do it, give the same command with --in-place, or --output NEW\n"
    for command in [
      ["repair", copy.data, "--strategy", "cut"], ["surgery", "discard-head", copy.data],
    ] {
      let result = try CommandRunner.run(command, seconds: 300)
      #expect(result.stdout.hasSuffix(hint), "\(command)")
      #expect(!result.stdout.contains("epimetheus repair"))
    }
  }
}
