import TSDBStore
import Testing

@testable import TSDBRepair

@Suite struct JournalRecordTests {
  static let status = FileStatus(
    kind: .folder, mode: 0o755, owner: 1, group: 2, size: 3,
    accessed: .init(seconds: 4, nanoseconds: 5), modified: .init(seconds: -6, nanoseconds: 7))
  static let records: [JournalRecord] = [
    .was(path: "wal/a\tb\n%41", status), .started, .makeFolder("wbl"),
    .move(from: "wal/1", to: "\u{301}wal/2"), .left(path: "wal/2", status), .done, .passing(3),
    .undoing, .takingBack(17), .undone,
  ]

  @Test(arguments: records) func `a record is read as it was written`(record: JournalRecord) {
    #expect(JournalRecord(line: Array(record.line.utf8.dropLast())) == record)
  }

  @Test(arguments: records) func `a record that is cut short is none`(record: JournalRecord) {
    let line = Array(record.line.utf8.dropLast())
    for count in 0..<line.count { #expect(JournalRecord(line: line.prefix(count)) == nil) }
  }
}
