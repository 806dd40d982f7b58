package import TSDBAnalysis
package import TSDBFormat

/// Exemplars as text, JSON Lines or comma-separated values.
package enum ExemplarWriter {
  /// The first line of comma-separated values.
  package static let header = "series,time,value,labels\n"

  /// Appends the exemplars of a series that are in `range`.
  package static func append(
    _ series: HeadNotes.Series, in range: TimeRange?, _ format: DumpFormat, _ csv: CSV,
    to out: inout ByteBuffer
  ) {
    let exemplars = series.exemplars.filter { exemplar in
      guard let range else { return true }
      return range.minTime <= exemplar.time && exemplar.time <= range.maxTime
    }
    guard !exemplars.isEmpty else { return }
    if format == .text {
      GoLabels.append(exposition: series.labels, .go, to: &out)
      out.append("\n")
    }
    for exemplar in exemplars {
      switch format {
      case .text: append(text: exemplar, to: &out)
      case .json: append(json: exemplar, of: series, to: &out)
      case .csv: append(csv, exemplar, of: series, to: &out)
      }
    }
  }

  ///       2026-11-17T00:00:00.000Z  0.5  {trace_id="4a2dfca991f48bf2"}
  private static func append(text exemplar: Exemplar, to out: inout ByteBuffer) {
    out.append("  ")
    TimeBytes.append(exemplar.time, to: &out)
    out.append("  ")
    GoFloat.append(Double(bitPattern: exemplar.value), to: &out)
    out.append("  ")
    GoLabels.append(exposition: exemplar.labels, .go, to: &out)
    out.append("\n")
  }

  ///     {"type":"exemplar","data":{"series":{…},"t":1794873600000,"v":0.5,"labels":{…}}}
  private static func append(
    json exemplar: Exemplar, of series: HeadNotes.Series, to out: inout ByteBuffer
  ) {
    out.append("{\"type\":\"exemplar\",\"data\":{\"series\":")
    SampleJSON.append(series.labels, to: &out)
    out.append(",\"t\":")
    out.append(decimal: exemplar.time)
    out.append(",\"v\":")
    SampleJSON.append(Double(bitPattern: exemplar.value), to: &out)
    out.append(",\"labels\":")
    SampleJSON.append(exemplar.labels, to: &out)
    out.append("}}\n")
  }

  private static func append(
    _ csv: CSV, _ exemplar: Exemplar, of series: HeadNotes.Series, to out: inout ByteBuffer
  ) {
    csv.append(series.labels, to: &out)
    out.append(",")
    csv.append(time: exemplar.time, to: &out)
    out.append(",")
    GoFloat.append(Double(bitPattern: exemplar.value), to: &out)
    out.append(",")
    csv.append(exemplar.labels, to: &out)
    out.append("\n")
  }
}
