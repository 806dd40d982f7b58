/// An `index-header` of Thanos' or Mimir's store-gateway: of an index in an object store, the parts that queries need
/// first (Thanos: pkg/block/indexheader/binary_reader.go).
///
///     magic 0xbaaad792 be32 | version u8 = 1 | version of the index u8 | end of the last postings be64
///     | symbols, as in the index | postings offset table, as in the index
///     | symbols be64 | postings offset table be64 | CRC-32C of these two be32
public struct IndexHeaderFile: Equatable, Sendable {
  /// What it begins with.
  public static let magic: UInt32 = 0xbaaa_d792
  private static let headerSize = 14
  private static let contentsSize = 20

  /// The version of the index that it is of.
  public let indexVersion: UInt8
  /// Distinct label names and values.
  public let symbols: Int
  /// Label pairs; the entry of all series is not among them.
  public let labelPairs: Int

  /// Reads the whole of such a file, and checks all its checksums.
  public init(of file: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(file, at: 0, in: .indexHeaderFile)
    try cursor.magic(Self.magic)
    let version = try cursor.uint8()
    guard version == 1 else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: 4)
    }
    indexVersion = try cursor.uint8()
    guard (1...3).contains(indexVersion) else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(indexVersion)), at: 5)
    }
    let start = file.byteCount - Self.contentsSize
    guard start >= Self.headerSize else {
      throw cursor.failure(
        .truncated(needed: Self.headerSize + Self.contentsSize, available: file.byteCount), at: 0)
    }
    var contents = ByteCursor(
      file.extracting(start..<file.byteCount), at: start, in: .indexHeaderFile)
    var checked = contents
    try checked.checksum(of: try checked.take(Self.contentsSize - 4))
    let table = SymbolTable(of: file, at: try contents.place(before: start))
    if let damage = table.damage.first { throw damage }
    symbols = table.count
    var postings = try PostingsOffsetTable(
      of: file, at: try contents.place(before: start))
    var count = 0
    while let entry = try postings.next() { count += entry.name.byteCount > 0 ? 1 : 0 }
    labelPairs = count
  }
}
