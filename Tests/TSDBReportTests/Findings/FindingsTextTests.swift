import TSDBCheck
import TSDBFormat
import TSDBStore
import Testing

@testable import TSDBReport

@Suite struct FindingsTextTests {
  private let damage = FileError.damaged(
    path: "/srv/data/wal/00000002",
    DecodeError(
      section: .walFragment, offset: 32_791, problem: .badChecksum(stored: 0, computed: 0x364b_3fb7)
    ))
  private let unread = FileError.system(path: "/srv/data/index", operation: "open", errno: 13)

  @Test func `a finding names file, place, expected, found and rule`() {
    let text = FindingsText(directory: "/srv/data", color: .none).text([damage])
    #expect(
      text == """
        \u{20} damage  wal/00000002 at byte 32791
                  expected checksum 0x00000000, found bytes with 0x364b3fb7  [wal.fragment.checksum]

        """)
  }

  @Test func `a file that cannot be read is told apart from damage`() {
    let text = FindingsText(directory: "/srv/data/", color: .none).text([unread])
    #expect(
      text == "  unread  index\n          cannot open: Permission denied  [file.unreadable]\n")
  }

  @Test func `findings beyond the limit are counted`() {
    let text = FindingsText(directory: "/srv/data", color: .none, limit: 1)
      .text([unread, damage, damage])
    #expect(text.hasSuffix("and 2 more\n"))
  }

  @Test func `a finding in a record names both places`() {
    let error = DecodeError(
      section: .seriesRecord, offset: 40, inner: 12, problem: .truncated(needed: 8, available: 3))
    let finding = FindingJSON(
      Finding(.damaged(path: "data/wal/00000000", error)), in: "data")
    #expect(finding.place == "wal/00000000 at byte 40 (byte 12 of the decompressed record)")
    #expect(finding.recordOffset == 12)
    #expect(finding.expected == "8 bytes")
    #expect(finding.found == "3")
  }

  @Test(arguments: [
    ("data/wal/0", "data", "wal/0"), ("data", "data", "."), ("data/", "data/", "."),
    ("/other/wal", "/data", "/other/wal"), ("database/x", "data", "database/x"), ("/x", "/", "x"),
  ])
  func `a path is shown relative to the inspected directory`(
    path: String, base: String, shown: String
  ) {
    #expect(RelativePath.of(path, to: base) == shown)
  }

  @Test func `a failure to read weighs more than damage`() {
    #expect(ExitStatus([]) == .clean)
    #expect(ExitStatus([damage]) == .findings)
    #expect(ExitStatus([unread, damage]) == .incomplete)
  }
}
