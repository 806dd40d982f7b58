import TSDBFormat

/// Lays records out as a segment of the log of Prometheus 2.0 to 2.3: a header, then entries one behind the other.
public struct OldLogBuilder: Sendable {
  /// The segment so far.
  public private(set) var bytes: [UInt8] = [0x43, 0xaf, 0x00, 0xef, 1, 0, 0, 0]
  /// Where each entry lies.
  public private(set) var entries: [Range<Int>] = []

  /// A segment that holds `records`, which are as a log of today has them.
  public init(_ records: [[UInt8]] = []) {
    for record in records { add(type: record[0] + 1, Array(record.dropFirst())) }
  }

  /// Appends an entry.
  public mutating func add(type: UInt8, flags: UInt8 = 1, _ data: [UInt8]) {
    let start = bytes.count
    let entry = [type, flags] + bigEndianBytes(UInt32(data.count)) + data
    bytes += entry + bigEndianBytes(crc32c(entry.rawBytes))
    entries.append(start..<bytes.count)
  }

  /// Appends space that was set aside.
  public mutating func add(zeros count: Int) { bytes += [UInt8](repeating: 0, count: count) }
}
