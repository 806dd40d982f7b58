internal import TSDBFormat

/// Puts every birth of a history to one account: causes first, job by job; then what was renamed, what is
/// new as a whole, what came while no samples were taken, what rollouts replaced; and a rest.
struct GrowthSearch {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID
  typealias SeriesID = SeriesTable.SeriesID

  /// Fewer births than this are no cause of their own.
  static let fewest = 100

  var growth: GrowthHistory
  var drafts: [GrowthDraft] = []
  /// By series: whether a cause has it, or it is ordinary.
  var isTaken: [Bool]
  /// Births that took the place of others.
  private(set) var ordinary: [SeriesID] = []

  init(_ growth: GrowthHistory) {
    self.growth = growth
    isTaken = [Bool](repeating: false, count: growth.history.series.count)
    if let names = jobNames() { take(names) }
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
    takeEarly()
    followCut()
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
  func births(_ isWanted: (SeriesID) -> Bool = { _ in true }) -> [SeriesID] {
    var found: [SeriesID] = []
    for (series, birth) in growth.births.enumerated() where birth == .born || birth == .returned {
      if !isTaken[series], isWanted(SeriesID(series)) { found.append(SeriesID(series)) }
    }
    return found
  }

  /// Takes in a cause: births that another has stay with that.
  mutating func take(_ draft: GrowthDraft) {
    var draft = draft
    draft.members.removeAll { isTaken[Int($0)] }
    guard draft.members.count >= Self.fewest else { return }
    for series in draft.members { isTaken[Int(series)] = true }
    drafts.append(draft)
  }

  private mutating func ordinary(_ members: [SeriesID]) {
    for series in members where !isTaken[Int(series)] {
      isTaken[Int(series)] = true
      ordinary.append(series)
    }
  }

  func times(_ members: [SeriesID]) -> TimeRange {
    var range = TimeRange()
    let times = growth.history.series.times
    for series in members { range.include(times[Int(series)].minTime) }
    return range
  }

  /// Births of a job that no account has yet.
  func births(of job: GrowthHistory.Job) -> [SeriesID] {
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
      kind: .periodic, label: best.label, members: members, values: named,
      onset: best.values.first?.first, job: number)
  }

  // MARK: Other names for the same

  /// Births under names that their target did not have, as series of other names on it end.
  private func renamed(_ renames: TargetRenames, _ number: Int) -> GrowthDraft? {
    guard let metricName = growth.metricName, renames.births.count >= Self.fewest else {
      return nil
    }
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
    where count.pairs.count >= ValueGrowth.Limit.fewest && InstanceLabel.names(pairs.name(label)) {
      targets[label] = count.pairs.filter { job.isNew || values.isNew($0) }
    }
    return targets
  }

  // MARK: What takes the place of others

  /// Births that have a new value of a label that names an instance of a program or a release.
  private func replacements(_ job: GrowthHistory.Job, _ values: JobValues) -> [SeriesID] {
    let pairs = growth.history.pairs
    let names = Set(values.labels.keys.filter { InstanceLabel.names(pairs.name($0)) })
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
    let labels = values.labels.filter { InstanceLabel.names(pairs.name($0.key)) }
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
      while TimeRange(minTime: values[first].first, maxTime: value.first).duration > 3_600_000 {
        first += 1
      }
      if index + 1 - first > best?.count ?? 0 { best = first..<index + 1 }
    }
    return best
  }
}
