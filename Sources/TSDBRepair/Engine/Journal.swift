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
    // A copy of the directory that was made of hard links has a journal of its own from now on.
    if try FileStatus.nameCount(of: path) > 1 {
      let own = path + ".own"
      if FileStatus.exists(own) { try operations.removeFile(own) }
      try operations.copy(path, to: own)
      try operations.replaceFile(path, by: own)
    }
    descriptor = try operations.reopen(path)
    // A process that ended in the middle of a line, or a full disk, left its beginning: it would spoil the
    // line that follows.
    try operations.cut(descriptor, at: try Self.parse(quarantine).end, path)
  }

  deinit { operations.close(descriptor) }

  /// Writes the records, all at once.
  func append(_ records: [JournalRecord]) throws(FileError) {
    guard !records.isEmpty else { return }
    var text = ByteBuffer()
    for record in records { text.append(text: record.line) }
    try operations.write(text.bytes, to: descriptor, path)
    try operations.sync(descriptor, path)
  }

  /// The records of the journal of `quarantine`, but for a last one that was not written whole; none where
  /// there is no journal. Throws where a line with others behind it cannot be read.
  static func read(_ quarantine: Quarantine) throws(FileError) -> [JournalRecord] {
    guard FileStatus.exists(quarantine.journal) else { return [] }
    return try parse(quarantine).records
  }

  /// The records that are whole, and where the last of them ends.
  private static func parse(
    _ quarantine: Quarantine
  ) throws(FileError) -> (records: [JournalRecord], end: Int) {
    guard try FileStatus(of: quarantine.journal).kind == .file else {
      throw .system(path: quarantine.journal, operation: "read it as a journal", errno: 22)
    }
    let file = try MappedFile(path: quarantine.journal)
    var records: [JournalRecord] = []
    var end = 0
    var lines = [UInt8](file.bytes).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    // What follows the last end of a line was not written whole.
    lines = lines.dropLast()
    for (index, line) in zip(lines.indices, lines) {
      guard let record = JournalRecord(line: line) else {
        guard index < lines.endIndex - 1 else { break }
        throw .damaged(
          path: quarantine.journal,
          DecodeError(
            section: .file, offset: line.startIndex,
            problem: .malformed(why: "not a line of a repair's journal")))
      }
      records.append(record)
      end = line.endIndex + 1
    }
    return (records, end)
  }
}
