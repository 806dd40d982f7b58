extension LogDirectory {
  /// The name of the metric that explodes.
  public static let hostileMetric = "</title></script><script>alert(1)</script>"
  /// The label by which it does.
  public static let hostileLabel = "\"><img src=http://example.com/x onerror=alert(1)>"

  /// A thousand and some series that come within minutes, with labels that mean harm.
  public static func hostile() throws -> LogDirectory {
    let values: [[UInt8]] = [
      Array("</style><script>".utf8), [0xff, 0xfe], Array("שלום \u{202e}".utf8),
      [UInt8](repeating: UInt8(ascii: "x"), count: 65_536), Array("`|*_<b>".utf8),
      Array("\u{1b}[2J\r\n# no heading".utf8), [],
    ]
    func labels(_ ref: UInt64, _ pairs: [([UInt8], [UInt8])]) -> [UInt8] {
      var bytes = (0..<8).map { UInt8(truncatingIfNeeded: ref >> UInt64(56 - 8 * $0)) }
      bytes += uvarintBytes(UInt64(pairs.count))
      for (name, value) in pairs {
        bytes += lengthPrefixedBytes(name) + lengthPrefixedBytes(value)
      }
      return bytes
    }
    let name = Array("__name__".utf8)
    var records: [[UInt8]] = []
    for ref in UInt64(1)...1500 {
      let isOld = ref <= 20
      let value =
        isOld ? [] : values[Int(ref) % values.count] + Array("\(ref)".utf8)
      let job = Array("<i>job</i>".utf8)
      var pairs = [(name, Array(hostileMetric.utf8)), (Array("job".utf8), job)]
      pairs.append(
        isOld ? (Array("old".utf8), Array("\(ref)".utf8)) : (Array(hostileLabel.utf8), value))
      records.append([1] + labels(ref, pairs))
      let start: Int64 = 1_794_873_600_000
      let first = isOld ? start : start + 1_800_000 + Int64(ref / 50) * 15_000
      records.append(
        samples(ref, stride(from: first, to: start + 2_700_000, by: 60_000)))
    }
    return try LogDirectory([records])
  }
}
