/// A data directory that has a WAL and nothing else, made by hand.
public struct LogDirectory: Sendable {
  private let directory: TemporaryDirectory

  /// The data directory.
  public var data: String { directory.path }

  /// A directory whose WAL has one segment for each element, with these records.
  public init(_ segments: [[[UInt8]]]) throws {
    directory = try TemporaryDirectory()
    try makeFolder(data + "/wal")
    for (number, records) in segments.enumerated() {
      let name = String(repeating: "0", count: 8 - String(number).count) + String(number)
      try writeFile(data + "/wal/" + name, WALBuilder(records).bytes)
    }
  }

  /// A series record of one series of a metric, which has a label `x` besides.
  public static func series(_ ref: UInt64, _ metric: String, x: String = "1") -> [UInt8] {
    [1] + RecordBuilder.series(ref, [("__name__", metric), ("x", x)])
  }

  /// A record of float samples of one ref, at these times.
  public static func samples(_ ref: UInt64, _ times: some Sequence<Int64>) -> [UInt8] {
    RecordBuilder.samples(times.map { (ref: ref, time: $0, value: Double($0)) })
  }
}
