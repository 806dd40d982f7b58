package import TSDBFormat

/// For people: each series on a line, its samples indented below.
///
///     up{job="api"}
///       2026-11-17T00:00:00.000Z  1
package struct TextSamples: SampleWriter {
  package init() {}

  package func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    GoLabels.append(exposition: labels, .go, to: &out)
    out.append(UInt8(ascii: "\n"))
    for index in 0..<samples.count { Self.append(samples, at: index, to: &out) }
  }

  /// A sample, indented, with its line feed.
  package static func append(_ samples: SampleBatch, at index: Int, to out: inout ByteBuffer) {
    out.append("  ")
    TimeBytes.append(samples.times[index], to: &out)
    out.append("  ")
    switch samples.value(at: index) {
    case .float(StaleMarker.bits): out.append("stale")
    case .float(let bits): GoFloat.append(Double(bitPattern: bits), to: &out)
    case .histogram(let histogram): HistogramText.append(short: histogram, to: &out)
    }
    let start = samples.startTime(at: index)
    if start != 0 {
      out.append("  since ")
      TimeBytes.append(start, to: &out)
    }
    out.append(UInt8(ascii: "\n"))
  }
}

/// For people: each series on a line, behind the times of its first and last sample.
///
///     2026-11-17T00:00:00.000Z  2026-11-17T00:59:45.000Z  up{job="api"}
package struct TextSeries: SeriesWriter {
  package init() {}

  package func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer) {
    for time in [range.minTime, range.maxTime] {
      if range.isEmpty {
        out.append("-                       ")
      } else {
        TimeBytes.append(time, to: &out)
      }
      out.append("  ")
    }
    GoLabels.append(exposition: labels, .go, to: &out)
    out.append(UInt8(ascii: "\n"))
  }
}
