internal import TSDBFormat
internal import TSDBStore

/// What is looked for in the samples of every series.
struct PresenceQuestion: Sendable {
  /// How far a query looks back.
  var lookback = Lookback.since3
  /// Instants of which every series keeps whether it is found: two at most.
  var marks: [Int64] = []
  /// Instants at which those that are found are only counted.
  var grid: InstantGrid?
  /// Whether it matters when the series is gone for good.
  var needsEnd = false
}

/// Looks at the samples of one series as instant queries do.
///
/// A first and a last sample do not tell whether a query finds a series between them: it may have been away, or
/// have ended by a marker. So the samples are read again, but only of chunks that reach into the look-back of
/// an instant, and of the last ones, which may hold the marker: what is found at the instants is exact, and
/// chunks between them are not unpacked. Instants that lie closer together than chunks are long need all.
struct SeriesExam {
  /// What came of it.
  struct Finding {
    /// First and last sample that is left; empty where none is.
    var times = TimeRange()
    /// True if there were samples, and tombstones delete every one.
    var isDeleted = false
    /// True if the last sample is a marker of staleness.
    var endsStale = false
    /// A bit for each mark at which the series is found.
    var marks: UInt8 = 0
    /// The instants of the grid at which it is found: from one to before another.
    var steps: [Range<Int>] = []
  }

  let question: PresenceQuestion
  private(set) var finding = Finding()
  /// Where the stretch began at which queries find the series; nil while they do not.
  private var start: Int64?
  private var last: Int64 = .min
  private var isEmpty = true

  init(_ question: PresenceQuestion) { self.question = question }

  /// Looks at `runs`, which are all samples of a series; gives what is wrong with chunks.
  mutating func examine(_ runs: [SampleRun]) -> [FileError] {
    let some = runs.filter { !$0.range.isEmpty }
    let left = some.filter { !$0.tombstones.covers($0.range) }
    for run in left { finding.times.include(run.range) }
    let isCut = left.contains { $0.tombstones.overlaps($0.range) }
    let end = finding.times.maxTime
    let wanted = left.filter {
      isCut || question.needsEnd && $0.range.maxTime == end || reachesInstant($0.range)
    }
    var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max))
    var seen = TimeRange()
    merge.merge(wanted) { samples in
      for index in samples.times.indices {
        add(samples.times[index], isStale: samples.isStale(at: index))
      }
      if let first = samples.times.first, let last = samples.times.last {
        seen.include(first)
        seen.include(last)
      }
    }
    close(at: question.lookback.end(after: last))
    // Headers say what a chunk held before something of it was deleted.
    if isCut, merge.problems.isEmpty { finding.times = seen }
    finding.isDeleted = finding.times.isEmpty && !some.isEmpty
    return merge.problems
  }

  /// True if a query at one of the instants looks at samples of `range`.
  private func reachesInstant(_ range: TimeRange) -> Bool {
    let gone = question.lookback.end(after: range.maxTime)
    if question.marks.contains(where: { range.minTime <= $0 && $0 < gone }) { return true }
    guard let grid = question.grid else { return false }
    let next = grid.index(notBefore: range.minTime)
    return next < grid.count && grid.time(of: next) < gone
  }

  private mutating func add(_ time: Int64, isStale: Bool) {
    let gone = isEmpty ? Int64.min : question.lookback.end(after: last)
    if start != nil, isStale || time > gone { close(at: min(gone, time)) }
    if !isStale, start == nil { start = time }
    finding.endsStale = isStale
    last = time
    isEmpty = false
  }

  /// Ends the stretch at which queries find the series before `end`.
  private mutating func close(at end: Int64) {
    guard let start else { return }
    self.start = nil
    // Times of a damaged chunk may go back.
    guard start < end else { return }
    for (number, mark) in question.marks.enumerated() where start <= mark && mark < end {
      finding.marks |= 1 &<< UInt8(truncatingIfNeeded: number)
    }
    if let grid = question.grid {
      let steps = grid.index(notBefore: start)..<grid.index(notBefore: end)
      if !steps.isEmpty { finding.steps.append(steps) }
    }
  }
}

extension SampleBatch {
  /// True if a sample is a marker of the end of a series.
  fileprivate func isStale(at index: Int) -> Bool {
    let value = values[index]
    return isHistogram(at: index)
      ? histograms[Int(truncatingIfNeeded: value)].isStale : value == StaleMarker.bits
  }
}
