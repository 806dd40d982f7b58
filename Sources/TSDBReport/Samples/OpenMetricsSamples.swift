internal import Synchronization
package import TSDBFormat

/// What `promtool tsdb dump-openmetrics` prints (`formatSeriesSetOpenMetrics` in
/// cmd/promtool/tsdb.go), which is what `promtool tsdb create-blocks-from openmetrics` takes:
///
///     up{job="api"} 1 1794873600.000
///     # EOF
///
/// promtool stops at the first histogram of a series, where this goes on with the floats behind it. It
/// leaves out the quotation marks that names of Prometheus 3 need, and writes characters as Go escapes
/// them; this writes what is read back as the same labels.
package final class OpenMetricsSamples: SampleWriter {
  package init() {}

  private let skipped = Atomic<Int>(0)

  /// Native histograms that were left out: the text format has no words for them.
  package var skippedHistograms: Int { skipped.load(ordering: .relaxed) }

  package var footer: String { "# EOF\n" }

  package func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    let start = out.count
    GoLabels.append(exposition: labels, .openMetrics, to: &out)
    out.append(UInt8(ascii: " "))
    let prefix = start..<out.count
    var written = 0
    for index in 0..<samples.count where !samples.isHistogram(at: index) {
      if written > 0 { out.append(again: prefix) }
      written += 1
      GoFloat.append(Double(bitPattern: samples.values[index]), to: &out)
      out.append(UInt8(ascii: " "))
      Self.append(seconds: samples.times[index], to: &out)
      out.append(UInt8(ascii: "\n"))
    }
    if written == 0 { out.truncate(to: start) }
    if written < samples.count {
      skipped.wrappingAdd(samples.count - written, ordering: .relaxed)
    }
  }

  /// Milliseconds as seconds with three places, as Go prints `float64(ms) / 1000` with `%.3f`.
  package static func append(seconds milliseconds: Int64, to out: inout ByteBuffer) {
    var size = milliseconds.magnitude
    if size >= 1 << 50 {
      // Too large for a float to hold the milliseconds: what it does hold is printed. The part behind
      // the point has so few bits that a thousand times of it is exact.
      let seconds = Double(size) / 1000
      let whole = seconds.rounded(.towardZero)
      let thousandths = ((seconds - whole) * 1000).rounded(.toNearestOrEven)
      size = UInt64(clamping: whole) &* 1000 &+ UInt64(clamping: thousandths)
    }
    if milliseconds < 0 { out.append(UInt8(ascii: "-")) }
    out.append(decimal: size, places: 3)
  }
}
