internal import TSDBFormat
internal import TSDBStore

/// Of two logs, plain series of which all is left in the second, or nothing.
struct SettledSeries {
  /// What is gone, by metric.
  private(set) var lost: [[UInt8]: ReplayComparison.Count] = [:]
  /// What is left.
  private(set) var left: [[UInt8]: ReplayComparison.Count] = [:]
  /// Samples that could be read before.
  private(set) var samples = 0
  /// What of the first log need not be read again.
  let before: PlainSeries.Refs
  /// What of the second.
  let after: PlainSeries.Refs
  /// True where there is nothing besides them.
  let isAll: Bool

  /// Reads both logs, where `known` has not counted the first, and does not know the second for a part of it. Nil
  /// where they have to be compared as a whole.
  static func settle(
    _ before: ReplayPlan, _ after: ReplayPlan, jobs: Int, known: CountedSeries? = nil
  ) async -> SettledSeries? {
    if let settled = known?.loss(from: before, to: after) { return settled }
    guard var first = await PlainSeriesPass.run(before, before, jobs: jobs),
      var second = await PlainSeriesPass.run(after, after, jobs: jobs)
    else { return nil }
    return first.settle(&second)
  }

  init(
    _ counts: [(lost: PlainSeries.Count, left: PlainSeries.Count)], _ metrics: ByteStringTable,
    before: PlainSeries.Refs, after: PlainSeries.Refs, isAll: Bool
  ) {
    self.before = before
    self.after = after
    self.isAll = isAll
    for (number, count) in counts.enumerated() {
      samples += count.lost.samples + count.left.samples
      let name = [UInt8](metrics.bytes(UInt32(number)))
      if count.lost.samples > 0 { lost[name] = count.lost }
      if count.left.samples > 0 { left[name] = count.left }
    }
  }
}

extension SettledSeries {
  /// What is left in a `part` of a log that was counted.
  init(_ table: PlainTable, _ part: PlainTable.Part) {
    self.init(
      table.loss(part), table.metrics, before: table.refs, after: table.refs, isAll: table.isAll)
  }
}

extension PlainSeriesPass {
  /// Settles which of the series are the same in `after`, and which are gone there. The others are mixed ones from
  /// now on.
  mutating func settle(_ after: inout PlainSeriesPass) -> SettledSeries {
    var counts = [(lost: PlainSeries.Count, left: PlainSeries.Count)](
      repeating: (.init(), .init()), count: metrics.count)
    refs.forEach { ref, number in
      let row = tallies[Int(number)]
      guard !row.isMixed else { return }
      let place = after.refs.entry(of: ref)
      guard isSettled(Int(number), place, after) else {
        tallies[Int(number)].metric = PlainSeries.Tally.mixed
        return
      }
      guard row.served > 0 else { return }
      let count = PlainSeries.Count(row.served, row.servedFrom, row.servedTo, base ?? 0)
      if place >= 0, after.tallies[place].served > 0 {
        counts[Int(row.metric)].left.add(count)
      } else {
        counts[Int(row.metric)].lost.add(count)
      }
    }
    after.refs.forEach { ref, number in
      let place = refs.entry(of: ref)
      if place < 0 || tallies[place].isMixed
        || series[place].labels != after.series[Int(number)].labels
      {
        after.tallies[Int(number)].metric = PlainSeries.Tally.mixed
      }
    }
    return SettledSeries(
      counts, metrics, before: counted, after: after.counted,
      isAll: !hasMore && !after.hasMore && !hasMixed && !after.hasMixed)
  }

  /// True where all of the series at `place` is in that at `other`, or nothing.
  private func isSettled(_ place: Int, _ other: Int, _ after: PlainSeriesPass) -> Bool {
    guard other >= 0 else { return !after.holds(series[place].labels) }
    let (mine, theirs) = (tallies[place], after.tallies[other])
    guard !theirs.isMixed, after.series[other].labels == series[place].labels else { return false }
    return theirs.served == 0
      || theirs.served == mine.served && after.series[other].sum == series[place].sum
  }
}
