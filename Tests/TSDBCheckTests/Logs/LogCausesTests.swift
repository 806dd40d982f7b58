import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LogCausesTests {
  private func fold(_ findings: [Finding], of path: String) throws -> [Finding] {
    LogCauses.fold(findings, of: try DataDirectory(path: path))
  }

  private func finding(_ rule: Rule, _ severity: Severity, _ path: String = "") -> Finding {
    Finding(rule: rule, severity: severity, path: path, message: "")
  }

  private let sound = Fixture("damaged-base/main").data

  @Test func `what has no cause stays`() throws {
    let findings = [finding(.walRefsUnknown, .loss), finding(.snapshotAhead, .warning)]
    #expect(try fold(findings, of: sound) == findings)
  }

  @Test func `samples without a series go below the first damage that costs series`() throws {
    let folded = try fold(
      [
        finding(.walSegmentsEmpty, .info), finding(Rule(.walFragment, .checksum), .loss),
        finding(Rule(.seriesRecord, .range), .loss), finding(.walRefsUnknown, .loss),
      ], of: sound)
    #expect(
      folded.map(\.rule.id)
        == ["wal.segments.empty", "wal.fragment.checksum", "record.series.range"])
    #expect(folded[1].consequences.map(\.rule.id) == ["wal.refs.unknown"])
  }

  @Test func `only the segment of its own number goes below a repair`() throws {
    let folded = try fold(
      [
        finding(.walLeftoverRepair, .loss, "/d/wal/00000003.repair"),
        finding(Rule(.walFragment, .truncated), .loss, "/d/wal/00000003"),
        finding(Rule(.walFragment, .checksum), .loss, "/d/wal/00000004"),
      ], of: sound)
    #expect(folded.map(\.rule.id) == ["wal.leftover.repair", "wal.fragment.checksum"])
    #expect(folded[0].consequences.map(\.rule.id) == ["wal.fragment.truncated"])
  }

  @Test func `an empty log is missing where chunks or a snapshot lack theirs`() throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    try makeFolder(folder.path + "/chunks_head")
    try writeFile(folder.path + "/wal/00000000", [])
    let folded = try fold([finding(.snapshotAhead, .warning)], of: folder.path)
    #expect(folded.map(\.rule.id) == ["wal.missing"])
    #expect(folded[0].message.text.hasPrefix("the log holds nothing"))
    #expect(folded[0].consequences.map(\.rule.id) == ["snapshot.ahead"])
  }
}
