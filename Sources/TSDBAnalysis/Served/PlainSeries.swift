internal import TSDBFormat
internal import TSDBStore

/// Series of the head that are in the log and nowhere else: no block has them, no chunk of `chunks_head`, no late
/// sample, no deletion, and one record defines them. What is on disk of them, and what a server serves that reads
/// the log up to a certain record, is counted in one reading, in some 50 bytes each, without their labels.
///
/// In an incident these are nearly all: the series that were born in the last minutes. The others are compared
/// sample by sample (`ReplayComparison`).
struct PlainSeries {
  typealias Count = ReplayComparison.Count

  /// What is served of them, by metric.
  private(set) var served: [[UInt8]: Count] = [:]
  /// What can be read of them.
  private(set) var everything: [[UInt8]: Count] = [:]
  /// What is not served of that.
  private(set) var lost: [[UInt8]: Count] = [:]
  /// Samples of refs that no record defines and no chunk has.
  private(set) var strays = 0
  /// Whose records need not be read again.
  let refs: Refs
  /// True where there is nothing besides them.
  let isAll: Bool

  /// The refs of the series that were counted, and those that no record defines.
  struct Refs: Sendable {
    let table: RefTable
    let tallies: LargeArray<Tally>
    let chunkRefs: Set<UInt64>

    /// Takes what is of these refs out of records.
    func leaveOut(of batch: inout RecordBatch) {
      // It remembers where it looked last.
      var table = table
      batch.keepEntries { ref in
        let place = table.entry(of: ref)
        return place < 0 ? chunkRefs.contains(ref) : tallies[place].isMixed
      }
    }
  }

  /// What tells a series and its samples from others, as long as the log is read.
  struct Row: BitwiseCopyable, Sendable {
    /// Hash of its labels.
    var labels: UInt64
    /// Times and values, so that samples are known again.
    var sum: UInt64 = 0
    /// The last sample that is newer than those before it, in milliseconds since the base; 0 for none.
    var last: UInt32 = 0
  }

  /// What was counted of a series. Times are milliseconds since the base.
  struct Tally: BitwiseCopyable, Sendable {
    /// Its metric, by number; `mixed` where it has more than the log.
    var metric: UInt32
    /// Samples that are served.
    var served: UInt32 = 0
    /// Samples that are not.
    var lost: UInt32 = 0
    var servedFrom: UInt32 = 0
    var servedTo: UInt32 = 0
    var lostFrom: UInt32 = 0
    var lostTo: UInt32 = 0

    static let mixed = UInt32.max
    var isMixed: Bool { metric == Self.mixed }
  }

  /// Counts them. Nil where the two plans do not tell them apart: where what is served is no beginning of what can be
  /// read, or records of them are damaged inside. What `known` has counted of the same log is not counted again.
  static func count(
    everything: ReplayPlan, served: ReplayPlan, jobs: Int, known: CountedSeries? = nil
  ) async -> PlainSeries? {
    if let series = known?.series(everything, served) { return series }
    guard let pass = await PlainSeriesPass.run(everything, served, jobs: jobs),
      let table = pass.result()
    else { return nil }
    known?.keep(table, everything, served)
    return PlainSeries(table)
  }

  /// What was counted, or a part of it; `lacksStrays` where samples of refs without a record were left out since.
  init(_ table: PlainTable, _ part: PlainTable.Part = .asCounted, lacksStrays: Bool = false) {
    refs = table.refs
    strays = lacksStrays ? 0 : part == .served ? table.strays.served : table.strays.all
    isAll = table.isAll
    for (number, count) in table.counts(part).enumerated() where count.everything.samples > 0 {
      let name = [UInt8](table.metrics.bytes(UInt32(number)))
      everything[name] = count.everything
      if count.served.samples > 0 { served[name] = count.served }
      if count.lost.samples > 0 { lost[name] = count.lost }
    }
  }
}

extension ReplayComparison.Count {
  /// The samples of one series, between two times since `base`.
  init(_ samples: UInt32, _ from: UInt32, _ to: UInt32, _ base: Int64) {
    self.init()
    series = 1
    self.samples = Int(samples)
    timeRange = TimeRange(minTime: base &+ Int64(from), maxTime: base &+ Int64(to))
  }
}
