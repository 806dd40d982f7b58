internal import TSDBFormat
internal import TSDBStore

/// Joins the runs of one series into samples in the order of time, one for each time, as a server
/// does when blocks and head overlap (Prometheus: storage/series.go, `ChainSampleIterator`).
struct SampleMerge {
  /// Samples are handed over when there are so many: a batch should stay in a core's cache.
  private static let pieceSize = 4096

  /// First and last millisecond that are wanted.
  let range: TimeRange
  /// True where a series of a block whose chunks are not in order gives what a query gets of it, rather than one
  /// sample for each time in the order of time.
  private let asQueried: Bool
  /// What was wrong with chunks.
  private(set) var problems: [FileError] = []
  private var samples = SampleBatch()
  private var scratch = SampleBatch()
  /// The last sample that was handed over.
  private var lastTime: Int64?

  /// Joins within `range`. `asQueried` is for those who show or count what a query finds.
  init(range: TimeRange, asQueried: Bool = false) {
    self.range = range
    self.asQueried = asQueried
  }

  /// Joins `runs`, and calls `each` with the samples, piece by piece.
  mutating func merge(_ runs: [SampleRun], each: (SampleBatch) -> Void) {
    samples.removeAll()
    lastTime = nil
    if asQueried, Self.areOutOfOrder(runs) {
      if Set(runs.map(\.precedence)).count == 1 {
        chainAlone(runs, each: each)
      } else {
        chain(runs)
        if !samples.isEmpty { each(samples) }
      }
      return
    }
    let runs = runs.filter { !$0.range.isEmpty && $0.range.overlaps(range) }
      .sorted { ($0.range.minTime, $0.precedence) < ($1.range.minTime, $1.precedence) }
    var next = 0
    while next < runs.count {
      var end = next + 1
      var last = runs[next].range.maxTime
      while end < runs.count, runs[end].range.minTime <= last {
        last = max(last, runs[end].range.maxTime)
        end += 1
      }
      if end == next + 1 { add(runs[next]) } else { merge(runs[next..<end]) }
      next = end
      if samples.count >= Self.pieceSize {
        lastTime = samples.times.last
        each(samples)
        samples.removeAll()
      }
    }
    if !samples.isEmpty { each(samples) }
  }

  /// Adds a run that overlaps no other.
  private mutating func add(_ run: SampleRun) {
    if range.contains(run.range), !run.tombstones.overlaps(run.range) {
      let start = samples.count
      if let problem = run.unpack(into: &samples) { problems.append(problem) }
      // Times that a damaged chunk makes up are not in order: then it goes the careful way.
      if samples.areOrdered(from: start), start > 0 || samples.times.first != lastTime { return }
      samples.truncate(to: start)
    }
    merge([run])
  }

  private mutating func merge(_ runs: ArraySlice<SampleRun>) {
    let runs = Self.distinct(runs)
    let parts = runs.map { wanted(of: $0) }
    let order = zip(parts, runs).sorted { $0.1.precedence < $1.1.precedence }.map(\.0)
    guard order.count <= Self.fewParts else { return mergeMany(order) }
    var next = [Int](repeating: 0, count: order.count)
    while true {
      var best: Int?
      for (part, batch) in order.enumerated() where next[part] < batch.count {
        if let known = best, order[known].times[next[known]] <= batch.times[next[part]] {
          continue
        }
        best = part
      }
      guard let best else { return }
      let time = order[best].times[next[best]]
      // A damaged chunk may hold more than its header says, and run into the next one.
      if time != samples.times.last ?? lastTime { samples.append(order[best], at: next[best]) }
      for (part, batch) in order.enumerated() {
        while next[part] < batch.count, batch.times[next[part]] == time { next[part] += 1 }
      }
    }
  }

  /// The runs without those that are the same chunk again: an index may refer to one millions of times.
  private static func distinct(_ runs: ArraySlice<SampleRun>) -> [SampleRun] {
    struct Place: Hashable {
      let chunks: ObjectIdentifier
      let reference: ChunkReference
      let minTime: Int64
      let maxTime: Int64
      let precedence: Int
    }
    var known: [Place: DeletedTimes] = [:]
    return runs.filter { run in
      guard runs.count > 1, let (chunks, reference) = run.blockChunk else { return true }
      let place = Place(
        chunks: ObjectIdentifier(chunks), reference: reference,
        minTime: run.range.minTime, maxTime: run.range.maxTime, precedence: run.precedence)
      guard let deleted = known[place] else {
        known[place] = run.tombstones
        return true
      }
      // Of two series of the same labels, one may have lost what the other has.
      return deleted != run.tombstones
    }
  }

  /// Up to so many parts the next sample is looked for in all of them.
  private static let fewParts = 8

  /// The same for many parts, whose samples are sorted: of those of one time the first part's counts.
  private mutating func mergeMany(_ order: [SampleBatch]) {
    var places: [(time: Int64, part: Int, index: Int)] = []
    places.reserveCapacity(order.reduce(0) { $0 + $1.count })
    for (part, batch) in order.enumerated() {
      for index in 0..<batch.count { places.append((batch.times[index], part, index)) }
    }
    places.sort { ($0.time, $0.part, $0.index) < ($1.time, $1.part, $1.index) }
    for place in places where place.time != samples.times.last ?? lastTime {
      samples.append(order[place.part], at: place.index)
    }
  }

  /// True where a block has chunks of the series that do not follow one another.
  static func areOutOfOrder(_ runs: [SampleRun]) -> Bool {
    // Those of a block stand together.
    zip(runs, runs.dropFirst()).contains { before, run in
      run.precedence >= HeadSeries.precedences && run.precedence == before.precedence
        && run.range.minTime <= before.range.maxTime
    }
  }

  /// Gives the chunks of a single block one after the other, as its index has them.
  private mutating func chainAlone(_ runs: [SampleRun], each: (SampleBatch) -> Void) {
    for run in runs where run.range.overlaps(range) {
      samples.append(contentsOf: wanted(of: run, sorts: false))
      if samples.count >= Self.pieceSize {
        each(samples)
        samples.removeAll()
      }
    }
    if !samples.isEmpty { each(samples) }
  }

  /// Joins the runs as a query does: each block gives its chunks one after the other, as its index has them, and
  /// of neighbours of one time from several places the first counts (Prometheus: tsdb/querier.go,
  /// `populateWithDelSeriesIterator`; storage/merge.go, `chainSampleIterator`).
  private mutating func chain(_ runs: [SampleRun]) {
    var head: [SampleRun] = []
    var places: [Int: Int] = [:]
    var sources: [SampleBatch] = []
    for run in runs where run.range.overlaps(range) {
      guard run.precedence >= HeadSeries.precedences else {
        head.append(run)
        continue
      }
      let place = places[run.precedence] ?? sources.count
      places[run.precedence] = place
      if place == sources.count { sources.append(SampleBatch()) }
      sources[place].append(contentsOf: wanted(of: run, sorts: false))
    }
    if !head.isEmpty {
      var merge = SampleMerge(range: range)
      var batch = SampleBatch()
      merge.merge(head) { batch.append(contentsOf: $0) }
      problems += merge.problems
      sources.append(batch)
    }
    guard sources.count > 1 else {
      if let only = sources.first { samples.append(contentsOf: only) }
      return
    }
    chain(sources)
  }

  private mutating func chain(_ sources: [SampleBatch]) {
    var next = [Int](repeating: 0, count: sources.count)
    var waiting = Set(sources.indices.dropFirst().filter { !sources[$0].isEmpty })
    var current = 0
    next[0] = -1
    var last = Int64.min
    /// Of those that wait, the one with the first sample.
    func first() -> Int? {
      waiting.min {
        (sources[$0].times[next[$0]], $0) < (sources[$1].times[next[$1]], $1)
      }
    }
    while true {
      next[current] += 1
      if next[current] < sources[current].count {
        let time = sources[current].times[next[current]]
        if time == last { continue }
        guard let other = first(), time >= sources[other].times[next[other]] else {
          samples.append(sources[current], at: next[current])
          last = time
          continue
        }
        waiting.insert(current)
      }
      guard let other = first() else { return }
      waiting.remove(other)
      current = other
      let time = sources[other].times[next[other]]
      guard time != last else { continue }
      samples.append(sources[other], at: next[other])
      last = time
    }
  }

  /// The samples of a run that are in the range and not deleted, in the order of time.
  private mutating func wanted(of run: SampleRun, sorts: Bool = true) -> SampleBatch {
    scratch.removeAll()
    if let problem = run.unpack(into: &scratch) {
      if problems.last != problem { problems.append(problem) }
    }
    var order = scratch.times.indices.filter { index in
      let time = scratch.times[index]
      return range.contains(time) && !run.tombstones.contains(time)
    }
    // Of equal times, the first stays the first.
    if sorts { order.sort { (scratch.times[$0], $0) < (scratch.times[$1], $1) } }
    var result = SampleBatch()
    for index in order { result.append(scratch, at: index) }
    return result
  }
}

extension TimeRange {
  fileprivate func contains(_ time: Int64) -> Bool { minTime <= time && time <= maxTime }

  fileprivate func contains(_ other: TimeRange) -> Bool {
    minTime <= other.minTime && other.maxTime <= maxTime
  }

  func overlaps(_ other: TimeRange) -> Bool {
    minTime <= other.maxTime && other.minTime <= maxTime
  }
}
