internal import TSDBFormat

/// Looks for the labels whose values grew in one job, and for the smallest set of them that says all of
/// the births.
struct JobGrowth {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID
  typealias SeriesID = SeriesTable.SeriesID

  /// A label whose values grew.
  struct Candidate {
    let label: NameID
    let growth: ValueGrowth.Growth
  }

  /// At least so many births of a job are looked into.
  static let fewestBirths = 100
  /// Births that only put others in the place of what went are growth beyond this share of it.
  private static let replaced = 1.25
  /// More labels than this do not grow at once.
  private static let mostCandidates = 60

  let growth: GrowthHistory
  let values: JobValues
  let number: Int
  let job: GrowthHistory.Job

  /// The causes in the job.
  func find() -> [GrowthDraft] {
    guard job.births >= Self.fewestBirths else { return [] }
    let candidates = candidates()
    guard !candidates.isEmpty else { return [] }
    // By series: which candidates' new values it has.
    let marks = marks(of: candidates)
    var drafts: [GrowthDraft] = []
    for group in groups(marks.counts, candidates.count) {
      let members = marks.births.filter { $0.mask & group != 0 }
      if let draft = draft(
        candidates.enumerated().filter { group & (1 << UInt64($0.offset)) != 0 }.map(\.element),
        members.map(\.series))
      {
        drafts.append(draft)
      }
    }
    return drafts
  }

  // MARK: Candidates

  private func candidates() -> [Candidate] {
    var found: [Candidate] = []
    let pairs = growth.history.pairs
    for (label, count) in values.labels where count.new >= ValueGrowth.Limit.fewest {
      let search = ValueGrowth(
        values.values(of: label, in: growth), since: growth.settled(job),
        isReplaced: InstanceLabel.names(pairs.name(label)), isNewJob: job.isNew, in: growth)
      guard let grown = search.find() else { continue }
      let births = grown.values.reduce(0) { $0 + $1.births }
      guard births >= Self.fewestBirths else { continue }
      // The targets of a new job come one by one; only those that come and go are more than it needs.
      if job.isNew, !grown.isFlood || isSettling(grown),
        InstanceLabel.names(pairs.name(label))
      {
        continue
      }
      found.append(Candidate(label: label, growth: grown))
    }
    found.sort { ($0.growth.values.count, $1.label) > ($1.growth.values.count, $0.label) }
    return Array(found.prefix(Self.mostCandidates))
  }

  /// True where what came in a new job mostly stays.
  private func isSettling(_ grown: ValueGrowth.Growth) -> Bool {
    grown.isSustained && grown.peak * 2 >= grown.values.count
  }

  // MARK: Births

  private struct Marks {
    var births: [(series: SeriesID, mask: UInt64)] = []
    var counts: [UInt64: Int] = [:]
  }

  private func marks(of candidates: [Candidate]) -> Marks {
    var dense = [UInt64](repeating: 0, count: growth.history.pairs.count)
    for (index, candidate) in candidates.enumerated() {
      if job.isNew {
        // All that a new job has of it came with it.
        for pair in values.labels[candidate.label]?.pairs ?? [] {
          dense[Int(pair)] |= 1 << UInt64(index)
        }
      } else {
        for value in candidate.growth.values { dense[Int(value.pair)] |= 1 << UInt64(index) }
      }
    }
    var marks = Marks()
    var last: (mask: UInt64, count: Int) = (0, 0)
    let series = growth.history.series
    for place in job.series {
      let id = growth.byJob[place]
      guard growth.births[Int(id)] != .old else { continue }
      let pairs = series.pairs(of: id)
      var mask: UInt64 = 0
      for index in pairs.indices { mask |= dense[Int(pairs[index])] }
      guard mask != 0 else { continue }
      marks.births.append((id, mask))
      if mask != last.mask {
        marks.counts[last.mask, default: 0] += last.count
        last = (mask, 0)
      }
      last.count += 1
    }
    marks.counts[last.mask, default: 0] += last.count
    marks.counts[0] = nil
    return marks
  }

  /// Candidates that come together in at least half of the births of one of them are one cause.
  private func groups(_ counts: [UInt64: Int], _ count: Int) -> [UInt64] {
    var births = [Int](repeating: 0, count: count)
    var common = [[Int]](repeating: births, count: count)
    for (mask, number) in counts {
      for left in 0..<count where mask & (1 << UInt64(left)) != 0 {
        births[left] += number
        for right in 0..<count where mask & (1 << UInt64(right)) != 0 {
          common[left][right] += number
        }
      }
    }
    var groups: [UInt64] = []
    var taken: UInt64 = 0
    for first in 0..<count where taken & (1 << UInt64(first)) == 0 {
      var group: UInt64 = 1 << UInt64(first)
      var isGrowing = true
      while isGrowing {
        isGrowing = false
        for other in 0..<count where group & (1 << UInt64(other)) == 0 {
          let isJoined = (0..<count).contains {
            group & (1 << UInt64($0)) != 0
              && common[$0][other] * 2 >= min(births[$0], births[other])
          }
          if isJoined {
            group |= 1 << UInt64(other)
            isGrowing = true
          }
        }
      }
      taken |= group
      groups.append(group)
    }
    return groups
  }

  // MARK: Choice

  private func draft(_ candidates: [Candidate], _ all: [SeriesID]) -> GrowthDraft? {
    guard let first = candidates.first else { return nil }
    let choice = LabelChoice(growth.history, all)
    var best: (candidate: Candidate, followers: [NameID]) = (first, [])
    var others: [Candidate] = []
    if candidates.count > 1 {
      let ranked = choice.rank(candidates.map(\.label))
      guard let top = ranked.first,
        let candidate = candidates.first(where: { $0.label == top.label })
      else { return nil }
      best = (candidate, top.followers)
      others = candidates.filter { other in
        other.label != top.label && !top.followers.contains(other.label)
      }
    }
    let factors = others.filter { other in
      Self.isThreefold(other.growth) && Self.isThreefold(best.candidate.growth)
        && choice.multiply(best.candidate.label, other.label)
    }
    if let factor = factors.first {
      return product(best, factor, choice, candidates)
    }
    let chosen = Set([best.candidate.label] + best.followers)
    let members =
      others.isEmpty
      ? all : self.members(all, with: candidates.filter { chosen.contains($0.label) })
    guard !isReplacement(members, best.candidate.growth) else { return nil }
    return single(best, members, candidates)
  }

  private static func isThreefold(_ growth: ValueGrowth.Growth) -> Bool {
    growth.peak >= 3 * max(growth.usual, 1)
  }

  private func single(
    _ best: (candidate: Candidate, followers: [NameID]), _ members: [SeriesID],
    _ candidates: [Candidate]
  ) -> GrowthDraft {
    let labels = [best.candidate.label] + best.followers
    let target = labels.first { Self.isTarget(growth.history.pairs.name($0)) }
    let main = target ?? best.candidate.label
    var kind = GrowthCause.Kind.labelValues
    if target != nil { kind = .targets }
    if main == growth.metricName { kind = .metricNames }
    return draft(kind, main, also: labels.filter { $0 != main }, members, candidates)
  }

  private func product(
    _ best: (candidate: Candidate, followers: [NameID]), _ factor: Candidate,
    _ choice: LabelChoice, _ candidates: [Candidate]
  ) -> GrowthDraft {
    var labels = [best.candidate.label] + best.followers
    let rest = candidates.map(\.label).filter { !labels.contains($0) && $0 != factor.label }
    labels += [factor.label] + choice.determined(by: factor.label, of: rest)
    let members = self.members(
      choice.members, with: candidates.filter { labels.contains($0.label) })
    return draft(
      .product, best.candidate.label, also: Array(labels.dropFirst()), members, candidates)
  }

  private func draft(
    _ kind: GrowthCause.Kind, _ main: NameID, also: [NameID], _ members: [SeriesID],
    _ candidates: [Candidate]
  ) -> GrowthDraft {
    var values: [NameID: [PairID]] = [:]
    var onset: Int64?
    var isEven = false
    for label in [main] + also {
      guard let candidate = candidates.first(where: { $0.label == label }) else { continue }
      values[label] =
        job.isNew
        ? self.values.labels[label]?.pairs.sorted {
          (self.values.first($0), $0) < (self.values.first($1), $1)
        } : candidate.growth.values.map(\.pair)
      if let its = candidate.growth.onset {
        onset = min(onset ?? its, its)
      } else {
        isEven = true
      }
    }
    if isEven { onset = job.isNew ? job.start : nil }
    if job.isNew, onset != nil { onset = job.start }
    let before = candidates.first { $0.label == main }?.growth.before ?? 0
    return GrowthDraft(
      kind: kind, label: main, alsoLabels: also, members: members, values: values,
      valuesBefore: job.isNew ? 0 : before, onset: onset, job: number)
  }

  /// Labels that name a target, or one behind a federation or a gateway.
  static func isTarget(_ name: RawSpan) -> Bool {
    let bytes = [UInt8](name)
    return bytes.elementsEqual("instance".utf8) || bytes.elementsEqual("exported_instance".utf8)
  }

  /// Those of `all` that have a new value of one of the candidates.
  private func members(_ all: [SeriesID], with candidates: [Candidate]) -> [SeriesID] {
    var isNew = [Bool](repeating: false, count: growth.history.pairs.count)
    for candidate in candidates {
      if job.isNew {
        for pair in values.labels[candidate.label]?.pairs ?? [] { isNew[Int(pair)] = true }
      } else {
        for value in candidate.growth.values { isNew[Int(value.pair)] = true }
      }
    }
    let series = growth.history.series
    return all.filter { id in
      let pairs = series.pairs(of: id)
      for index in pairs.indices where isNew[Int(pairs[index])] { return true }
      return false
    }
  }

  // MARK: Replacement

  /// True where the births only took the place of as many series of the same metrics: a label was added to
  /// all of them, or renamed.
  private func isReplacement(_ members: [SeriesID], _ grown: ValueGrowth.Growth) -> Bool {
    guard let metricName = growth.metricName, !job.isNew, let onset = grown.onset else {
      return false
    }
    var isMetric = Set<PairID>()
    var finder = LabelFinder(metricName)
    var lastBirth = onset
    let times = growth.history.series.times
    for id in members {
      if let metric = finder.pair(of: id, in: growth.history) { isMetric.insert(metric) }
      lastBirth = max(lastBirth, times[Int(id)].minTime)
    }
    let from = (Timestamp(onset) - ValueGrowth.Limit.overlap).milliseconds
    let to = (Timestamp(lastBirth) + ValueGrowth.Limit.overlap).milliseconds
    var ended = 0
    for place in job.series {
      let id = growth.byJob[place]
      let range = times[Int(id)]
      guard range.minTime < onset, range.maxTime >= from, range.maxTime <= to,
        !growth.isAlive(range), let metric = finder.pair(of: id, in: growth.history),
        isMetric.contains(metric)
      else { continue }
      ended += 1
    }
    return Double(members.count) <= Self.replaced * Double(ended)
  }
}
