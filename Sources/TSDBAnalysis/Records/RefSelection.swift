internal import TSDBFormat
internal import TSDBStore

/// The refs that stand for selected series, learned from series records as they come.
struct RefSelection {
  private let selectors: [Selector]
  private var refs: Set<UInt64> = []

  init(_ selectors: [Selector]) {
    self.selectors = selectors
  }

  /// Takes in the series of a record; others teach nothing.
  mutating func learn(_ record: DecodedRecord) {
    guard case .series(let series) = record else { return }
    for one in series { learn(ref: one.ref, labels: one.labels) }
  }

  /// Takes in that `ref` stands for the series with `labels` from here on.
  mutating func learn(ref: UInt64, labels: [Label]) {
    guard !selectors.isEmpty else { return }
    if selectors.contains(where: { $0.matches(labels) }) {
      refs.insert(ref)
    } else {
      refs.remove(ref)
    }
  }

  /// True for an entry of `ref` at `time` that is wanted, where only those in `range` are.
  func isSelected(_ ref: UInt64, _ time: TimeRange?, _ range: TimeRange?) -> Bool {
    guard selectors.isEmpty || refs.contains(ref) else { return false }
    guard let range else { return true }
    guard let time else { return false }
    return time.minTime <= range.maxTime && range.minTime <= time.maxTime
  }
}

extension DecodedRecord {
  /// How many entries there are; an unknown record has none that anybody could tell.
  var entryCount: Int {
    switch self {
    case .series(let all): all.count
    case .samples(let all): all.count
    case .tombstones(let all): all.count
    case .exemplars(let all): all.count
    case .mmapMarkers(let all): all.count
    case .metadata(let all): all.count
    case .histograms(let all): all.count
    case .unknown: 0
    }
  }

  /// Keeps the entries for which `isKept` is true of their ref, and of their time if they have one.
  mutating func keep(_ isKept: (UInt64, TimeRange?) -> Bool) {
    switch self {
    case .series(let all): self = .series(all.filter { isKept($0.ref, nil) })
    case .samples(let all): self = .samples(all.filter { isKept($0.ref, TimeRange($0.time)) })
    case .tombstones(let all): self = .tombstones(all.filter { isKept($0.series, $0.range) })
    case .exemplars(let all):
      self = .exemplars(all.filter { isKept($0.ref, TimeRange($0.time)) })
    case .mmapMarkers(let all): self = .mmapMarkers(all.filter { isKept($0.ref, nil) })
    case .metadata(let all): self = .metadata(all.filter { isKept($0.ref, nil) })
    case .histograms(let all):
      self = .histograms(all.filter { isKept($0.ref, TimeRange($0.time)) })
    case .unknown: break
    }
  }
}

extension SnapshotRecord {
  /// How many entries there are; a series is one.
  var entryCount: Int {
    switch self {
    case .series: 1
    case .tombstones(let all): all.count
    case .exemplars(let all): all.count
    }
  }

  /// The record with the entries for which `isKept` is true; nil for a series that is not kept, whose
  /// time is that of its chunk.
  func kept(_ isKept: (UInt64, TimeRange?) -> Bool) -> SnapshotRecord? {
    switch self {
    case .series(let series):
      let range = series.chunk.map { TimeRange(minTime: $0.minTime, maxTime: $0.maxTime) }
      return isKept(series.ref, range) ? self : nil
    case .tombstones(let all): return .tombstones(all.filter { isKept($0.series, $0.range) })
    case .exemplars(let all):
      return .exemplars(all.filter { isKept($0.ref, TimeRange($0.time)) })
    }
  }
}

extension TimeRange {
  fileprivate init(_ time: Int64) { self.init(minTime: time, maxTime: time) }
}

extension Tombstone {
  fileprivate var range: TimeRange { TimeRange(minTime: minTime, maxTime: maxTime) }
}
