/// Labels as records write them, decoded into arrays: for exemplars and snapshots, and for those who
/// look at few series. `SeriesRecord` reads millions.
///
///     count uvarint | repeat: name, value, each with its uvarint length
///
/// (Prometheus: tsdb/record/record.go, `DecodeLabels`.)
extension ByteCursor {
  /// Memory for labels that is asked for before they are seen; more comes as they come.
  private static let firstCapacity = 64

  /// The next labels, in the order of the disk.
  public mutating func labels() throws(DecodeError) -> [Label] {
    // A label takes at least two bytes, so a count cannot ask for more than the record holds.
    let count = try count(ofAtLeast: 2)
    var labels: [Label] = []
    labels.reserveCapacity(min(count, Self.firstCapacity))
    for _ in 0..<count { labels.append(try label()) }
    return labels
  }

  /// The next name and value.
  mutating func label() throws(DecodeError) -> Label {
    let name = [UInt8](try lengthPrefixed())
    return Label(name: name, value: [UInt8](try lengthPrefixed()))
  }
}
