import TSDBFormat
import TSDBStore
import Testing

@testable import TSDBCheck

@Suite struct FindingTests {
  @Test func `severities are ordered by what they cost`() {
    #expect(Severity.allCases.sorted() == [.info, .warning, .loss, .fatal])
    #expect(CheckLevel.allCases.sorted() == [.quick, .standard, .deep])
  }

  @Test func `a failure of a reader becomes a finding with its place`() {
    let error = DecodeError(
      section: .walFragment, offset: 7, problem: .badChecksum(stored: 1, computed: 2))
    let finding = Finding(.damaged(path: "wal/00000001", error), severity: .loss)
    #expect(finding.rule.id == "wal.fragment.checksum")
    #expect(finding.offset == 7)
    #expect(finding.expected?.text == "checksum 0x00000001")
    #expect(finding.message.text == "expected checksum 0x00000001, found bytes with 0x00000002")
    #expect(finding.isUnread == false)
    #expect(finding.structure == .walFragment)
    #expect(finding.startup == .truncates)
    #expect(Finding(.damaged(path: "wal/00000001", error)).severity == .loss)
  }

  @Test func `a file that cannot be read is no damage`() {
    let failure = FileError.system(path: "index", operation: "open", errno: 13)
    let finding = Finding(failure, severity: .warning)
    #expect(finding.rule.id == "file.unreadable")
    #expect(finding.isUnread)
    #expect(finding.offset == nil)
  }
}
