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
      let renames = TargetRenames(growth, job, job.isNew ? [] : births(of: job))
      if let renamed = renamed(renames, number) { take(renamed) }
      if let new = new(job, number, values) { take(new) }
      let rest = replacements(job, values)
      rests.append((rollout(job, number, values, rest), rest + renames.relabelled))
    }
    join()
    follow()
    for (rollout, births) in rests {
      if let rollout {
        let left = rollout.members.count { !isTaken[Int($0)] }
        if left * 2 >= rollout.members.count { take(rollout) }
      }
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
  private func births(_ isWanted: (SeriesID) -> Bool = { _ in true }) -> [SeriesID] {
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
      let new = values.values(of: label, in: growth).filter { !$0.isOld || job.isNew }
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
    var named = targets(of: job, values)
    named[best.label] = best.values.map(\.pair)
    return GrowthDraft(
      kind: .periodic, label: best.label, members: members, values: named, onset: best.values.first?.first, job: number)
  }

  // MARK: Other names for the same

  /// Births under names that their target did not have, as series of other names on it end.
  private func renamed(_ renames: TargetRenames, _ number: Int) -> GrowthDraft? {
    guard let metricName = growth.metricName, renames.births.count >= Self.fewest else { return nil }
    return GrowthDraft(
      kind: .renamed, members: renames.births, values: [metricName: renames.names],
      onset: times(renames.births).minTime, job: number)
  }

  // MARK: A job that was not there before

  private func new(
    _ job: GrowthHistory.Job, _ number: Int, _ values: JobValues
  ) -> GrowthDraft? {
    guard job.isNew, job.pair != nil else { return nil }
    return GrowthDraft(
      kind: .newJob, members: births(of: job), values: targets(of: job, values),
      onset: job.start, job: number)
  }

  /// The new values of all labels that name an instance of a program.
  private func targets(of job: GrowthHistory.Job, _ values: JobValues) -> [NameID: [PairID]] {
    let pairs = growth.history.pairs
    var targets: [NameID: [PairID]] = [:]
    for (label, count) in values.labels
    where count.pairs.count >= ValueGrowth.Limit.fewest && RolloutSearch.replaces(pairs.name(label)) {
      targets[label] = count.pairs.filter { job.isNew || values.isNew($0) }
    }
    return targets
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

  /// A rollout, where the births of an hour replaced all of what was there.
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
    let before = lives.count { $0.isOld }
    guard let hour = Self.fullest(hour: new), hour.count > 1, hour.count * 10 >= before * 9 else {
      return nil
    }
    let chosen = Set(new[hour].map(\.pair))
    let replaced = members.filter { series in
      growth.history.pair(of: series, named: top.key).map { chosen.contains($0) } ?? false
    }
    return GrowthDraft(
      kind: .rollout, label: top.key, members: replaced, values: [top.key: new[hour].map(\.pair)],
      valuesBefore: before, onset: times(replaced).minTime, job: number)
  }

  /// The values, which are sorted, of the hour in which the most came.
  private static func fullest(hour values: [ValueLife]) -> Range<Int>? {
    var first = 0
    var best: Range<Int>?
    for (index, value) in values.enumerated() {
      while Time.span(from: values[first].first, to: value.first) > 3_600_000 { first += 1 }
      if index + 1 - first > best?.count ?? 0 { best = first..<index + 1 }
    }
    return best
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
    let history = growth.history
    let births = births()
    for index in drafts.indices where drafts[index].kind == .labelValues {
      // What names an instance is in the series of its own job as well.
      guard let label = drafts[index].label,
        !RolloutSearch.replaces(growth.history.pairs.name(label))
      else { continue }
      let values = Set(drafts[index].values[label] ?? [])
      let onset = drafts[index].onset ?? .min
      let times = history.series.times
      var finder = LabelFinder(label)
      let more = births.filter { series in
        guard !isTaken[Int(series)], times[Int(series)].minTime >= onset,
          let pair = finder.pair(of: series, in: history)
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

  /// True for causes that have new targets: those of which other jobs may tell.
  private func isLeader(_ draft: GrowthDraft) -> Bool {
    let pairs = growth.history.pairs
    switch draft.kind {
    case .targets, .newJob, .periodic: return true
    case .product:
      return draft.values.keys.contains { JobGrowth.isTarget(pairs.name($0)) }
    case .labelValues, .metricNames, .renamed, .downtime, .rollout: return false
    }
  }

  /// Series in which other jobs tell of the new targets of a cause.
  private mutating func follow() {
    let leaders = drafts.indices.filter { isLeader(drafts[$0]) }
    guard !leaders.isEmpty else { return }
    let leaderOf = leaderOfPairs(leaders)
    let history = growth.history
    func leader(of series: SeriesID) -> Int? {
      let own = history.series.pairs(of: series)
      for index in own.indices {
        if let found = leaderOf[own[index]] { return found }
      }
      return nil
    }
    for index in drafts.indices {
      guard let job = drafts[index].job, drafts[index].kind != .newJob else { continue }
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
    let times = history.series.times
    for (number, job) in growth.jobs.enumerated() where job.births > 0 {
      var found: [Int: [SeriesID]] = [:]
      for series in births(of: job) {
        guard let index = leader(of: series), drafts[index].job != number,
          times[Int(series)].minTime >= Time.moved(ends[index].minTime, by: -ValueGrowth.Limit.overlap)
        else { continue }
        found[index, default: []].append(series)
      }
      for (index, members) in found.sorted(by: { $0.key < $1.key }) {
        let draft = follower(of: index, members, leaderOf, number)
        take(draft)
      }
    }
  }

  /// By pair: the cause of whose targets its value is the name.
  private func leaderOfPairs(_ leaders: [Int]) -> [PairID: Int] {
    let pairs = growth.history.pairs
    var names: [[UInt8]: Int] = [:]
    for index in leaders {
      for label in drafts[index].values.keys.sorted()
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
