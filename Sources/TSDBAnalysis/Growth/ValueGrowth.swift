internal import TSDBFormat

/// A label value in one job: its life, and the births that have it.
struct ValueLife {
  let pair: LabelPairTable.PairID
  /// First sample of the first series.
  let first: Int64
  /// Last sample of the last series.
  let last: Int64
  /// Births that have it.
  let births: Int
  /// True where it was there when the history, or the job, began.
  let isOld: Bool
  /// True where it showed up when the history went on after a stretch without samples.
  let isReturned: Bool
}

/// Judges whether the values of a label in one job grew, and since when: against what was usual there, by
/// how many there are at a time, and by how many come within the span of a head.
struct ValueGrowth {
  /// How a rollout and growth are told apart. Each is a property of servers and deployments, not of data.
  enum Limit {
    /// How long a server keeps a series in memory after its last sample, about.
    static let headSpan: Int64 = 3 * 3_600_000
    /// Births of a day tell what is usual.
    static let day: Int64 = 24 * 3_600_000
    /// So much of a day is one, where its ends are cut.
    static let mostOfDay: Int64 = 24 * 3_600_000 - 30 * 60_000
    /// How long what is replaced may stay beside what replaces it.
    static let overlap: Int64 = 30 * 60_000
    /// Beside a canary, or one colour of two, the old stays longer; what stays beside it for as long as this
    /// takes its place no more.
    static let longestOverlap: Int64 = 2 * 3_600_000
    /// Fewer values than this are no growth of values.
    static let fewest = 10
    /// Fewer values than this grow only where they multiply.
    static let many = 100
    /// A rollout with full overlap doubles what is there; this is more.
    static let multiple = 2.5
    /// Values that replace nothing grow where there is half as many again.
    static let share = 0.5
    /// A deployment and its undoing, twice, replace each value so often within the span of a head.
    static let replacements = 4
  }

  /// What came of it.
  struct Growth {
    /// Since when; nil where it was there from the beginning.
    let onset: Int64?
    /// The values that came since then, in their order.
    let values: [ValueLife]
    /// Values that were there before.
    let before: Int
    /// Values that were there before at most at a time, and that and the growth together.
    let usual: Int
    let peak: Int
    /// True where the values stay, and there are more of them at a time.
    let isSustained: Bool
    /// True where so many came within the span of a head as no rollout replaces.
    let isFlood: Bool
  }

  private let history: GrowthHistory
  /// When births begin to count.
  private let start: Int64
  /// True for labels whose values rollouts replace.
  private let isReplaced: Bool
  /// True where the job itself is new, so that nothing says what is usual.
  private let isNewJob: Bool
  private let old: [ValueLife]
  private let new: [ValueLife]

  init(
    _ values: [ValueLife], since start: Int64, isReplaced: Bool, isNewJob: Bool = false,
    in history: GrowthHistory
  ) {
    self.history = history
    self.isNewJob = isNewJob
    self.start = start
    self.isReplaced = isReplaced
    old = values.filter { $0.isOld }
    new = values.filter { !$0.isOld }.sorted { ($0.first, $0.pair) < ($1.first, $1.pair) }
  }

  /// The growth; nil where all is as usual.
  func find() -> Growth? {
    let counted = new.filter { !$0.isReturned }
    guard counted.count >= Limit.fewest, let last = counted.last?.first else { return nil }
    let onset = Self.onset(counted, from: start, to: last, interval: history.interval)
    let since = onset ?? .min
    let values = new.filter { $0.first >= since }
    let usual = max(mostAtATime(before: onset), 0)
    let peak = mostSustained(since: since, beside: Limit.overlap, everAfter: true)
    let flood = Self.most(within: Limit.headSpan, of: counted.filter { $0.first >= since })
    let floodBefore = Self.most(
      within: Limit.headSpan, of: new.filter { $0.first < since && !$0.isReturned })
    let isSustained = isSustained(usual: usual, peak: peak, onset)
    let least = isReplaced ? Limit.fewest : Limit.many
    let isFlood =
      flood >= least && flood > Limit.replacements * max(usual, 1) && flood > 2 * floodBefore
      && !(onset == nil && isReplaced && !isNewJob) && !keepsPace(values, usual, onset)
    guard isSustained || isFlood else { return nil }
    return Growth(
      onset: onset, values: values, before: alive(before: onset), usual: usual,
      peak: max(peak, isFlood ? flood : 0), isSustained: isSustained, isFlood: isFlood)
  }

  private func isSustained(usual: Int, peak: Int, _ onset: Int64?) -> Bool {
    let more = peak - usual
    guard more >= Limit.fewest else { return false }
    if Double(peak) >= Limit.multiple * Double(max(usual, 1)) { return true }
    if isReplaced {
      guard let onset else { return false }
      let stay = mostSustained(since: onset, beside: Limit.longestOverlap, everAfter: false) - usual
      return stay >= Limit.fewest && Double(stay) >= Limit.share * Double(usual)
    }
    guard more >= Limit.many else { return false }
    // Growth that has no beginning had its own beginning before the data.
    return onset == nil || Double(more) >= Limit.share * Double(usual)
  }

  /// True where what names instances is replaced as fast as it always was, on nodes that come and go for
  /// example: no more at a time than a rollout leaves, and each there for as long as those before.
  private func keepsPace(_ values: [ValueLife], _ usual: Int, _ onset: Int64?) -> Bool {
    guard isReplaced, !isNewJob, let onset else { return false }
    func median(_ values: [ValueLife]) -> Int64 {
      let lives = values.map { TimeRange(minTime: $0.first, maxTime: $0.last).duration }.sorted()
      return lives.isEmpty ? .max : lives[lives.count / 2]
    }
    guard median(values) >= median(old) / 2 else { return false }
    var changes: [(time: Int64, change: Int)] = []
    for value in old + new where value.last >= onset {
      changes.append((max(value.first, onset), 1))
      changes.append(((Timestamp(value.last) + history.interval).milliseconds, -1))
    }
    return Double(Self.most(changes)) <= Limit.multiple * Double(max(usual, 1))
  }

  // MARK: Onset

  /// When values set in: each counts at its first sample, with all of its births. Nil where they come
  /// evenly from the start.
  ///
  /// Twice the same: the births so far, against what a steady rate would have brought; where they lie
  /// furthest below, the rate changes. First with the average rate, which finds the steepest part; then
  /// with a twentieth of that part's rate, so that growth that begins on one of twenty targets is dated to
  /// there and a value now and then before it is not taken for its beginning.
  static func onset(
    _ values: [ValueLife], from start: Int64, to last: Int64, interval: Int64
  ) -> Int64? {
    let total = Double(values.reduce(0) { $0 + $1.births })
    func time(_ value: ValueLife) -> Double {
      Double(TimeRange(minTime: start, maxTime: value.first).duration)
    }
    let span = Double(TimeRange(minTime: start, maxTime: last).duration &+ interval)
    guard let knee = Self.knee(values, rate: total / span, atLeast: total * 0.05, time) else {
      return nil
    }
    let before = Double(values[..<knee].reduce(0) { $0 + $1.births })
    let steep = (total - before) / max(span - time(values[knee]), Double(interval))
    let usual = before / max(time(values[knee]), Double(interval))
    // Where the steep part is not far steeper, it is the same growth, uneven.
    guard steep > 3 * usual else { return nil }
    let rate = max(2 * usual, steep / 20)
    return Self.knee(values, rate: rate, atLeast: 0, time).map { values[$0].first }
      ?? values[knee].first
  }

  /// The value before which the births lie furthest below `rate`, if that is more than `least`.
  private static func knee(
    _ values: [ValueLife], rate: Double, atLeast least: Double, _ time: (ValueLife) -> Double
  ) -> Int? {
    var before = 0.0
    var deepest = least
    var found: Int?
    for (index, value) in values.enumerated() {
      let below = rate * time(value) - before
      if below > deepest {
        deepest = below
        found = index
      }
      before += Double(value.births)
    }
    return found
  }

  // MARK: How many

  /// The most values at a time in the day before `onset`, or when the history began.
  private func mostAtATime(before onset: Int64?) -> Int {
    guard let onset else { return old.count }
    let from = max(start, (Timestamp(onset) - Limit.day).milliseconds)
    var changes: [(time: Int64, change: Int)] = []
    for value in old + new where value.first < onset {
      let last = (Timestamp(value.last) + history.interval).milliseconds
      guard last >= from else { continue }
      changes.append((max(value.first, from), 1))
      if last < onset { changes.append((last, -1)) }
    }
    return Self.most(changes)
  }

  /// The most values at a time from `onset` on, of those that stay: the last `overlap` of each that ends does
  /// not count, because what replaces it is there by then. What is there when the data ends stays ever after,
  /// or ends as the data does.
  private func mostSustained(since onset: Int64, beside overlap: Int64, everAfter: Bool) -> Int {
    var changes: [(time: Int64, change: Int)] = []
    for value in old + new {
      let times = TimeRange(minTime: value.first, maxTime: value.last)
      if everAfter, history.isAlive(times) {
        changes.append((max(value.first, onset), 1))
        continue
      }
      let last = (Timestamp(value.last) - overlap).milliseconds
      guard last > value.first, last > onset else { continue }
      changes.append((max(value.first, onset), 1))
      changes.append((last, -1))
    }
    return Self.most(changes)
  }

  /// The highest sum of changes, those that add first.
  private static func most(_ changes: [(time: Int64, change: Int)]) -> Int {
    var (sum, most) = (0, 0)
    for change in changes.sorted(by: { ($0.time, -$0.change) < ($1.time, -$1.change) }) {
      sum += change.change
      most = max(most, sum)
    }
    return most
  }

  /// The most of `values`, which are sorted, that begin within `length`.
  static func most(within length: Int64, of values: [ValueLife]) -> Int {
    var (first, most) = (0, 0)
    for (index, value) in values.enumerated() {
      while TimeRange(minTime: values[first].first, maxTime: value.first).duration > length {
        first += 1
      }
      most = max(most, index - first + 1)
    }
    return most
  }

  /// Values that are there just before `onset`.
  private func alive(before onset: Int64?) -> Int {
    guard let onset else { return old.count }
    let oldest = (Timestamp(onset) - 900_000).milliseconds
    return (old + new).count { $0.first < onset && $0.last >= oldest }
  }
}
