import TestSupport
import Testing

@Suite struct CheckCommandTests {
  @Test func `a sound directory ends with status 0 and a verdict`() throws {
    let result = try CommandRunner.run(["check", Fixture("damaged-base/main").data])
    #expect(result.status == 0)
    #expect(
      result.stdout == "Sound: a server starts and loses nothing. (22 files, 1.04 MiB)\n")
  }

  @Test func `a finding has an address, words, a cost and a next command`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let result = try CommandRunner.run(["check", copy.data])
    #expect(result.status == 1)
    #expect(
      result.stdout.hasPrefix("Loses data (1)\n  wal/00000005:14876  [wal.fragment.checksum]\n"))
    #expect(result.stdout.hasSuffix("next: epimetheus explain wal.fragment.checksum\n"))
    let shown = try CommandRunner.run(["show", copy.data, "wal/00000005:14876"])
    #expect(shown.status == 1)
  }

  @Test func `JSON is a begin, findings and a summary`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/wal/checkpoint.000007", [])
    let result = try CommandRunner.run(["check", copy.data, "--format", "json"])
    #expect(result.status == 1)
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.contains(#""schemaVersion":1},"type":"begin"}"#) == true)
    #expect(
      lines.dropFirst().first
        == #"""
        {"data":{"file":"wal/checkpoint.000007","message":"is named like a checkpoint, which must be a folder","rule":"wal.checkpoint.not-a-folder","severity":"fatal","startup":"refuses"},"type":"finding"}
        """#)
    #expect(lines.last?.hasPrefix(#"{"data":{"bytesChecked":"#) == true)
    #expect(
      lines.last?.hasSuffix(
        #""filesChecked":22,"findings":1,"verdict":"unstartable"},"type":"summary"}"#) == true)
  }

  @Test func `names from disk cannot drive a terminal`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/wal/\u{1b}[2J.repair", [1])
    let result = try CommandRunner.run(["check", copy.data])
    #expect(result.status == 1)
    #expect(!result.stdout.contains("\u{1b}"))
  }

  @Test func `what is not there, and a wrong command line, have a status of their own`() throws {
    #expect(try CommandRunner.run(["check", "/nonexistent"]).status == 2)
    let data = Fixture("damaged-base/main").data
    #expect(try CommandRunner.run(["check", data, "--quick", "--deep"]).status == 64)
  }

  /// By recipe: how the check ends, and the rules above info.
  private static let truth: [String: (Int32, [String])] = [
    "checkpoint-removed": (1, ["wal.segments.start"]),
    "checkpoint-missing-segment": (1, ["wal.checkpoint.empty"]),
    "f21-checkpoint-zero-byte-segment": (1, ["wal.checkpoint.empty"]),
    "f25-checkpoint-ahead-of-segments": (1, ["wal.checkpoint.ahead"]),
    "f29-checkpoint-is-a-file": (1, ["wal.checkpoint.not-a-folder"]),
    "wal-missing-segment": (1, ["wal.segments.gap"]),
    "wal-removed": (1, ["chunks-head.refs.unknown"]),
    "wal-bad-record-type": (1, ["wal.fragment.unknown-code"]),
    "wal-bitflip-first-series": (1, ["wal.fragment.checksum"]),
    "wal-bitflip-mid": (1, ["wal.fragment.checksum"]),
    "wal-empty-last-segment": (0, []),
    "wal-nonzero-padding": (1, ["wal.page.padding"]),
    "wal-torn-header": (1, ["wal.fragment.truncated"]),
    "wal-torn-tail": (1, ["wal.fragment.truncated"]),
    "wal-zeroed-page": (1, ["wal.record.torn"]),
    "chunks-head-bad-magic": (1, ["chunks-head.header.magic"]),
    "chunks-head-bad-seriesref": (1, ["chunks-head.chunk.checksum"]),
    "chunks-head-bad-version": (1, ["chunks-head.header.version"]),
    "chunks-head-bitflip-first": (1, ["chunks-head.chunk.checksum"]),
    "chunks-head-crcok-bad-encoding": (1, ["chunks-head.chunk.unknown-code"]),
    "chunks-head-crcok-more-samples": (0, []),
    "chunks-head-crcok-unknown-ref": (1, ["chunks-head.refs.unknown"]),
    "chunks-head-empty-first": (1, ["chunks-head.header.truncated"]),
    "chunks-head-empty-last": (0, []),
    "chunks-head-missing-middle": (1, ["chunks-head.files.gap"]),
    "chunks-head-removed": (0, []),
    "chunks-head-truncated-last": (1, ["chunks-head.chunk.range"]),
    "chunks-head-zero-last": (1, ["chunks-head.header.zeros"]),
    "lock-stale": (0, []),
    "queries-active-garbage": (0, []),
    "stray-files": (0, []),
    "snapshot-empty": (1, ["snapshot.empty"]),
  ]

  @Test(arguments: DamageRecipe.all.filter { truth[$0.name] != nil })
  func `a damaged log gives one finding for one cause`(recipe: DamageRecipe) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    let (status, rules) = try #require(Self.truth[recipe.name])
    let result = try CommandRunner.run(["check", copy.data, "--format", "json"])
    #expect(result.status == status, "\(result.stdout)\(result.stderr)")
    let findings = result.stdout.split(separator: "\n").filter {
      $0.hasSuffix(#""type":"finding"}"#) && !$0.contains(#""severity":"info","#)
    }
    #expect(findings.count == rules.count, "\(result.stdout)")
    for (line, rule) in zip(findings, rules) {
      #expect(line.contains("\"rule\":\"\(rule)\""), "\(line)")
    }
  }
}
