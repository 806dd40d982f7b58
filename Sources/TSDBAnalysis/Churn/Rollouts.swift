internal import TSDBFormat

/// A rollout: values of `pod`, `instance`, `version` and the like that came as others of the same shape
/// went.
public struct Rollout: Equatable, Sendable {
  /// The labels whose values were replaced, the one with the most first.
  public internal(set) var labels: [[UInt8]]
  /// The `job` whose series were replaced; empty where they have none.
  public let job: [UInt8]
  /// First birth of a new value, in milliseconds.
  public internal(set) var start: Int64
  /// Last birth of a new value.
  public internal(set) var end: Int64
  /// How many values were replaced.
  public internal(set) var replaced: Int
  /// Series that came with the new values.
  public internal(set) var series: Int
  /// An old value and the new one that took its place.
  public let example: (old: [UInt8], new: [UInt8])

  /// Equal in all.
  public static func == (left: Rollout, right: Rollout) -> Bool {
    left.labels == right.labels && left.job == right.job && left.start == right.start
      && left.end == right.end && left.replaced == right.replaced
      && left.series == right.series && left.example == right.example
  }
}

/// Finds rollouts: births of label values that are matched by deaths of values of the same label and
/// job with about as many series, within a quarter of an hour.
///
/// Only labels that name an instance of a program count. A request id is replaced by the next one too,
/// and is none.
struct RolloutSearch {
  /// Labels that name an instance or a release of a program.
  static let labels: Set<String> = [
    "pod", "pod_name", "kubernetes_pod_name", "instance", "version", "app_version", "release",
    "image", "image_id", "image_tag", "container_id", "id", "uid", "pod_template_hash",
    "controller_revision_hash", "replicaset", "created_by_name", "owner_name", "node", "host",
    "hostname", "nodename", "host_ip", "pod_ip", "internal_ip", "ip", "revision", "commit", "task",
    "task_id", "alloc_id", "build",
    // What OpenTelemetry calls them (its semantic conventions for resources).
    "service_instance_id", "service_version", "k8s_pod_name", "k8s_pod_uid", "k8s_node_name",
    "k8s_replicaset_name", "host_name", "host_id", "container_image_tag",
  ]

  /// How far apart the death of the old and the birth of the new may be.
  private static let reach: Int64 = 15 * 60 * 1000
  /// A pause between births that ends a rollout.
  private static let pause: Int64 = 10 * 60 * 1000

  typealias PairID = LabelPairTable.PairID

  /// A value that replaced another.
  struct Match {
    let new: PairID
    let old: PairID
    let job: PairID
    let birth: Int64
    let series: Int
  }

  /// A value of such a label: its life, and how many series have it.
  private struct Value {
    let pair: PairID
    let time: Int64
    let series: Int
  }

  /// Values of one label and job, of about the same size.
  private struct Shape: Hashable {
    let name: LabelPairTable.NameID
    let job: PairID
    let size: Int
  }

  private let churn: ChurnHistory

  init(_ churn: ChurnHistory) { self.churn = churn }

  /// True for labels whose values rollouts replace.
  static func replaces(_ label: RawSpan) -> Bool {
    labels.contains(String(decoding: [UInt8](label), as: UTF8.self))
  }

  /// All values that replaced another, by birth.
  func matches() -> [Match] {
    let (births, deaths) = values()
    var matches: [Match] = []
    var free = deaths.mapValues { $0.sorted { ($0.time, $0.pair) < ($1.time, $1.pair) } }
    var next: [Shape: Int] = [:]
    for (shape, values) in births.sorted(by: { Self.isOrdered($0.key, $1.key) }) {
      for value in values.sorted(by: { ($0.time, $0.pair) < ($1.time, $1.pair) }) {
        let old = take(for: value, shape, &free, &next)
        guard let old else { continue }
        matches.append(
          Match(
            new: value.pair, old: old, job: shape.job, birth: value.time, series: value.series))
      }
    }
    return matches.sorted { ($0.birth, $0.new) < ($1.birth, $1.new) }
  }

  /// The oldest dead value, of the same size or one that is half or twice of it, that nobody has
  /// replaced and that is near enough.
  private func take(
    for value: Value, _ shape: Shape, _ dead: inout [Shape: [Value]], _ next: inout [Shape: Int]
  ) -> PairID? {
    for size in [shape.size, shape.size - 1, shape.size + 1] {
      let key = Shape(name: shape.name, job: shape.job, size: size)
      guard let candidates = dead[key] else { continue }
      var index = next[key, default: 0]
      let (earliest, overflow) = value.time.subtractingReportingOverflow(Self.reach)
      while index < candidates.count, !overflow, candidates[index].time < earliest { index += 1 }
      next[key] = index
      guard index < candidates.count, candidates[index].pair != value.pair else { continue }
      let (latest, isLate) = value.time.addingReportingOverflow(Self.reach)
      guard isLate || candidates[index].time <= latest else { continue }
      next[key] = index + 1
      return candidates[index].pair
    }
    return nil
  }

  private static func isOrdered(_ left: Shape, _ right: Shape) -> Bool {
    (left.name, left.job, left.size) < (right.name, right.job, right.size)
  }

  /// The values of all such labels that were born, and those that died.
  private func values() -> (births: [Shape: [Value]], deaths: [Shape: [Value]]) {
    let history = churn.history
    let job = history.pairs.nameID(of: Array("job".utf8))
    var isReplaceable = [Bool](repeating: false, count: history.pairs.nameCount)
    for name in isReplaceable.indices {
      isReplaceable[name] = Self.replaces(history.pairs.name(UInt32(name)))
    }
    var series = [Int](repeating: 0, count: history.pairs.count)
    var jobs = [PairID](repeating: .max, count: history.pairs.count)
    var lives = [Life](repeating: Life(), count: history.pairs.count)
    churn.forEach { id, life in
      let own = job.flatMap { history.pair(of: id, named: $0) } ?? .max
      let pairs = history.series.pairs(of: id)
      for index in pairs.indices {
        let pair = pairs[index]
        guard isReplaceable[Int(history.pairs.nameID(ofPair: pair))] else { continue }
        series[Int(pair)] &+= 1
        lives[Int(pair)].include(life)
        if jobs[Int(pair)] == .max { jobs[Int(pair)] = own }
      }
    }
    var births: [Shape: [Value]] = [:]
    var deaths: [Shape: [Value]] = [:]
    for (pair, life) in lives.enumerated() where !life.isEmpty {
      let shape = Shape(
        name: history.pairs.nameID(ofPair: UInt32(pair)), job: jobs[pair],
        size: Int.bitWidth - series[pair].leadingZeroBitCount)
      if !life.isUncertain {
        births[shape, default: []].append(
          Value(pair: UInt32(pair), time: life.times.minTime, series: series[pair]))
      }
      if churn.hasDied(life) {
        deaths[shape, default: []].append(
          Value(pair: UInt32(pair), time: life.times.maxTime, series: series[pair]))
      }
    }
    return (births, deaths)
  }

  /// The rollouts that `matches` make up, by time: births of one job without a long pause. Labels that
  /// are replaced together are one rollout.
  func rollouts(_ matches: [Match]) -> [Rollout] {
    let history = churn.history
    var found: [Rollout] = []
    var open: [UInt64: Int] = [:]
    for match in matches {
      let name = history.pairs.nameID(ofPair: match.new)
      let key = UInt64(match.job) &<< 32 | UInt64(name)
      if let index = open[key], Timestamp(match.birth) - Timestamp(found[index].end) <= Self.pause {
        found[index].end = match.birth
        found[index].replaced += 1
        found[index].series += match.series
        continue
      }
      open[key] = found.count
      found.append(
        Rollout(
          labels: [[UInt8](history.pairs.name(name))],
          job: match.job == .max ? [] : [UInt8](history.pairs.value(ofPair: match.job)),
          start: match.birth, end: match.birth, replaced: 1, series: match.series,
          example: (
            [UInt8](history.pairs.value(ofPair: match.old)),
            [UInt8](history.pairs.value(ofPair: match.new))
          )))
    }
    return Self.joined(found)
  }

  private static func joined(_ rollouts: [Rollout]) -> [Rollout] {
    var result: [Rollout] = []
    for rollout in rollouts.sorted(by: { ($1.replaced, $0.start) < ($0.replaced, $1.start) }) {
      let same = result.firstIndex {
        $0.job == rollout.job && $0.start <= rollout.end && rollout.start <= $0.end
      }
      guard let same else {
        result.append(rollout)
        continue
      }
      if !result[same].labels.contains(rollout.labels[0]) {
        result[same].labels += rollout.labels
      }
      result[same].start = min(result[same].start, rollout.start)
      result[same].end = max(result[same].end, rollout.end)
      result[same].series = max(result[same].series, rollout.series)
    }
    return result.sorted { ($0.start, $1.replaced) < ($1.start, $0.replaced) }
  }
}
