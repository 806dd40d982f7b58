import TSDBFormat

@testable import TSDBReport

/// A series with floats, the end of a series, and a histogram with a start.
enum SomeSamples {
  static let labels = [Label("__name__", "up"), Label("job", "a\"b")]

  static let all: SampleBatch = {
    var samples = SampleBatch()
    samples.append(time: 1_794_873_600_000, bits: (1.5).bitPattern)
    samples.append(time: 1_794_873_615_250, bits: StaleMarker.bits)
    samples.append(
      time: 1_794_873_630_000, startTime: 1_794_873_599_999, histogram: HistogramTextTests.custom)
    samples.append(time: 1_794_873_645_000, bits: (1e6).bitPattern)
    return samples
  }()

  static let range = TimeRange(minTime: 1_794_873_600_000, maxTime: 1_794_873_645_000)

  /// What `writer` makes of `all`, less header and footer.
  static func text(_ writer: some SampleWriter) -> String {
    written { writer.append(labels, all, to: &$0) }
  }

  /// What `writer` makes of the series, and of one without samples.
  static func text(_ writer: some SeriesWriter) -> String {
    written {
      writer.append(labels, range, to: &$0)
      writer.append([], TimeRange(), to: &$0)
    }
  }

  /// What `writer` makes of a series without samples.
  static func textOfNothing(_ writer: some SampleWriter) -> String {
    written { writer.append(labels, SampleBatch(), to: &$0) }
  }
}
