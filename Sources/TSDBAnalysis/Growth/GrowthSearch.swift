internal import TSDBFormat

/// Puts every birth of a history to one account: causes first, job by job; then what was renamed, what is
/// new as a whole, what came while no samples were taken, what rollouts replaced; and a rest.
struct GrowthSearch {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID
  typealias SeriesID = SeriesTable.SeriesID

  /// Fewer births than this are no cause of their own.
  static let fewest = 100

  let growth: GrowthHistory
  private(set) var drafts: [GrowthDraft] = []
  /// By series: whether a cause has it, or it is ordinary.
  private var isTaken: [Bool]
  private(set) var ordinary = 0

  init(_ growth: GrowthHistory) {
    self.growth = growth
    isTaken = [Bool](repeating: false, count: growth.history.series.count)
    var values = JobValues(pairs: growth.history.pairs.count)
    var rests: [(rollout: GrowthDraft?, births: [SeriesID])] = []
    for (number, job) in growth.jobs.enumerated() where job.births > 0 {
      values.count(job, of: growth)
      let search = JobGrowth(growth: growth, values: values, number: number, job: job)
      if let periodic = periodic(job, number, values) { take(periodic) }
      for draft in search.find() { take(draft) }
      if let renamed = renamed(job, number, values) { take(renamed) }
      if let new = new(job, number) { take(new) }
      let rest = replacements(job, values)
      rests.append((rollout(job, number, values, rest), rest))
    }
    join()
    follow()
    for (rollout, births) in rests {
      let left = births.count { !isTaken[Int($0)] }
      if let rollout, left * 2 >= births.count { take(rollout) }
      ordinary(births)
    }
    let returned = births { growth.births[Int($0)] == .returned }
    if returned.count >= Self.fewest {
      take(GrowthDraft(kind: .downtime, members: returned, onset: times(returned).minTime))
    } else {
      ordinary(returned)
    }
  }

  /// All births that no account has yet and `isWanted` takes.
  private func births(_ isWanted: (SeriesID) -> Bool) -> [SeriesID] {
    var found: [SeriesID] = []
    for (series, birth) in growth.births.enumerated() where birth == .born || birth == .returned {
      if !isTaken[series], isWanted(SeriesID(series)) { found.append(SeriesID(series)) }
    }
    return found
  }

  /// Takes in a cause: births that another has stay with that.
  private mutating func take(_ draft: GrowthDraft) {
    var draft = draft
    draft.members.removeAll { isTaken[Int($0)] }
    guard draft.members.count >= Self.fewest else { return }
    for series in draft.members { isTaken[Int(series)] = true }
    drafts.append(draft)
  }

  private mutating func ordinary(_ members: [SeriesID]) {
    for series in members where !isTaken[Int(series)] {
      isTaken[Int(series)] = true
      ordinary += 1
    }
  }

  private func times(_ members: [SeriesID]) -> TimeRange {
    var range = TimeRange()
    let times = growth.history.series.times
    for series in members { range.include(times[Int(series)].minTime) }
    return range
  }

  /// Births of a job that no account has yet.
  private func births(of job: GrowthHistory.Job) -> [SeriesID] {
    growth.byJob[job.series].filter { growth.births[Int($0)] != .old && !isTaken[Int($0)] }
  }

  // MARK: What comes and goes by the clock

  /// Births that come at the same hour of other days, and are gone before the next.
  private func periodic(
    _ job: GrowthHistory.Job, _ number: Int, _ values: JobValues
  ) -> GrowthDraft? {
    guard job.births >= Self.fewest else { return nil }
    var best: (label: NameID, values: [ValueLife], births: Int)?
    for (label, count) in values.labels where count.new >= 2 {
      let new = values.values(of: label, in: growth).filter { !$0.isOld }
        .sorted { ($0.first, $0.pair) < ($1.first, $1.pair) }
      let births = new.reduce(0) { $0 + $1.births }
      guard births >= Self.fewest, births > best?.births ?? 0,
        PeriodicBirths(new, interval: growth.interval).isPeriodic
      else { continue }
      best = (label, new, births)
    }
    guard let best else { return nil }
    var isNew = Set<PairID>()
    for value in best.values { isNew.insert(value.pair) }
    let members = births(of: job).filter { series in
      growth.history.pair(of: series, named: best.label).map { isNew.contains($0) } ?? false
    }
    return GrowthDraft(
      kind: .periodic, label: best.label, members: members,
      values: [best.label: best.values.map(\.pair)], onset: best.values.first?.first, job: number)
  }

  // MARK: Other names for the same

  /// Births under names that the job did not have, as many series of other names on the same targets end.
  private func renamed(
    _ job: GrowthHistory.Job, _ number: Int, _ values: JobValues
  ) -> GrowthDraft? {
    guard !job.isNew, let metricName = growth.metricName,
      let label = values.labels[metricName], label.new > 0
    else { return nil }
    let history = growth.history
    var members: [SeriesID] = []
    var finder = LabelFinder(metricName)
    for series in births(of: job) {
      guard let name = finder.pair(of: series, in: history), values.isNew(name) else { continue }
      members.append(series)
    }
    guard members.count >= Self.fewest else { return nil }
    let born = times(members)
    let from = Time.moved(born.minTime, by: -ValueGrowth.Limit.overlap)
    let to = Time.moved(born.maxTime, by: ValueGrowth.Limit.overlap)
    let times = history.series.times
    let ended = growth.byJob[job.series].count { series in
      let range = times[Int(series)]
      guard range.minTime < born.minTime, range.maxTime >= from, range.maxTime <= to,
        !growth.isAlive(range), let name = finder.pair(of: series, in: history)
      else { return false }
      return !values.isNew(name) && values.last(name) <= to
    }
    guard ended * 2 >= members.count else { return nil }
    let names = label.pairs.filter { values.isNew($0) }
      .sorted { (values.first($0), $0) < (values.first($1), $1) }
    return GrowthDraft(
      kind: .renamed, members: members, values: [metricName: names], onset: born.minTime,
      job: number)
  }

  // MARK: A job that was not there before

  private func new(_ job: GrowthHistory.Job, _ number: Int) -> GrowthDraft? {
    guard job.isNew, job.pair != nil else { return nil }
    return GrowthDraft(
      kind: .newJob, members: births(of: job), onset: job.start, job: number)
  }

  // MARK: What takes the place of others

  /// Births that have a new value of a label that names an instance of a program or a release.
  private func replacements(_ job: GrowthHistory.Job, _ values: JobValues) -> [SeriesID] {
    let pairs = growth.history.pairs
    let names = Set(values.labels.keys.filter { RolloutSearch.replaces(pairs.name($0)) })
    let series = growth.history.series
    return births(of: job).filter { id in
      guard growth.births[Int(id)] == .born else { return false }
      let own = series.pairs(of: id)
      for index in own.indices
      where names.contains(pairs.nameID(ofPair: own[index])) && values.isNew(own[index]) {
        return true
      }
      return false
    }
  }

  /// A rollout, where the births of an hour replaced at least half of what was there.
  private func rollout(
    _ job: GrowthHistory.Job, _ number: Int, _ values: JobValues, _ members: [SeriesID]
  ) -> GrowthDraft? {
    guard !job.isNew, members.count >= Self.fewest else { return nil }
    let pairs = growth.history.pairs
    let labels = values.labels.filter { RolloutSearch.replaces(pairs.name($0.key)) }
    let top = labels.max { left, right in
      (left.value.new, right.key) < (right.value.new, left.key)
    }
    guard let top else { return nil }
    let lives = values.values(of: top.key, in: growth)
    let new = lives.filter { !$0.isOld && !$0.isReturned }
      .sorted { ($0.first, $0.pair) < ($1.first, $1.pair) }
    let hour = ValueGrowth.most(within: 3_600_000, of: new)
    guard hour > 1, hour * 2 >= lives.count - new.count else { return nil }
    return GrowthDraft(
      kind: .rollout, label: top.key, members: members, values: [top.key: new.map(\.pair)],
      valuesBefore: lives.count - new.count, onset: times(members).minTime, job: number)
  }

  // MARK: Over all jobs

  /// The same label in several jobs at the same time, or with the same values, is one cause; births of
  /// other jobs that have its new values are its births.
  private mutating func join() {
    var kept: [GrowthDraft] = []
    for draft in drafts {
      let isCommon = draft.kind == .labelValues || draft.kind == .metricNames
      if isCommon, let index = kept.firstIndex(where: { isSame($0, draft) }) {
        kept[index] = joined(kept[index], draft)
      } else {
        kept.append(draft)
      }
    }
    drafts = kept
    for index in drafts.indices where drafts[index].kind == .labelValues {
      // What names an instance is in the series of its own job as well.
      guard let label = drafts[index].label,
        !RolloutSearch.replaces(growth.history.pairs.name(label))
      else { continue }
      let values = Set(drafts[index].values[label] ?? [])
      let onset = drafts[index].onset ?? .min
      let times = growth.history.series.times
      var finder = LabelFinder(label)
      let more = births { series in
        guard times[Int(series)].minTime >= onset,
          let pair = finder.pair(of: series, in: growth.history)
        else { return false }
        return values.contains(pair)
      }
      for series in more { isTaken[Int(series)] = true }
      drafts[index].members += more
    }
  }

  private func isSame(_ left: GrowthDraft, _ right: GrowthDraft) -> Bool {
    guard left.kind == right.kind, let label = left.label, label == right.label else { return false }
    if let mine = left.onset, let other = right.onset {
      let apart = max(Time.span(from: mine, to: other), Time.span(from: other, to: mine))
      if apart <= ValueGrowth.Limit.overlap { return true }
    } else if left.onset == nil && right.onset == nil {
      return true
    }
    let values = Set(left.values[label] ?? [])
    let others = right.values[label] ?? []
    return others.count { values.contains($0) } * 10 >= others.count
  }

  private func joined(_ left: GrowthDraft, _ right: GrowthDraft) -> GrowthDraft {
    var draft = left
    draft.job = nil
    draft.members += right.members
    draft.alsoLabels += right.alsoLabels.filter { !left.alsoLabels.contains($0) }
    for (label, values) in right.values {
      let known = Set(draft.values[label] ?? [])
      draft.values[label, default: []] += values.filter { !known.contains($0) }
    }
    draft.valuesBefore = max(left.valuesBefore, right.valuesBefore)
    if let mine = left.onset, let other = right.onset { draft.onset = min(mine, other) } else { draft.onset = nil }
    return draft
  }

  /// Series in which other jobs tell of the new targets of a cause.
  private mutating func follow() {
    let leaders = drafts.indices.filter { index in
      guard drafts[index].kind == .targets || drafts[index].kind == .product else { return false }
      let pairs = growth.history.pairs
      return ([drafts[index].label] + drafts[index].alsoLabels).contains { label in
        label.map { JobGrowth.isTarget(pairs.name($0)) } ?? false
      }
    }
    guard !leaders.isEmpty else { return }
    let leaderOf = leaderOfPairs(leaders)
    func leader(of series: SeriesID) -> Int? {
      let own = growth.history.series.pairs(of: series)
      for index in own.indices {
        if let found = leaderOf[own[index]] { return found }
      }
      return nil
    }
    for index in drafts.indices {
      guard let job = drafts[index].job, drafts[index].follows == nil else { continue }
      var counts: [Int: Int] = [:]
      for series in drafts[index].members {
        if let found = leader(of: series), found != index, drafts[found].job != job {
          counts[found, default: 0] += 1
        }
      }
      guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        most.value * 2 >= drafts[index].members.count,
        drafts[most.key].members.count > drafts[index].members.count
          || drafts[index].kind != .targets
      else { continue }
      drafts[index].follows = most.key
    }
    let ends = drafts.map { self.times($0.members) }
    let times = growth.history.series.times
    for (number, job) in growth.jobs.enumerated() where job.births > 0 {
      var found: [Int: [SeriesID]] = [:]
      for series in births(of: job) {
        guard let index = leader(of: series), drafts[index].job != number,
          times[Int(series)].minTime >= Time.moved(ends[index].minTime, by: -ValueGrowth.Limit.overlap)
        else { continue }
        found[index, default: []].append(series)
      }
      for (index, members) in found.sorted(by: { $0.key < $1.key }) {
        let before = drafts.count
        take(follower(of: index, members, leaderOf, number))
        if drafts.count > before { drafts[before].follows = index }
      }
    }
  }

  /// By pair: the cause of whose targets its value is the name.
  private func leaderOfPairs(_ leaders: [Int]) -> [PairID: Int] {
    let pairs = growth.history.pairs
    var names: [[UInt8]: Int] = [:]
    for index in leaders {
      for label in [drafts[index].label].compactMap({ $0 }) + drafts[index].alsoLabels
      where RolloutSearch.replaces(pairs.name(label)) || JobGrowth.isTarget(pairs.name(label)) {
        for pair in drafts[index].values[label] ?? [] {
          names[[UInt8](pairs.value(ofPair: pair))] = index
        }
      }
    }
    let longest = names.keys.map(\.count).max() ?? 0
    var found: [PairID: Int] = [:]
    for pair in 0..<PairID(pairs.count) where pairs.valueLength(ofPair: pair) <= longest {
      if let index = names[[UInt8](pairs.value(ofPair: pair))] { found[pair] = index }
    }
    return found
  }

  private func follower(
    of leader: Int, _ members: [SeriesID], _ leaderOf: [PairID: Int], _ job: Int
  ) -> GrowthDraft {
    var counts: [NameID: [PairID: Int]] = [:]
    for series in members {
      let own = growth.history.series.pairs(of: series)
      for index in own.indices where leaderOf[own[index]] == leader {
        let label = growth.history.pairs.nameID(ofPair: own[index])
        counts[label, default: [:]][own[index], default: 0] += 1
      }
    }
    let top = counts.max { left, right in
      (left.value.count, right.key) < (right.value.count, left.key)
    }
    return GrowthDraft(
      kind: .labelValues, label: top?.key, members: members,
      values: top.map { [$0.key: $0.value.keys.sorted()] } ?? [:], onset: self.times(members).minTime,
      job: job, follows: leader)
  }
}

/// Tells whether births come at the same hour of other days.
struct PeriodicBirths {
  /// True where they do.
  let isPeriodic: Bool

  /// Bursts further apart than a head remembers; what comes in between adds up, and is none.
  private static let shortestPeriod = ValueGrowth.Limit.headSpan

  init(_ values: [ValueLife], interval: Int64) {
    struct Burst {
      var start: Int64
      var lastBirth: Int64
      var births: Int
      var ends: [Int64]
    }
    var bursts: [Burst] = []
    let pause = max(5 * interval, Self.shortestPeriod / 2)
    for value in values {
      if let last = bursts.last, Time.span(from: last.lastBirth, to: value.first) <= pause {
        bursts[bursts.count - 1].lastBirth = value.first
        bursts[bursts.count - 1].births += value.births
        bursts[bursts.count - 1].ends.append(value.last)
      } else {
        bursts.append(
          Burst(start: value.first, lastBirth: value.first, births: value.births, ends: [value.last]))
      }
    }
    // A value now and then between them is no burst.
    let most = bursts.map(\.births).max() ?? 0
    bursts.removeAll { $0.births * 10 < most }
    guard bursts.count >= 2 else {
      isPeriodic = false
      return
    }
    let before = bursts.dropLast().map(\.births).max() ?? 0
    let spans = zip(bursts, bursts.dropFirst()).map { Time.span(from: $0.start, to: $1.start) }
    let shortest = spans.min() ?? 0
    let isDaily = spans.allSatisfy { span in
      let off = span % ValueGrowth.Limit.day
      return span >= 20 * 3_600_000
        && min(off, ValueGrowth.Limit.day - off) <= ValueGrowth.Limit.overlap
    }
    let isEven =
      spans.count >= 2 && shortest >= Self.shortestPeriod
      && spans.allSatisfy { Double($0) <= 1.1 * Double(shortest) }
    // Half of what came is gone when the next comes.
    let isGone = zip(bursts, bursts.dropFirst()).allSatisfy { burst, next in
      burst.ends.count { $0 < next.start } * 2 >= burst.ends.count
    }
    isPeriodic =
      (isDaily || isEven) && isGone && (bursts.last?.births ?? 0) <= 2 * before
  }
}
