internal import TSDBFormat

/// Comma-separated values (RFC 4180, with line feeds), one line a sample. The labels are those of
/// `promtool tsdb dump`, times are RFC 3339, histograms as Prometheus prints them.
struct CSVSamples: SampleWriter {
  var header: String { "labels,time,startTime,value\n" }

  func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    let start = out.count
    CSV.append(labels, to: &out)
    out.append(UInt8(ascii: ","))
    let prefix = start..<out.count
    if samples.isEmpty { out.truncate(to: start) }
    for index in 0..<samples.count {
      if index > 0 { out.append(again: prefix) }
      TimeBytes.append(samples.times[index], to: &out)
      out.append(UInt8(ascii: ","))
      let startTime = samples.startTime(at: index)
      if startTime != 0 { TimeBytes.append(startTime, to: &out) }
      out.append(UInt8(ascii: ","))
      // A histogram has commas, and nothing that would have to be doubled.
      let mark: StaticString = samples.isHistogram(at: index) ? "\"" : ""
      out.append(mark)
      SampleText.append(samples, at: index, to: &out)
      out.append(mark)
      out.append(UInt8(ascii: "\n"))
    }
  }
}

/// Comma-separated values, one line a series, with the times of its first and last sample.
struct CSVSeries: SeriesWriter {
  var header: String { "labels,minTime,maxTime\n" }

  func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer) {
    CSV.append(labels, to: &out)
    out.append(UInt8(ascii: ","))
    if !range.isEmpty { TimeBytes.append(range.minTime, to: &out) }
    out.append(UInt8(ascii: ","))
    if !range.isEmpty { TimeBytes.append(range.maxTime, to: &out) }
    out.append(UInt8(ascii: "\n"))
  }
}

/// Fields of comma-separated values that may hold anything.
enum CSV {
  /// Labels as one field.
  static func append(_ labels: [Label], to out: inout ByteBuffer) {
    var text = ByteBuffer()
    GoLabels.append(labels, to: &text)
    append(text.bytes, to: &out)
  }

  /// Bytes as one field.
  static func append(_ bytes: RawSpan, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    for index in 0..<bytes.byteCount {
      let byte = bytes.byte(at: index)
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
  }
}
