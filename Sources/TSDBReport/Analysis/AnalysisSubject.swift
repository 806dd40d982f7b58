package import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Something whose cardinality is shown: a block, or what else series can come from.
package struct AnalysisSubject {
  /// What it is, as `scope` in JSON: `block`, `head`, `blocks` (merged), `everything` (head and
  /// blocks merged).
  package let scope: String
  /// The block's name; nil for what is no block.
  package let block: String?
  /// First millisecond of what it covers; nil where it has no series.
  package let minTime: Int64?
  /// First millisecond after that.
  package let maxTime: Int64?
  /// Milliseconds that churn is measured against.
  let duration: Int64
  /// All series, whether selected or not.
  let totalSeries: UInt64
  /// The tables of the selected series.
  package let cardinality: Cardinality
  /// What the chunks are made of, if they were read.
  let chunks: ChunkStatistics?
  /// Series that tombstones delete whole. They are not counted where head and blocks are merged; of a block
  /// they are, as promtool does.
  package var deletedSeries: Int
  /// The instant whose series these are: those that a query finds then; nil for those of all time.
  package var instant: Int64?
  /// Deleted stretches; nil where they are not known.
  package let tombstones: Int?

  /// A block; nil if its index cannot be read.
  package init?(block analysis: BlockAnalysis, limit: Int) {
    guard let census = analysis.census else { return nil }
    scope = "block"
    block = analysis.block.name
    if let meta = analysis.block.meta {
      minTime = meta.minTime
      maxTime = meta.maxTime
    } else {
      minTime = census.times.isEmpty ? nil : census.times.minTime
      maxTime = census.times.isEmpty ? nil : census.times.end
    }
    duration = analysis.range
    totalSeries = analysis.totalSeries
    cardinality = census.cardinality(range: analysis.range, limit: limit)
    chunks = census.chunkStatistics
    deletedSeries = 0
    tombstones = analysis.block.tombstones?.count
  }
}

extension AnalysisSubject {
  /// The head, all blocks, or both, as one set of series.
  package init(_ analysis: HistoryAnalysis, parts: DirectoryHistory.Parts) {
    switch parts {
    case .head: scope = "head"
    case .blocks: scope = "blocks"
    default: scope = "everything"
    }
    block = nil
    let range = analysis.range
    minTime = range.isEmpty ? nil : range.minTime
    maxTime = range.isEmpty ? nil : range.end
    duration = range.duration
    totalSeries = UInt64(analysis.totalSeries)
    cardinality = analysis.cardinality
    chunks = nil
    deletedSeries = analysis.deletedSeries ?? 0
    tombstones = nil
  }
}

extension PromtoolAnalysis {
  /// The text of a subject.
  package init(_ subject: AnalysisSubject, _ selectors: [String]) {
    self.init(
      blockID: subject.block ?? subject.scope, duration: subject.duration,
      totalSeries: subject.totalSeries, selectors: selectors, cardinality: subject.cardinality,
      chunks: subject.chunks)
  }
}
