package import TSDBAnalysis
package import TSDBFormat

/// Metadata of metrics as text, JSON Lines or comma-separated values.
package enum MetadataWriter {
  /// The first line of comma-separated values.
  package static let header = "series,type,unit,help\n"

  /// Appends what was said about a series.
  package static func append(
    _ series: HeadNotes.Series, _ format: DumpFormat, _ csv: CSV, to out: inout ByteBuffer
  ) {
    guard let metadata = series.metadata else { return }
    switch format {
    case .text:
      //     up{job="api"}  gauge  unit ""  help "Whether …"
      GoLabels.append(exposition: series.labels, .go, to: &out)
      out.append("  ")
      out.append(text: metadata.typeName)
      out.append("  unit ")
      GoQuote.append(metadata.unit, to: &out)
      out.append("  help ")
      GoQuote.append(metadata.help, to: &out)
    case .json:
      //     {"type":"metadata","data":{"labels":{…},"metricType":"gauge","unit":"","help":"…"}}
      out.append("{\"type\":\"metadata\",\"data\":{\"labels\":")
      SampleJSON.append(series.labels, to: &out)
      out.append(",\"metricType\":\"")
      out.append(text: metadata.typeName)
      out.append("\",\"unit\":")
      SampleJSON.append(bytes: metadata.unit, to: &out)
      out.append(",\"help\":")
      SampleJSON.append(bytes: metadata.help, to: &out)
      out.append("}}")
    case .csv:
      csv.append(series.labels, to: &out)
      out.append(",")
      out.append(text: metadata.typeName)
      out.append(",")
      csv.append(text: metadata.unit, to: &out)
      out.append(",")
      csv.append(text: metadata.help, to: &out)
    }
    out.append("\n")
  }
}
