/// The first five bytes of a block's `index` (Prometheus: tsdb/index/index.go).
///
///     magic 0xbaaad700 be32 | version u8
///
/// Versions 1 to 3 are read; 2 is written since Prometheus 2.2, 3 by no released writer.
public struct IndexHeader: Equatable, Sendable {
  /// `MagicIndex`.
  public static let magic: UInt32 = 0xbaaa_d700
  /// Bytes of the header.
  public static let byteCount = 5

  /// 1, 2 or 3.
  public let version: UInt8

  /// Reads the header.
  public init(from cursor: inout ByteCursor) throws(DecodeError) {
    cursor.section = .indexHeader
    try cursor.magic(Self.magic)
    let start = cursor.offset
    version = try cursor.uint8()
    guard (1...3).contains(version) else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: start)
    }
  }

  /// Reads the header of a whole index file.
  public init(of file: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(file, at: 0, in: .indexHeader)
    try self.init(from: &cursor)
  }

  /// A header of `version`, for a file whose own header is damaged.
  public init(assuming version: UInt8) {
    self.version = version
  }

  /// In version 1 symbols and series are referred to by byte offset; later, symbols by their number
  /// and series by a sixteenth of their offset.
  public var usesByteOffsets: Bool { version == 1 }
}
