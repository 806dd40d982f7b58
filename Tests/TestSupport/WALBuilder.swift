import TSDBFormat

/// Lays records out in the pages of a WAL segment as a server does (Prometheus: tsdb/wlog/wlog.go,
/// `log`): each goes into the page under way as far as it fits, and on into the next ones.
public struct WALBuilder: Sendable {
  /// One piece of a record, and where it lies.
  public struct Piece: Equatable, Sendable {
    /// Index of the record it belongs to.
    public let record: Int
    /// Bits 0-2 of its type byte.
    public let kind: UInt8
    /// Its bytes in the segment, header included.
    public let range: Range<Int>
  }

  private static let pageSize = 32 * 1024
  private static let headerSize = 7

  /// The segment so far, not padded to a whole page: servers leave it so when they are killed.
  public private(set) var bytes: [UInt8] = []
  /// Every piece, in order.
  public private(set) var pieces: [Piece] = []
  /// How many records are in.
  public private(set) var recordCount = 0

  /// An empty segment.
  public init() {}

  /// A segment that holds `records`.
  public init(_ records: [[UInt8]], flags: UInt8 = 0) {
    for record in records { add(record, flags: flags) }
  }

  /// Appends a record, which is as it shall lie on disk; `flags` are the compression bits.
  public mutating func add(_ record: [UInt8], flags: UInt8 = 0) {
    if room < Self.headerSize { padPage() }
    var rest = record[...]
    var isFirst = true
    repeat {
      let part = rest.prefix(room - Self.headerSize)
      rest = rest.dropFirst(part.count)
      let kind: UInt8 = rest.isEmpty ? (isFirst ? 1 : 4) : (isFirst ? 2 : 3)
      append(kind: kind, flags: flags, Array(part))
      isFirst = false
      if room < Self.headerSize { padPage() }
    } while !rest.isEmpty
    recordCount += 1
  }

  /// Appends one piece by itself, which need not fit to what stands before it.
  public mutating func append(kind: UInt8, flags: UInt8 = 0, _ data: [UInt8]) {
    let start = bytes.count
    bytes.append(kind | flags)
    bytes += bigEndianBytes(UInt16(data.count)) + bigEndianBytes(crc32c(data.rawBytes)) + data
    pieces.append(Piece(record: recordCount, kind: kind, range: start..<bytes.count))
  }

  /// Bytes left in the page under way; a whole page where none is.
  public var room: Int { Self.pageSize - bytes.count % Self.pageSize }

  /// Fills the page under way with zeros.
  public mutating func padPage() {
    if room < Self.pageSize { bytes += [UInt8](repeating: 0, count: room) }
  }

  /// Appends a page of zeros.
  public mutating func addZeroPage() {
    padPage()
    bytes += [UInt8](repeating: 0, count: Self.pageSize)
  }

  /// The bytes of the record with this index, from its first header to its last byte.
  public func range(ofRecord record: Int) -> Range<Int> {
    let own = pieces.filter { $0.record == record }
    return (own.first?.range.lowerBound ?? 0)..<(own.last?.range.upperBound ?? 0)
  }
}

/// Unsigned LEB128 (Go's `binary.PutUvarint`).
public func uvarintBytes(_ value: UInt64) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return bytes + [UInt8(rest)]
}

/// Zigzag signed LEB128 (Go's `binary.PutVarint`).
public func varintBytes(_ value: Int64) -> [UInt8] {
  uvarintBytes(UInt64(bitPattern: value << 1 ^ value >> 63))
}

/// Bytes behind their uvarint length.
public func lengthPrefixedBytes(_ text: some Sequence<UInt8>) -> [UInt8] {
  let bytes = Array(text)
  return uvarintBytes(UInt64(bytes.count)) + bytes
}

/// A snappy block that stores `plain` as it is.
public func storedSnappyBytes(_ plain: [UInt8]) -> [UInt8] {
  var bytes = uvarintBytes(UInt64(plain.count))
  var rest = plain[...]
  while !rest.isEmpty {
    let part = rest.prefix(0x10000)
    rest = rest.dropFirst(part.count)
    // A literal of up to 64 KiB: tag 61, its length less one in two bytes.
    bytes.append(61 << 2)
    bytes += [UInt8(truncatingIfNeeded: part.count - 1), UInt8((part.count - 1) >> 8)] + part
  }
  return bytes
}

/// A zstd frame that stores `plain` as it is.
public func storedZstdBytes(_ plain: [UInt8]) -> [UInt8] {
  var blocks: [[UInt8]] = []
  var rest = plain[...]
  repeat {
    let part = rest.prefix(1 << 17)
    rest = rest.dropFirst(part.count)
    blocks.append(zstdBlockHeader(kind: 0, size: part.count, isLast: rest.isEmpty) + part)
  } while !rest.isEmpty
  return zstdFrameHeader + blocks.joined()
}

/// A zstd frame that says `count` blocks of 128 KiB of zeros in four bytes each.
public func zstdBomb(blocks count: Int) -> [UInt8] {
  zstdFrameHeader
    + (0..<count).flatMap {
      zstdBlockHeader(kind: 1, size: 1 << 17, isLast: $0 == count - 1) + [0]
    }
}

/// Magic, no flags (so no content size, no checksum), a window of 128 KiB.
private let zstdFrameHeader: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]

private func zstdBlockHeader(kind: Int, size: Int, isLast: Bool) -> [UInt8] {
  let word = size << 3 | kind << 1 | (isLast ? 1 : 0)
  return [UInt8(word & 0xff), UInt8(word >> 8 & 0xff), UInt8(word >> 16 & 0xff)]
}
