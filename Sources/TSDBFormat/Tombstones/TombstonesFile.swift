/// A deleted stretch of one series, both ends included.
///
///     series uvarint | minTime varint | maxTime varint
public struct Tombstone: Equatable, Sendable {
  /// The series, as the index of the block refers to it.
  public let series: UInt64
  /// First deleted millisecond.
  public let minTime: Int64
  /// Last deleted millisecond.
  public let maxTime: Int64

  /// A deleted stretch.
  public init(series: UInt64, minTime: Int64, maxTime: Int64) {
    self.series = series
    self.minTime = minTime
    self.maxTime = maxTime
  }

  /// Appends it as a block's file has it.
  func write(to output: inout ByteBuffer) {
    output.append(uvarint: series)
    output.append(varint: minTime)
    output.append(varint: maxTime)
  }

  init(from cursor: inout ByteCursor) throws(DecodeError) {
    series = try cursor.uvarint()
    minTime = try cursor.varint()
    maxTime = try cursor.varint()
  }
}

/// What was deleted from a block and is still in its chunks (Prometheus: tsdb/tombstones).
///
///     magic 0x0130ba30 be32 | version u8 (1) | tombstones | CRC-32C be32
///
/// The checksum covers the tombstones alone, not the version.
public struct TombstonesFile: Equatable, Sendable {
  /// `MagicTombstone`.
  public static let magic: UInt32 = 0x0130_ba30

  /// The deleted stretches, in the order of the file.
  public let tombstones: [Tombstone]

  /// Decodes a whole `tombstones` file.
  public init(of file: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(file, at: 0, in: .tombstonesHeader)
    try cursor.magic(Self.magic)
    let start = cursor.offset
    let version = try cursor.uint8()
    guard version == 1 else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: start)
    }
    cursor.section = .tombstones
    guard cursor.remaining >= 4 else {
      throw cursor.failure(.truncated(needed: 4, available: cursor.remaining))
    }
    let bodyStart = cursor.offset
    let bytes = try cursor.take(cursor.remaining &- 4)
    try cursor.checksum(of: bytes)
    var body = ByteCursor(bytes, at: bodyStart, in: .tombstones)
    var tombstones: [Tombstone] = []
    while !body.isAtEnd { tombstones.append(try Tombstone(from: &body)) }
    self.tombstones = tombstones
  }

  /// The bytes of a file with these deletions, which are in the order of the file.
  public static func write(_ tombstones: [Tombstone]) -> ByteBuffer {
    var file = ByteBuffer()
    file.append(bigEndian: magic)
    file.append(1)
    let start = file.count
    for tombstone in tombstones { tombstone.write(to: &file) }
    file.append(checksumFrom: start)
    return file
  }
}
