package import TSDBAnalysis

/// The text of `promtool tsdb analyze`, line for line (Prometheus: cmd/promtool/tsdb.go); among equal
/// counts by key, where promtool leaves them to chance.
package struct PromtoolAnalysis {
  /// The block's name.
  let blockID: String
  /// Milliseconds that the block covers.
  let duration: Int64
  /// Series of the whole block.
  let totalSeries: UInt64
  /// The selectors as they were written.
  package let selectors: [String]
  /// The tables.
  package let cardinality: Cardinality
  /// What the chunks are made of, if they were read.
  let chunks: ChunkStatistics?

  /// Writes the text; keys are raw bytes, as promtool prints them.
  package func write(to out: inout ReportSink) {
    out.line("Block ID: \(blockID)")
    out.line("Duration: \(TimeText.goDuration(milliseconds: duration))")
    out.line("Total Series: \(totalSeries)")
    if !selectors.isEmpty { out.line("Matcher: \(selectors.joined(separator: " or "))") }
    out.line("Label names: \(cardinality.labelNames)")
    if !selectors.isEmpty { out.line("Matched series: \(cardinality.series)") }
    out.line("Postings (unique label pairs): \(cardinality.uniquePairs)")
    out.line("Postings entries (total label pairs): \(cardinality.totalPairs)")
    table("Label pairs most involved in churning", cardinality.churningPairs, &out)
    table("Label names most involved in churning", cardinality.churningNames, &out)
    table("Most common label pairs", cardinality.commonPairs, &out)
    table(
      "Label names with highest cumulative label value length", cardinality.valueLengths, &out)
    table("Highest cardinality labels", cardinality.labels, &out)
    table("Highest cardinality metric names", cardinality.metrics, &out)
    if let chunks { write(chunks, to: &out) }
  }

  private func table(
    _ title: String, _ lines: [Cardinality.Line], _ out: inout ReportSink
  ) {
    out.line()
    out.line(title + ":")
    for line in lines {
      out.write("\(line.count) ")
      out.write(bytes: line.key)
      out.line()
    }
  }

  private func write(_ chunks: ChunkStatistics, to out: inout ReportSink) {
    out.line()
    out.line("Compaction analysis:")
    out.line()
    let parts = [
      ("samples per float chunk", chunks.floatSamples),
      ("bytes per float chunk", chunks.floatBytes),
      ("samples per histogram chunk", chunks.histogramSamples),
      ("bytes per histogram chunk", chunks.histogramBytes),
      ("buckets per histogram chunk", chunks.histogramBuckets),
    ]
    for (title, distribution) in parts {
      draw(title, distribution, total: chunks.chunks, &out)
    }
  }

  /// A bar has one `#` for each whole percent of all chunks.
  private func draw(
    _ title: String, _ distribution: Distribution, total: UInt64, _ out: inout ReportSink
  ) {
    guard let steps = SteppedDistribution(distribution) else {
      out.line("\(title): N/A\n")
      return
    }
    out.line("\(title) (min/avg/max): \(steps.min)/\(steps.average)/\(steps.max)")
    // promtool measures by the last step's bounds less one.
    let last = steps.buckets.last.map { ($0.from - 1, $0.to) } ?? (0, 0)
    let widths = [
      String(last.0).count, String(last.1).count,
      String(steps.buckets.map(\.count).max() ?? 0).count,
    ]
    for bucket in steps.buckets {
      let share = (bucket.count &* 100).dividedReportingOverflow(by: max(total, 1)).partialValue
      let bar = String(repeating: "#", count: Int(clamping: share))
      let from = Self.padded(bucket.from, widths[0])
      let to = Self.padded(bucket.to, widths[1])
      out.line("[\(from), \(to)]: \(Self.padded(bucket.count, widths[2])) \(bar)")
    }
    out.line()
  }

  private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }
}
