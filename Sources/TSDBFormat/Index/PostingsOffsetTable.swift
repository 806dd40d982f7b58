/// Where the postings of each label are; its first entry, of the empty label, leads to all series.
///
///     length be32 | count be32 | count × (2 uvarint, name, value, offset uvarint) | CRC-32C be32
///
/// Names and values stand in full, each behind its uvarint length.
public struct PostingsOffsetTable: ~Escapable {
  /// One label and where its postings are.
  public struct Entry: ~Escapable {
    /// The label's name.
    public let name: RawSpan
    /// The label's value.
    public let value: RawSpan
    /// File offset of its postings.
    public let postings: UInt64

    @_lifetime(copy name, copy value)
    init(name: RawSpan, value: RawSpan, postings: UInt64) {
      self.name = name
      self.value = value
      self.postings = postings
    }
  }

  private var cursor: ByteCursor
  /// Entries not read yet.
  public private(set) var remaining: Int
  /// First byte behind the table.
  public let end: Int
  /// File offset of the next entry.
  public var position: Int { cursor.offset }

  /// Reads the table at `offset` of a whole index file and checks its checksum; `isRead` is told which parts of the
  /// file that took.
  @_lifetime(copy file)
  public init(
    of file: RawSpan, at offset: Int, isRead: (Range<Int>) -> Void = { _ in }
  ) throws(DecodeError) {
    let section = Section.indexPostingsOffsetTable
    let table = try CheckedTable(of: file, at: offset, in: section, isRead: isRead)
    cursor = table.cursor
    remaining = table.count
    end = table.end
  }

  /// The next entry; nil behind the last.
  @_lifetime(copy self)
  public mutating func next() throws(DecodeError) -> Entry? {
    guard remaining > 0 else {
      guard cursor.isAtEnd else {
        throw cursor.failure(.trailingBytes(count: cursor.remaining))
      }
      return nil
    }
    remaining &-= 1
    return try Self.entry(&cursor)
  }

  /// The entry at `offset` of a whole index file, where one was read before.
  @_lifetime(copy file)
  public static func entry(at offset: Int, of file: RawSpan) throws(DecodeError) -> Entry {
    guard offset >= 0, offset <= file.byteCount else {
      throw DecodeError(
        section: .indexPostingsOffsetTable, offset: 0,
        problem: .outOfRange(found: Int64(offset), allowed: 0...Int64(file.byteCount)))
    }
    var cursor = ByteCursor(
      file.extracting(offset..<file.byteCount), at: offset, in: .indexPostingsOffsetTable)
    return try entry(&cursor)
  }

  @_lifetime(copy cursor)
  private static func entry(_ cursor: inout ByteCursor) throws(DecodeError) -> Entry {
    let start = cursor.offset
    let keys = try cursor.uvarint()
    guard keys == 2 else {
      throw cursor.failure(
        .mismatch(what: "keys", expected: 2, found: Int64(clamping: keys)), at: start)
    }
    let name = try cursor.lengthPrefixed()
    let value = try cursor.lengthPrefixed()
    let postings = try cursor.uvarint()
    return Entry(name: name, value: value, postings: postings)
  }
}

/// What both offset tables share: `length be32 | count be32 | entries | CRC-32C be32`.
struct CheckedTable: ~Escapable {
  /// Stands before the first entry; ends behind the last.
  let cursor: ByteCursor
  /// How many entries the table claims.
  let count: Int
  /// First byte behind the table.
  let end: Int

  @_lifetime(copy file)
  init(
    of file: RawSpan, at offset: Int, in section: Section,
    isRead: (Range<Int>) -> Void = { _ in }
  ) throws(DecodeError) {
    guard offset >= 0, offset <= file.byteCount else {
      throw DecodeError(
        section: section, offset: 0,
        problem: .outOfRange(found: Int64(offset), allowed: 0...Int64(file.byteCount)))
    }
    var whole = ByteCursor(file.extracting(offset..<file.byteCount), at: offset, in: section)
    let length = Int(try whole.uint32())
    let bodyStart = whole.offset
    let covered = try whole.take(length)
    try whole.checksum(of: covered, at: bodyStart, isRead: isRead)
    end = whole.offset
    var body = ByteCursor(covered, at: bodyStart, in: section)
    count = Int(try body.uint32())
    cursor = body
  }
}
