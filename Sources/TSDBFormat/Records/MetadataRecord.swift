/// What a target said about a metric, at one of its series.
public struct MetricMetadata: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// Code of the metric type; see `typeName`.
  public var type: UInt8
  /// The unit; empty if there is none.
  public var unit: [UInt8]
  /// The help text.
  public var help: [UInt8]
  /// Fields that no known Prometheus writes, in the order of the disk.
  public var others: [Label]

  /// What is said about the series `ref`.
  public init(ref: UInt64, type: UInt8, unit: [UInt8], help: [UInt8], others: [Label] = []) {
    self.ref = ref
    self.type = type
    self.unit = unit
    self.help = help
    self.others = others
  }

  /// The metric type as OpenMetrics names it; codes without a meaning are `unknown` to a server too
  /// (`ToMetricType`).
  public var typeName: String {
    let names = [
      "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset",
    ]
    return names.indices.contains(Int(type)) ? names[Int(type)] : names[0]
  }
}

/// The metadata of a record of type 6.
///
///     type uint8 = 6 | repeat: ref uvarint, metric type uint8, fields
///     fields: count uvarint | repeat: name, value, each with its uvarint length
///
/// The fields `UNIT` and `HELP` are known; of one that is repeated the last counts (Prometheus:
/// tsdb/record/record.go, `Metadata`).
public enum MetadataRecord {
  private static let unitName = [UInt8]("UNIT".utf8)
  private static let helpName = [UInt8]("HELP".utf8)

  /// Calls `each` with every entry of `payload`, whose first byte is the type; what stands before a
  /// failure is handed over. `offset` is the record's place in the segment, for failures.
  public static func decode(
    _ payload: RawSpan, at offset: Int, each: (MetricMetadata) -> Void
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .metadataRecord)
    try cursor.skip(1)
    while !cursor.isAtEnd {
      let ref = try cursor.uvarint()
      var metadata = MetricMetadata(ref: ref, type: try cursor.uint8(), unit: [], help: [])
      let fields = try cursor.count(ofAtLeast: 2)
      for _ in 0..<fields {
        let field = try cursor.label()
        switch field.name {
        case unitName: metadata.unit = field.value
        case helpName: metadata.help = field.value
        default: metadata.others.append(field)
        }
      }
      each(metadata)
    }
  }
}
