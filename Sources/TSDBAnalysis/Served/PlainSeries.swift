internal import TSDBFormat
internal import TSDBStore

/// Series of the head that are in the log and nowhere else: no block has them, no chunk of `chunks_head`, no late
/// sample, no deletion, and one record defines them. What is on disk of them, and what a server serves that reads
/// the log up to a certain record, is counted in one reading, in some 50 bytes each, without their labels.
///
/// In an incident these are nearly all: the series that were born in the last minutes. The others are compared
/// sample by sample (`ReplayComparison`).
struct PlainSeries {
  typealias Count = ReplayComparison.Count

  /// What is served of them, by metric.
  private(set) var served: [[UInt8]: Count] = [:]
  /// What can be read of them.
  private(set) var everything: [[UInt8]: Count] = [:]
  /// What is not served of that.
  private(set) var lost: [[UInt8]: Count] = [:]
  /// Samples of refs that no record defines and no chunk has.
  private(set) var strays = 0
  /// Whose records need not be read again.
  let refs: Refs
  /// True where there is nothing besides them.
  let isAll: Bool

  /// The refs of the series that were counted, and those that no record defines.
  struct Refs: Sendable {
    fileprivate let table: RefTable
    fileprivate let rows: LargeArray<Row>
    fileprivate let chunkRefs: Set<UInt64>

    /// Takes what is of these refs out of records.
    func leaveOut(of batch: inout RecordBatch) {
      // It remembers where it looked last.
      var table = table
      batch.keepEntries { ref in
        let place = table.entry(of: ref)
        return place < 0 ? chunkRefs.contains(ref) : rows[place].isMixed
      }
    }
  }

  /// What was counted of a series. Times are milliseconds since the base, 0 for none.
  fileprivate struct Row: BitwiseCopyable, Sendable {
    /// Hash of its labels.
    var labels: UInt64
    /// Its metric, by number; `mixed` where it has more than the log.
    var metric: UInt32
    /// Samples that are served.
    var served: UInt32 = 0
    /// Samples that are not.
    var lost: UInt32 = 0
    /// The last that is newer than those before it.
    var last: UInt32 = 0
    var servedFrom: UInt32 = 0
    var servedTo: UInt32 = 0
    var lostFrom: UInt32 = 0
    var lostTo: UInt32 = 0
    /// Times and values, so that samples are known again.
    var sum: UInt64 = 0

    static let mixed = UInt32.max
    var isMixed: Bool { metric == Self.mixed }
  }

  /// Counts them. Nil where the two plans do not tell them apart: where what is served is no beginning of what can be
  /// read, or records of them are damaged inside.
  static func count(
    everything: ReplayPlan, served: ReplayPlan, jobs: Int
  ) async -> PlainSeries? {
    guard let pass = await PlainSeriesPass.run(everything, served, jobs: jobs) else { return nil }
    return pass.result()
  }

  fileprivate init(
    _ refs: Refs, metrics: ByteStringTable, base: Int64, strays: Int, isAll: Bool
  ) {
    self.refs = refs
    self.strays = strays
    self.isAll = isAll
    var counts = [(served: Count, everything: Count, lost: Count)](
      repeating: (Count(), Count(), Count()), count: metrics.count)
    let rows = refs.rows.span
    for place in rows.indices where !rows[place].isMixed {
      let row = rows[place]
      let metric = Int(row.metric)
      if row.served > 0 {
        let count = Count(row.served, row.servedFrom, row.servedTo, base)
        counts[metric].served.add(count)
        counts[metric].everything.add(count)
      }
      if row.lost > 0 {
        var count = Count(row.lost, row.lostFrom, row.lostTo, base)
        if row.served > 0 { count.series = 0 }
        counts[metric].lost.add(count)
        counts[metric].everything.add(count)
      }
    }
    for (number, count) in counts.enumerated() where count.everything.samples > 0 {
      let name = [UInt8](metrics.bytes(UInt32(number)))
      everything[name] = count.everything
      if count.served.samples > 0 { served[name] = count.served }
      if count.lost.samples > 0 { lost[name] = count.lost }
    }
  }
}

extension ReplayComparison.Count {
  /// The samples of one series, between two times since `base`.
  fileprivate init(_ samples: UInt32, _ from: UInt32, _ to: UInt32, _ base: Int64) {
    self.init()
    series = 1
    self.samples = Int(samples)
    timeRange = TimeRange(minTime: base &+ Int64(from), maxTime: base &+ Int64(to))
  }
}

/// The records of a slice, and the hashes of the labels of its series.
private final class PlainSeriesBuffer: LogPass.Buffer, @unchecked Sendable {
  var batch = RecordBatch()
  var plan = SeriesPlan()

  func decode(_ slice: SegmentSlice) {
    slice.read(into: &batch)
    plan.fill(from: slice.part == .wbl ? RecordBatch() : batch)
  }
}

/// The one reading of the log.
private struct PlainSeriesPass {
  /// Thrown where something else than counting is needed.
  struct NotPlain: Error {}

  private let everything: ReplayPlan
  private let served: ReplayPlan
  /// By segment that the server reads: up to where.
  private var limits: [String: Int] = [:]
  private let chunkRefs: Set<UInt64>
  private var refs = RefTable()
  private var series = LargeArray<PlainSeries.Row>()
  /// The series by their labels.
  private var byLabels = HashIndex()
  /// Series of blocks, by their labels.
  private var ofBlocks = BlockLabels()
  private var metrics = ByteStringTable()
  private var rows = SampleRows()
  private var histograms = HistogramRows()
  private var strays = 0
  /// What times are counted from.
  private var base: Int64?
  /// The highest ref that a record defines, of those that are served and of all.
  private var highest: (served: UInt64, all: UInt64) = (0, 0)

  /// Nil where what is served is no beginning of what can be read.
  init?(_ everything: ReplayPlan, _ served: ReplayPlan) {
    guard !everything.segments.contains(where: { $0.part == .snapshot }),
      served.segments.count <= everything.segments.count
    else { return nil }
    for (place, segment) in served.segments.enumerated() {
      let all = everything.segments[place]
      let isLast = place == served.segments.count - 1
      guard segment.path == all.path, segment.part == all.part, segment.start == all.start,
        all.limit == .max, isLast || segment.limit == .max
      else { return nil }
      limits[segment.path] = segment.limit
    }
    self.everything = everything
    self.served = served
    var chunks: Set<UInt64> = []
    for plan in [everything, served] {
      let index = HeadChunkIndex(
        plan.headChunks, minValidTime: plan.minValidTime, keepsAll: plan.keepsAll)
      for entry in index.all { chunks.insert(entry.ref) }
    }
    chunkRefs = chunks
    ofBlocks.add(everything.blocks + served.blocks)
  }

  mutating func take(
    _ batch: RecordBatch, _ plan: SeriesPlan, of slice: SegmentSlice
  ) throws(NotPlain) {
    let limit = limits[slice.file.path] ?? 0
    var plans = plan.records[...]
    for (number, entry) in batch.entries.enumerated() {
      let payload = batch.payload(of: entry)
      guard payload.byteCount > 0 else { continue }
      let type = RecordType(code: payload.byte(at: 0))
      let isServed = entry.offset < limit
      if isServed, served.passes(over: entry, type, in: slice.part) { throw NotPlain() }
      switch type {
      case .series:
        guard slice.part != .wbl else { continue }
        guard let record = plans.popFirst(), record.entry == number, record.error == nil else {
          throw NotPlain()
        }
        define(record, of: plan, payload, isServed: isServed)
      case .samples, .samplesV2:
        try addFloats(payload, type, at: entry.offset, isServed, isLate: slice.part == .wbl)
      case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
        .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
        try addHistograms(payload, type, at: entry.offset, isLate: slice.part == .wbl)
      case .tombstones: if slice.part != .wbl { try mixDeleted(payload, at: entry.offset) }
      case .mmapMarkers: if slice.part == .wbl { try mixMarked(payload, at: entry.offset) }
      case .exemplars, .metadata, .unknown: break
      }
    }
  }

  /// The series of a record.
  private mutating func define(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, _ payload: RawSpan, isServed: Bool
  ) {
    let all = plan.all
    var row: [UInt64] = []
    // By place: the label's value where its name is `__name__`.
    var names: [SeriesRecord.Slice?] = []
    var metric: (slice: SeriesRecord.Slice?, number: UInt32)?
    for index in record.series {
      let one = all.series[index]
      if row.count > one.labelCount {
        row.removeSubrange(one.labelCount...)
        names.removeSubrange(one.labelCount...)
      }
      for number in all.changeRange(of: index) {
        let change = all.changes[number]
        let isName = change.name.bytes(in: payload).isEqual(to: Self.metricName.rawBytes)
        let name = isName ? change.value : nil
        let place = Int(change.place)
        if place < row.count {
          row[place] = plan.hashes[number]
          names[place] = name
        } else {
          row.append(plan.hashes[number])
          names.append(name)
        }
      }
      let slice = names.first { $0 != nil } ?? nil
      if metric == nil || metric?.slice != slice {
        metric = (slice, intern(slice, payload))
      }
      let labels = row.reduce(UInt64(row.count)) { ByteHash.mix($0, $1) }
      define(one.ref, labels, metric?.number ?? PlainSeries.Row.mixed)
      highest.all = max(highest.all, one.ref)
      if isServed { highest.served = max(highest.served, one.ref) }
    }
  }

  private static let metricName = Array("__name__".utf8)

  private mutating func intern(_ slice: SeriesRecord.Slice?, _ payload: RawSpan) -> UInt32 {
    guard let slice else {
      return metrics.intern(
        tag: 0, [UInt8]().rawBytes, hash: ByteStringTable.hash(tag: 0, [UInt8]().rawBytes))
    }
    let bytes = slice.bytes(in: payload)
    return metrics.intern(tag: 0, bytes, hash: ByteStringTable.hash(tag: 0, bytes))
  }

  /// One series. What a second record defines again, by its ref or by its labels, is no plain one.
  private mutating func define(_ ref: UInt64, _ labels: UInt64, _ metric: UInt32) {
    var row = PlainSeries.Row(labels: labels, metric: metric)
    if chunkRefs.contains(ref) || ofBlocks.contains(labels) { row.metric = PlainSeries.Row.mixed }
    let known = refs.entry(of: ref)
    var slot = byLabels.firstSlot(for: labels)
    search: while true {
      switch byLabels.entry(at: slot, for: labels) {
      case .candidate(let other) where series[Int(other)].labels == labels:
        series[Int(other)].metric = PlainSeries.Row.mixed
        row.metric = PlainSeries.Row.mixed
        break search
      case .empty: break search
      case .candidate, .other: slot = byLabels.nextSlot(after: slot)
      }
    }
    if known >= 0 {
      series[known].metric = PlainSeries.Row.mixed
      // Its labels lead to the ref, too, which is all that is asked of them.
      guard series[known].labels != labels else { return }
      row.metric = PlainSeries.Row.mixed
    }
    let number = UInt32(truncatingIfNeeded: series.count)
    series.append(row)
    if known < 0 { refs.set(ref, to: number) }
    while true {
      if case .empty = byLabels.entry(at: slot, for: labels) { break }
      slot = byLabels.nextSlot(after: slot)
    }
    byLabels.insert(number, hash: labels, at: slot)
    if byLabels.isTooFull {
      let series = series
      byLabels.grow { series[Int($0)].labels }
    }
  }

  private mutating func addFloats(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, _ isServed: Bool, isLate: Bool
  ) throws(NotPlain) {
    var rows = SampleRows()
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    let each: SampleRows.Each = { samples, _ in
      if isLate { mix(samples) } else { add(samples, isServed) }
    }
    do throws(DecodeError) {
      if type == .samples {
        try rows.decodeSamples(payload, at: offset, each: each)
      } else {
        try rows.decodeSamplesV2(payload, at: offset, each: each)
      }
    } catch {
      throw NotPlain()
    }
  }

  /// Samples of the log: those that are newer than the ones before them.
  private mutating func add(_ samples: Span<SampleRow>, _ isServed: Bool) {
    let oldest = everything.minValidTime
    for index in samples.indices where samples[index].time >= oldest {
      let sample = samples[index]
      let isStale = sample.value == StaleMarker.bits
      let place = refs.entry(of: sample.ref)
      guard place >= 0 else {
        if !isStale { noteStray(sample.ref) }
        continue
      }
      var row = series[place]
      guard !row.isMixed else { continue }
      let base = self.base ?? sample.time.subtractingReportingOverflow(1 << 31).partialValue
      self.base = base
      let (distance, isTooFar) = sample.time.subtractingReportingOverflow(base)
      guard !isTooFar, let time = UInt32(exactly: distance), time > 0 else {
        series[place].metric = PlainSeries.Row.mixed
        continue
      }
      guard time > row.last else { continue }
      row.last = time
      if !isStale {
        row.sum &+= ByteHash.mix(UInt64(bitPattern: sample.time), sample.value)
        if isServed, sample.time >= served.minValidTime {
          if row.served == 0 { row.servedFrom = time }
          row.served &+= 1
          row.servedTo = time
        } else {
          if row.lost == 0 { row.lostFrom = time }
          row.lost &+= 1
          row.lostTo = time
        }
      }
      series[place] = row
    }
  }

  /// Late samples: their series have more than the log.
  private mutating func mix(_ samples: Span<SampleRow>) {
    for index in samples.indices {
      let sample = samples[index]
      mix(sample.ref, isStale: sample.value == StaleMarker.bits)
    }
  }

  private mutating func mix(_ ref: UInt64, isStale: Bool) {
    let place = refs.entry(of: ref)
    if place >= 0 {
      series[place].metric = PlainSeries.Row.mixed
    } else if !isStale {
      noteStray(ref)
    }
  }

  /// A sample of a ref that no record before it defines; of one that has chunks it is asked elsewhere.
  private mutating func noteStray(_ ref: UInt64) {
    if !chunkRefs.contains(ref) { strays &+= 1 }
  }

  private mutating func addHistograms(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, isLate: Bool
  ) throws(NotPlain) {
    var histograms = histograms
    do throws(DecodeError) {
      try histograms.decode(payload, type, at: offset) { row in
        // Whether it is a marker says its body, which is not decoded here.
        if isLate || row.time >= everything.minValidTime { mix(row.ref, isStale: false) }
      }
    } catch {
      throw NotPlain()
    }
  }

  private mutating func mixDeleted(_ payload: RawSpan, at offset: Int) throws(NotPlain) {
    do throws(DecodeError) {
      try TombstonesRecord.decode(payload, at: offset) { mix($0.series, isStale: true) }
    } catch {
      throw NotPlain()
    }
  }

  private mutating func mixMarked(_ payload: RawSpan, at offset: Int) throws(NotPlain) {
    do throws(DecodeError) {
      try MmapMarkersRecord.decode(payload, at: offset) { mix($0.ref, isStale: true) }
    } catch {
      throw NotPlain()
    }
  }

  /// Reads all of the log; nil where `PlainSeries.count` gives nothing.
  static func run(
    _ everything: ReplayPlan, _ served: ReplayPlan, jobs: Int
  ) async -> PlainSeriesPass? {
    guard var pass = PlainSeriesPass(everything, served) else { return nil }
    var problems: [FileError] = []
    do throws(NotPlain) {
      try await LogPass.run(
        everything.slices(&problems), jobs: jobs, make: PlainSeriesBuffer.init
      ) { buffer, slice throws(NotPlain) in try pass.take(buffer.batch, buffer.plan, of: slice) }
      return pass
    } catch {
      return nil
    }
  }

  /// True where there is something else than the log.
  private var hasMore: Bool {
    !everything.blocks.isEmpty || !served.blocks.isEmpty || !chunkRefs.isEmpty
  }

  private var hasMixed: Bool {
    for place in 0..<series.count where series[place].isMixed { return true }
    return false
  }

  private var counted: PlainSeries.Refs {
    PlainSeries.Refs(table: refs, rows: series, chunkRefs: chunkRefs)
  }

  /// What was counted; nil where it would not do.
  consuming func result() -> PlainSeries? {
    if !chunkRefs.isEmpty {
      // From the highest ref on new series are numbered: it has to be met again.
      for ref in [highest.served, highest.all] { mix(ref, isStale: true) }
      // A chunk that nobody defines may be one of a series that is lost.
      var hasLost = false
      for place in 0..<series.count where !series[place].isMixed && series[place].lost > 0 {
        hasLost = true
        break
      }
      for ref in chunkRefs where hasLost && refs.entry(of: ref) < 0 { return nil }
    }
    return PlainSeries(
      counted, metrics: metrics, base: base ?? 0, strays: strays, isAll: !hasMore && !hasMixed)
  }

  /// Settles which of the series are the same in `after`, and which are gone there. The others are mixed ones from
  /// now on.
  mutating func settle(_ after: inout PlainSeriesPass) -> SettledSeries {
    var counts = [(lost: PlainSeries.Count, left: PlainSeries.Count)](
      repeating: (.init(), .init()), count: metrics.count)
    refs.forEach { ref, number in
      let row = series[Int(number)]
      guard !row.isMixed else { return }
      let place = after.refs.entry(of: ref)
      let other = place < 0 ? nil : after.series[place]
      guard isSettled(row, other, after) else {
        series[Int(number)].metric = PlainSeries.Row.mixed
        return
      }
      guard row.served > 0 else { return }
      let count = PlainSeries.Count(row.served, row.servedFrom, row.servedTo, base ?? 0)
      if other?.served ?? 0 > 0 {
        counts[Int(row.metric)].left.add(count)
      } else {
        counts[Int(row.metric)].lost.add(count)
      }
    }
    after.refs.forEach { ref, number in
      let row = after.series[Int(number)]
      let place = refs.entry(of: ref)
      if place < 0 || series[place].isMixed || series[place].labels != row.labels {
        after.series[Int(number)].metric = PlainSeries.Row.mixed
      }
    }
    return SettledSeries(
      counts, metrics, before: counted, after: after.counted,
      isAll: !hasMore && !after.hasMore && !hasMixed && !after.hasMixed)
  }

  /// True where all of a series is in `other`, or nothing.
  private func isSettled(
    _ row: PlainSeries.Row, _ other: PlainSeries.Row?, _ after: PlainSeriesPass
  ) -> Bool {
    guard let other else { return !after.holds(row.labels) }
    guard !other.isMixed, other.labels == row.labels else { return false }
    return other.served == 0 || other.served == row.served && other.sum == row.sum
  }

  /// True where a record defines a series of these labels.
  private func holds(_ labels: UInt64) -> Bool {
    var slot = byLabels.firstSlot(for: labels)
    while true {
      switch byLabels.entry(at: slot, for: labels) {
      case .candidate(let other) where series[Int(other)].labels == labels: return true
      case .empty: return false
      case .candidate, .other: slot = byLabels.nextSlot(after: slot)
      }
    }
  }
}

/// Of two logs, plain series of which all is left in the second, or nothing.
struct SettledSeries {
  /// What is gone, by metric.
  private(set) var lost: [[UInt8]: ReplayComparison.Count] = [:]
  /// What is left.
  private(set) var left: [[UInt8]: ReplayComparison.Count] = [:]
  /// Samples that could be read before.
  private(set) var samples = 0
  /// What of the first log need not be read again.
  let before: PlainSeries.Refs
  /// What of the second.
  let after: PlainSeries.Refs
  /// True where there is nothing besides them.
  let isAll: Bool

  /// Reads both logs. Nil where they have to be compared as a whole.
  static func settle(
    _ before: ReplayPlan, _ after: ReplayPlan, jobs: Int
  ) async -> SettledSeries? {
    guard var first = await PlainSeriesPass.run(before, before, jobs: jobs),
      var second = await PlainSeriesPass.run(after, after, jobs: jobs)
    else { return nil }
    return first.settle(&second)
  }

  fileprivate init(
    _ counts: [(lost: PlainSeries.Count, left: PlainSeries.Count)], _ metrics: ByteStringTable,
    before: PlainSeries.Refs, after: PlainSeries.Refs, isAll: Bool
  ) {
    self.before = before
    self.after = after
    self.isAll = isAll
    for (number, count) in counts.enumerated() {
      samples += count.lost.samples + count.left.samples
      let name = [UInt8](metrics.bytes(UInt32(number)))
      if count.lost.samples > 0 { lost[name] = count.lost }
      if count.left.samples > 0 { left[name] = count.left }
    }
  }
}

/// The label sets of the series of blocks, as hashes.
private struct BlockLabels {
  private var hashes: Set<UInt64> = []

  func contains(_ labels: UInt64) -> Bool { hashes.contains(labels) }

  mutating func add(_ folders: [BlockFolder]) {
    var known: Set<String> = []
    for folder in folders where known.insert(folder.path).inserted {
      guard let path = folder.index?.path, let index = try? IndexFile(path: path) else { continue }
      add(index)
    }
  }

  private mutating func add(_ index: IndexFile) {
    // By the symbol of the value: the name and the hash that it had last.
    var pairs: [UInt32: (name: UInt32, hash: UInt64)] = [:]
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        let labels = sequence.batch.labels[start..<series.labelsEnd]
        start = series.labelsEnd
        let hash = labels.reduce(UInt64(labels.count)) { hash, label in
          if let known = pairs[label.value], known.name == label.name {
            return ByteHash.mix(hash, known.hash)
          }
          let pair = LabelPairTable.hash(
            name: index.symbols.bytes(of: Int(label.name), in: index.file.bytes),
            value: index.symbols.bytes(of: Int(label.value), in: index.file.bytes))
          pairs[label.value] = (label.name, pair)
          return ByteHash.mix(hash, pair)
        }
        hashes.insert(hash)
      }
    }
  }
}
