internal import TSDBAnalysis
internal import TSDBFormat

/// What a server serves of the series that leave a head, counted while the log is read: by metric and by
/// target. It follows replay (Prometheus: tsdb/head_wal.go, `loadWAL`, `loadWBL`): what is older than the
/// blocks, than a chunk in `chunks_head` or than the sample before it is not taken, nor is what a second
/// record of the series empties; the end of a series is no sample.
///
/// 16 bytes for each ref of a series that leaves, and a hash for each series: the log may give one more refs than
/// one.
struct DropTally {
  /// One metric.
  private struct Metric {
    var name: [UInt8]
    var leaving = 0
    var staying = 0
    var samples = 0
  }

  /// One ref of a series that leaves.
  private struct State {
    /// Its last sample, in milliseconds.
    var lastTime = Int64.min
    /// Samples since its record that are in no chunk on disk.
    var open: UInt32 = 0
    /// The metric.
    var metric: UInt32
  }

  /// True while the WBL is read.
  var isLate = false
  /// Samples that are served.
  private(set) var samples = 0
  /// When they are.
  private(set) var times = TimeRange()
  private let minValidTime: Int64
  /// The chunk up to which replay knows all chunks.
  private let lastChunk: MmapMarker
  /// True where more went than a server serves less: where something of a series that leaves was deleted,
  /// where blocks may have it besides, and where ends of series cannot be told from histograms.
  private(set) var isDoubtful = false
  private var metrics: [Metric] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var last = 0
  private var targets: [Toll.Target.Name: Int] = [:]
  private var slots: [UInt64: Int] = [:]
  /// Hashes of the label sets that were met.
  private var met: Set<UInt64> = []
  /// Series that leave.
  private(set) var series = 0
  private var states: ContiguousArray<State> = []
  /// Of late samples since the last marker: how many, by ref.
  private var late: [UInt64: Int] = [:]
  /// Of more targets than these nobody wants to read.
  private static let targetLimit = 10_000

  /// No series, in a directory whose blocks end at `minValidTime`.
  init(minValidTime: Int64, lastChunk: MmapMarker = MmapMarker(ref: 0, chunk: 0)) {
    self.minValidTime = minValidTime
    self.lastChunk = lastChunk
  }

  /// The same with the last chunk of `chunks_head`, once that is known.
  func behind(_ chunk: MmapMarker) -> DropTally {
    var tally = DropTally(minValidTime: minValidTime, lastChunk: chunk)
    (tally.metrics, tally.numbers, tally.targets) = (metrics, numbers, targets)
    (tally.slots, tally.states, tally.series) = (slots, states, series)
    (tally.samples, tally.times, tally.isDoubtful) = (samples, times, isDoubtful)
    return tally
  }

  /// A ref that is met for the first time, in the log.
  mutating func learn(_ ref: UInt64, _ labels: RawSpan, leaves: Bool) {
    let isNew = meet(labels, leaves: leaves)
    let name = DroppedRefs.value(of: Self.metricName, in: labels)
    let metric = number(of: name)
    guard leaves else {
      if isNew { metrics[metric].staying += 1 }
      return
    }
    slots[ref] = states.count
    states.append(State(metric: UInt32(truncatingIfNeeded: metric)))
    guard isNew else { return }
    metrics[metric].leaving += 1
    let target = Toll.Target.Name(
      job: [UInt8](DroppedRefs.value(of: Self.job, in: labels)),
      instance: [UInt8](DroppedRefs.value(of: Self.instance, in: labels)))
    if targets.count < Self.targetLimit || targets[target] != nil {
      targets[target, default: 0] += 1
    }
  }

  /// Takes in the labels of a series; false where it was met before, under another ref.
  @discardableResult
  mutating func meet(_ labels: RawSpan, leaves: Bool) -> Bool {
    let isNew = met.insert(ByteHash.hash(labels)).inserted
    if isNew, leaves { series += 1 }
    return isNew
  }

  private static let metricName = [UInt8]("__name__".utf8)
  private static let job = [UInt8]("job".utf8)
  private static let instance = [UInt8]("instance".utf8)

  private mutating func number(of name: RawSpan) -> Int {
    if last < metrics.count {
      let known = metrics[last].name
      if name.isEqual(to: known.rawBytes) { return last }
    }
    let bytes = [UInt8](name)
    last = numbers[bytes] ?? metrics.count
    if last == metrics.count {
      numbers[bytes] = last
      metrics.append(Metric(name: bytes))
    }
    return last
  }

  /// A chunk of `chunks_head` with so many samples, which is served.
  mutating func note(_ chunk: HeadChunk, samples count: Int) {
    guard let slot = slots[chunk.series] else { return }
    if chunk.isOutOfOrder || chunk.minTime < minValidTime { isDoubtful = true }
    add(count, to: slot, TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime))
    guard !chunk.isOutOfOrder else { return }
    states[slot].lastTime = max(states[slot].lastTime, chunk.maxTime)
  }

  /// A sample of the log.
  mutating func note(_ row: SampleRow) {
    guard let slot = slots[row.ref] else { return }
    if isLate {
      isDoubtful = true
      guard row.value != StaleMarker.bits else { return }
      late[row.ref, default: 0] += 1
      return add(1, to: slot, TimeRange(minTime: row.time, maxTime: row.time))
    }
    guard row.time >= minValidTime, row.time > states[slot].lastTime else { return }
    states[slot].lastTime = row.time
    guard row.value != StaleMarker.bits else { return }
    states[slot].open &+= 1
    add(1, to: slot, TimeRange(minTime: row.time, maxTime: row.time))
  }

  /// A record of the series: replay empties what is in no chunk.
  mutating func define(_ ref: UInt64) {
    guard let slot = slots[ref], states[slot].open > 0 else { return }
    add(-Int(states[slot].open), to: slot, TimeRange())
    states[slot].open = 0
  }

  /// Something of a series that leaves was deleted, or is a histogram, of which a row does not tell whether
  /// it is the marker of an end.
  mutating func doubt() { isDoubtful = true }

  /// A marker: replay drops the late samples before it, which are in a chunk that it knows.
  mutating func note(_ marker: MmapMarker) {
    guard marker.chunk <= lastChunk.chunk, let slot = slots[marker.ref],
      let count = late.removeValue(forKey: marker.ref)
    else { return }
    add(-count, to: slot, TimeRange())
  }

  private mutating func add(_ count: Int, to slot: Int, _ range: TimeRange) {
    samples += count
    metrics[Int(states[slot].metric)].samples += count
    times.include(range)
  }

  /// What leaves, the largest first.
  var toll: Toll {
    Toll(
      metrics: metrics.filter { $0.leaving > 0 }.map {
        Toll.Metric(
          name: $0.name, series: $0.leaving, samples: $0.samples, seriesLeft: $0.staying)
      },
      targets: targets.map { Toll.Target(name: $0.key, series: $0.value) })
  }
}
