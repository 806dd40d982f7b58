/// The table of contents: the last 52 bytes of an index, which say where its sections start.
///
///     symbols be64 | series be64 | label indices be64 | label offset table be64
///     | postings be64 | postings offset table be64 | CRC-32C be32
public struct IndexTOC: Equatable, Sendable {
  /// Bytes of the table.
  public static let byteCount = 52

  /// Start of the symbol table.
  public let symbols: Int
  /// Start of the series section, before its padding.
  public let series: Int
  /// Start of the label indices, and so the end of the series section.
  public let labelIndices: Int
  /// Start of the label offset table.
  public let labelOffsetTable: Int
  /// Start of the postings.
  public let postings: Int
  /// Start of the postings offset table.
  public let postingsOffsetTable: Int

  /// Reads the table at the end of a whole index file.
  public init(of file: RawSpan) throws(DecodeError) {
    let start = file.byteCount &- Self.byteCount
    guard start >= IndexHeader.byteCount else {
      throw DecodeError(
        section: .indexTOC, offset: 0,
        problem: .truncated(
          needed: Self.byteCount + IndexHeader.byteCount, available: file.byteCount))
    }
    var cursor = ByteCursor(
      file.extracting(start..<file.byteCount), at: start, in: .indexTOC)
    var checked = cursor
    let fields = try checked.take(Self.byteCount - 4)
    try checked.checksum(of: fields)
    symbols = try cursor.place(before: start)
    series = try cursor.place(before: start)
    labelIndices = try cursor.place(before: start)
    labelOffsetTable = try cursor.place(before: start)
    postings = try cursor.place(before: start)
    postingsOffsetTable = try cursor.place(before: start)
  }

  /// False in indices written since Prometheus 3.7, which have no label indices: their places in the
  /// table then hold those of the postings, not 0.
  public var hasLabelIndices: Bool {
    labelIndices != postings && labelOffsetTable != postingsOffsetTable
  }
}

extension ByteCursor {
  /// Reads where in the file something begins, which must not be behind `end`.
  mutating func place(before end: Int) throws(DecodeError) -> Int {
    let start = offset
    let found = try uint64()
    guard found <= UInt64(end) else {
      throw failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(end)), at: start)
    }
    return Int(truncatingIfNeeded: found)
  }
}
