internal import TSDBFormat
internal import TSDBStore

/// The journal of a repair as it is written: each record is on the disk before `append` returns.
final class Journal {
  private let path: String
  private let operations: FileOperations
  private let descriptor: Int32

  /// Begins the journal of `quarantine`.
  init(new quarantine: Quarantine, _ operations: FileOperations) throws(FileError) {
    path = quarantine.journal
    self.operations = operations
    descriptor = try operations.create(path)
  }

  /// Goes on with the journal of `quarantine`.
  init(existing quarantine: Quarantine, _ operations: FileOperations) throws(FileError) {
    path = quarantine.journal
    self.operations = operations
    descriptor = try operations.reopen(path)
  }

  deinit { operations.close(descriptor) }

  /// Writes the records, all at once.
  func append(_ records: [JournalRecord]) throws(FileError) {
    var text = ByteBuffer()
    for record in records { text.append(text: record.line) }
    try operations.write(text.bytes, to: descriptor, path)
    try operations.sync(descriptor, path)
  }

  /// The records of the journal of `quarantine`, up to one that was not written whole; none where
  /// there is no journal.
  static func read(_ quarantine: Quarantine) throws(FileError) -> [JournalRecord] {
    guard FileStatus.exists(quarantine.journal) else { return [] }
    let file = try MappedFile(path: quarantine.journal)
    let text = String(decoding: [UInt8](file.bytes), as: UTF8.self)
    var records: [JournalRecord] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    // What follows the last end of a line was not written whole.
    lines = lines.dropLast()
    for line in lines {
      guard let record = JournalRecord(line: line) else { break }
      records.append(record)
    }
    return records
  }
}
