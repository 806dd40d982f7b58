package import TSDBFormat

/// What `promtool tsdb dump` prints (`formatSeriesSet` in cmd/promtool/tsdb.go):
///
///     {__name__="up", job="api"} 1 1794873600000
package struct PromtoolSamples: SampleWriter {
  package init() {}

  package func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    let start = out.count
    GoLabels.append(labels, to: &out)
    out.append(UInt8(ascii: " "))
    let prefix = start..<out.count
    // Laid out once, the labels are copied from the first line into the others.
    if samples.isEmpty { out.truncate(to: start) }
    for index in 0..<samples.count {
      if index > 0 { out.append(again: prefix) }
      SampleText.append(samples, at: index, to: &out)
      out.append(UInt8(ascii: " "))
      out.append(decimal: samples.times[index])
      out.append(UInt8(ascii: "\n"))
    }
  }
}

/// The labels of each series, one series a line, as they stand in front of samples.
package struct PromtoolSeries: SeriesWriter {
  package init() {}

  package func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer) {
    GoLabels.append(labels, to: &out)
    out.append(UInt8(ascii: "\n"))
  }
}

/// The value of a sample in the words of Prometheus.
enum SampleText {
  /// Appends the float or the histogram.
  static func append(_ samples: SampleBatch, at index: Int, to out: inout ByteBuffer) {
    if samples.isHistogram(at: index), case .histogram(let histogram) = samples.value(at: index) {
      HistogramText.append(histogram, to: &out)
    } else {
      GoFloat.append(Double(bitPattern: samples.values[index]), to: &out)
    }
  }
}
