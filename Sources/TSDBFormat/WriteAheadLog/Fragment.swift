/// One piece of a record in a 32 KiB page of a WAL segment.
///
///     type uint8 | length be16 | crc be32 | data
///
/// Bits 0-2 of the type byte say which piece it is, bit 3 snappy, bit 4 zstd. The same framing holds
/// in `wal`, `wbl`, checkpoints and chunk snapshots (Prometheus: tsdb/wlog/wlog.go, reader.go).
public struct Fragment: Equatable, Sendable {
  /// Bytes in a page; records are laid out page by page and no fragment crosses one.
  public static let pageSize = 32 * 1024
  /// Bytes before a fragment's data.
  public static let headerSize = 7

  /// Which piece of a record a fragment is: bits 0-2 of the type byte.
  public enum Kind: UInt8, Sendable {
    /// The rest of the page is zeros.
    case pageEnd = 0
    case full = 1
    case first = 2
    case middle = 3
    case last = 4

    /// True for the pieces that begin a record.
    var beginsRecord: Bool { self == .full || self == .first }
    /// True for the pieces that complete a record.
    var endsRecord: Bool { self == .full || self == .last }
  }

  /// Which piece of a record this is.
  public let kind: Kind
  /// How the record is compressed; that of a record's last fragment counts.
  public let compression: RecordCompression
  /// Offset of the header in the segment.
  public let offset: Int
  /// Bytes of data.
  public let length: Int

  /// Offset of the first byte behind the fragment.
  var end: Int { offset + Fragment.headerSize + length }
  /// Where the data is in the segment.
  var data: Range<Int> { offset + Fragment.headerSize..<end }

  /// True where a whole fragment stands at `offset` of a segment that begins a record.
  public static func beginsRecord(at offset: Int, of segment: RawSpan) -> Bool {
    (try? Fragment(segment, at: offset))?.kind.beginsRecord == true
  }

  /// Reads and checks the fragment at `offset` of a segment. A page's end has no length.
  ///
  /// A length is believed only up to the end of the page and of the file.
  init(_ segment: RawSpan, at offset: Int) throws(DecodeError) {
    let pageEnd = Fragment.end(ofPageAt: offset)
    let limit = min(pageEnd, segment.byteCount)
    var cursor = ByteCursor(segment.extracting(offset..<limit), at: offset, in: .walFragment)
    let type = try cursor.uint8()
    guard let kind = Kind(rawValue: type & 0x7) else {
      throw cursor.failure(.unknownCode(found: type & 0x7), at: offset)
    }
    self.kind = kind
    self.offset = offset
    compression = RecordCompression(typeByte: type)
    guard kind != .pageEnd else {
      length = 0
      return
    }
    let claimed = Int(try cursor.uint16())
    let stored = try cursor.uint32()
    let room = pageEnd - offset - Fragment.headerSize
    guard claimed <= room else {
      throw cursor.failure(
        .outOfRange(found: Int64(claimed), allowed: 0...Int64(max(room, 0))), at: offset + 1)
    }
    length = claimed
    let data = try cursor.take(claimed)
    let computed = crc32c(data)
    guard computed == stored else {
      throw cursor.failure(.badChecksum(stored: stored, computed: computed), at: offset)
    }
  }

  /// True for the type bytes that servers write before data: a known piece, at most one compression,
  /// nothing in bits 5-7.
  static func mayBegin(withTypeByte type: UInt8) -> Bool {
    (1...4).contains(type & 0x7) && type & 0x18 != 0x18 && type < 0x20
  }

  /// Offset of the end of the page that holds `offset`.
  static func end(ofPageAt offset: Int) -> Int {
    (offset / pageSize + 1) * pageSize
  }
}
