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
  /// What takes room on disk, if that was measured.
  let bytes: ByteTables?
  /// True where nothing but the offset table of the index was read: some tables are not known then.
  package var isQuick = false

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
    bytes = census.byteTables(limit: limit)
  }

  /// A block of which only the offset table was read; nil if that cannot be.
  package init?(quick analysis: QuickAnalysis, limit: Int) {
    guard let cardinality = analysis.cardinality(limit: limit) else { return nil }
    scope = "block"
    block = analysis.name
    minTime = analysis.meta?.minTime
    maxTime = analysis.meta?.maxTime
    duration = analysis.meta.map { Timestamp($0.maxTime) - Timestamp($0.minTime) } ?? 0
    totalSeries = analysis.meta?.stats.numSeries ?? cardinality.series
    self.cardinality = cardinality
    chunks = nil
    deletedSeries = 0
    tombstones = analysis.tombstones?.count
    bytes = nil
    isQuick = true
  }

  /// What is not known of a block of which only the offset table was read, as JSON calls it.
  static let leftOut = ["churningLabelPairs", "churningLabelNames", "targets", "deletedSeries"]

  /// The same for people.
  package static let leftOutWords =
    "only the offset table of the index was read: churn, targets and deleted series are left out, and "
    + "neither series nor chunks were checked"
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
    bytes = nil
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
