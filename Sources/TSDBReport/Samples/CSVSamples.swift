package import TSDBFormat

/// Comma-separated values (RFC 4180, with line feeds), one line a sample. The labels are those of
/// `promtool tsdb dump`, times are RFC 3339, histograms as Prometheus prints them.
package struct CSVSamples: SampleWriter {
  package let csv: CSV

  package init(csv: CSV) {
    self.csv = csv
  }
  package var header: String { "labels,time,startTime,value\n" }

  package func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    let start = out.count
    csv.append(labels, to: &out)
    out.append(UInt8(ascii: ","))
    let prefix = start..<out.count
    if samples.isEmpty { out.truncate(to: start) }
    for index in 0..<samples.count {
      if index > 0 { out.append(again: prefix) }
      csv.append(time: samples.times[index], to: &out)
      out.append(UInt8(ascii: ","))
      let startTime = samples.startTime(at: index)
      if startTime != 0 { csv.append(time: startTime, to: &out) }
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
package struct CSVSeries: SeriesWriter {
  package let csv: CSV

  package init(csv: CSV) {
    self.csv = csv
  }
  package var header: String { "labels,minTime,maxTime\n" }

  package func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer) {
    csv.append(labels, to: &out)
    out.append(UInt8(ascii: ","))
    if !range.isEmpty { csv.append(time: range.minTime, to: &out) }
    out.append(UInt8(ascii: ","))
    if !range.isEmpty { csv.append(time: range.maxTime, to: &out) }
    out.append(UInt8(ascii: "\n"))
  }
}
