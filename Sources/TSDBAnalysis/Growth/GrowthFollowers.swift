internal import TSDBFormat

/// What is found over all jobs: one label in several of them, and jobs that tell of the targets of another.
extension GrowthSearch {
  /// The same label in several jobs at the same time, or with the same values, is one cause; births of
  /// other jobs that have its new values are its births.
  mutating func join() {
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
        !InstanceLabel.names(growth.history.pairs.name(label))
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
    guard left.kind == right.kind, let label = left.label, label == right.label else {
      return false
    }
    if let mine = left.onset, let other = right.onset {
      let apart = max(
        TimeRange(minTime: mine, maxTime: other).duration,
        TimeRange(minTime: other, maxTime: mine).duration)
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
    if let mine = left.onset, let other = right.onset {
      draft.onset = min(mine, other)
    } else {
      draft.onset = nil
    }
    return draft
  }

  /// True for causes that have new targets: those of which other jobs may tell.
  private func isLeader(_ draft: GrowthDraft) -> Bool {
    let pairs = growth.history.pairs
    switch draft.kind {
    case .targets, .newJob, .periodic: return true
    case .product:
      return draft.values.keys.contains { JobGrowth.isTarget(pairs.name($0)) }
    case .labelValues:
      // Of pods that nobody scrapes, the one that tells most leads.
      return draft.values.keys.contains { InstanceLabel.names(pairs.name($0)) }
    case .metricNames, .renamed, .downtime, .rollout: return false
    }
  }

  /// Who leads where several could: those that have the targets themselves, then the largest.
  private func isBehind(_ left: Int, _ right: Int) -> Bool {
    let (mine, other) = (drafts[left], drafts[right])
    if (mine.kind == .labelValues) != (other.kind == .labelValues) {
      return mine.kind == .labelValues
    }
    return (mine.members.count, right) < (other.members.count, left)
  }

  /// Series in which other jobs tell of the new targets of a cause.
  mutating func follow() {
    let leaders = drafts.indices.filter { isLeader(drafts[$0]) }.sorted { isBehind($0, $1) }
    guard !leaders.isEmpty else { return }
    let leaderOf = leaderOfPairs(leaders)
    let history = growth.history
    var rank: [Int: Int] = [:]
    for (place, index) in leaders.enumerated() { rank[index] = place }
    /// The first among the causes of whose targets a series tells, but one.
    func leader(of series: SeriesID, but own: Int? = nil) -> Int? {
      var best: Int?
      let pairs = history.series.pairs(of: series)
      for place in pairs.indices {
        guard let found = leaderOf[pairs[place]], found != own else { continue }
        if rank[found] ?? -1 > best.flatMap({ rank[$0] }) ?? -1 { best = found }
      }
      return best
    }
    for index in drafts.indices {
      guard let job = drafts[index].job, drafts[index].kind != .newJob else { continue }
      var counts: [Int: Int] = [:]
      for series in drafts[index].members {
        if let found = leader(of: series, but: index), drafts[found].job != job {
          counts[found, default: 0] += 1
        }
      }
      guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        most.value * 2 >= drafts[index].members.count, isBehind(index, most.key)
      else { continue }
      drafts[index].follows = most.key
    }
    let ends = drafts.map { self.times($0.members) }
    let times = history.series.times
    for (number, job) in growth.jobs.enumerated() where job.births > 0 {
      var found: [Int: [SeriesID]] = [:]
      for series in births(of: job) {
        guard let index = leader(of: series), drafts[index].job != number,
          drafts[index].kind != .labelValues,
          times[Int(series)].minTime
            >= (Timestamp(ends[index].minTime) - ValueGrowth.Limit.overlap).milliseconds
        else { continue }
        found[index, default: []].append(series)
      }
      for (index, members) in found.sorted(by: { $0.key < $1.key }) {
        let draft = follower(of: index, members, leaderOf, number)
        take(draft)
      }
    }
  }

  /// Causes that tell of targets which a repair cut out follow from those, as they did before.
  mutating func followCut() {
    let (cut, pairs) = (growth.cutTargets, growth.history.pairs)
    guard !cut.isEmpty else { return }
    for index in drafts.indices where drafts[index].kind == .labelValues {
      drafts[index].followsCut = drafts[index].values.contains { label, values in
        InstanceLabel.names(pairs.name(label)) && !values.isEmpty
          && values.count { cut.contains([UInt8](pairs.value(ofPair: $0))) } * 2 >= values.count
      }
    }
  }

  /// By pair: the cause of whose targets its value is the name.
  private func leaderOfPairs(_ leaders: [Int]) -> [PairID: Int] {
    let pairs = growth.history.pairs
    var names: [[UInt8]: Int] = [:]
    for index in leaders {
      for label in drafts[index].values.keys.sorted()
      where InstanceLabel.names(pairs.name(label)) || JobGrowth.isTarget(pairs.name(label)) {
        for pair in drafts[index].values[label] ?? [] {
          let name = [UInt8](pairs.value(ofPair: pair))
          // A number names many things.
          if name.allSatisfy({ (0x30...0x39).contains($0) }) { continue }
          names[name] = index
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
      values: top.map { [$0.key: $0.value.keys.sorted()] } ?? [:],
      onset: self.times(members).minTime,
      job: job, follows: leader)
  }
}
