/// Records of the log made by hand, to be put into a segment with `WALBuilder`.
public enum RecordBuilder {
  /// A series of a series record: its ref and labels.
  public static func series(_ ref: UInt64, _ labels: [(String, String)]) -> [UInt8] {
    var bytes = bigEndianBytes(ref)
    bytes += uvarintBytes(UInt64(labels.count))
    for (name, value) in labels {
      bytes += lengthPrefixedBytes(name.utf8)
      bytes += lengthPrefixedBytes(value.utf8)
    }
    return bytes
  }

  /// A record of float samples, against a base of zero.
  public static func samples(_ rows: [(ref: UInt64, time: Int64, value: Double)]) -> [UInt8] {
    var bytes: [UInt8] = [2]
    bytes += [UInt8](repeating: 0, count: 16)
    for row in rows {
      bytes += varintBytes(Int64(bitPattern: row.ref))
      bytes += varintBytes(row.time)
      bytes += bigEndianBytes(row.value.bitPattern)
    }
    return bytes
  }

  /// A record of deletions.
  public static func tombstones(_ rows: [(ref: UInt64, from: Int64, to: Int64)]) -> [UInt8] {
    rows.reduce(into: [3]) {
      $0 += bigEndianBytes($1.ref) + varintBytes($1.from) + varintBytes($1.to)
    }
  }
}
