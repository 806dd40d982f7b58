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
    symbols = try Self.place(&cursor, before: start)
    series = try Self.place(&cursor, before: start)
    labelIndices = try Self.place(&cursor, before: start)
    labelOffsetTable = try Self.place(&cursor, before: start)
    postings = try Self.place(&cursor, before: start)
    postingsOffsetTable = try Self.place(&cursor, before: start)
  }

  /// False in indices written since Prometheus 3.7, which have no label indices: their places in the
  /// table then hold those of the postings, not 0.
  public var hasLabelIndices: Bool {
    labelIndices != postings && labelOffsetTable != postingsOffsetTable
  }

  private static func place(
    _ cursor: inout ByteCursor, before end: Int
  ) throws(DecodeError) -> Int {
    let start = cursor.offset
    let found = try cursor.uint64()
    guard found <= UInt64(end) else {
      throw cursor.failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(end)), at: start)
    }
    return Int(truncatingIfNeeded: found)
  }
}
