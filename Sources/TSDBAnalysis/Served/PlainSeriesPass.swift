internal import TSDBFormat
internal import TSDBStore

/// The records of a slice, and of the series that they define the hashes of the labels.
private final class PlainSeriesBuffer: LogPass.Buffer, @unchecked Sendable {
  /// What is asked of a series.
  struct Labels {
    /// Hash of all of them.
    let hash: UInt64
    /// The value of the first that is called `__name__`, in the record.
    let metric: SeriesRecord.Slice?
  }

  var batch = RecordBatch()
  private(set) var plan = SeriesPlan()
  /// By series of the plan.
  private(set) var labels: [Labels] = []
  /// By place, of the series before: the hash of the label, and its value where it is a `__name__`.
  private var row: [(hash: UInt64, metric: SeriesRecord.Slice?)] = []

  private static let metricName = Array("__name__".utf8)

  func decode(_ slice: SegmentSlice) {
    slice.read(into: &batch)
    plan.fill(from: slice.part == .wbl ? RecordBatch() : batch)
    labels.removeAll(keepingCapacity: true)
    for record in plan.records {
      row.removeAll(keepingCapacity: true)
      add(record, batch.payload(of: batch.entries[record.entry]))
    }
  }

  private func add(_ record: SeriesPlan.Record, _ payload: RawSpan) {
    for index in record.series {
      let count = plan.all.series[index].labelCount
      if row.count > count { row.removeSubrange(count...) }
      for number in plan.all.changeRange(of: index) {
        let change = plan.all.changes[number]
        let isName = change.name.bytes(in: payload).isEqual(to: Self.metricName.rawBytes)
        let label = (hash: plan.hashes[number], metric: isName ? change.value : nil)
        let place = Int(change.place)
        if place < row.count { row[place] = label } else { row.append(label) }
      }
      var hash = LabelSetHash.empty(row.count)
      var metric: SeriesRecord.Slice?
      for label in row {
        hash = LabelSetHash.adding(label.hash, to: hash)
        metric = metric ?? label.metric
      }
      labels.append(Labels(hash: hash, metric: metric))
    }
  }
}

/// The one reading of the log.
struct PlainSeriesPass {
  /// Thrown where something else than counting is needed.
  struct NotPlain: Error {}

  private let everything: ReplayPlan
  private let served: ReplayPlan
  /// By segment that the server reads: up to where.
  private var limits: [String: Int] = [:]
  private let chunkRefs: Set<UInt64>
  var refs = RefTable()
  var series = LargeArray<PlainSeries.Row>()
  var tallies = LargeArray<PlainSeries.Tally>()
  /// The series by their labels.
  private var byLabels = HashIndex()
  /// Series of blocks, by their labels.
  private var ofBlocks = BlockLabels()
  var metrics = ByteStringTable()
  private var rows = SampleRows()
  private var histograms = HistogramRows()
  /// Samples that came before any record that defines their ref, by ref: all, and those that a server reads.
  private var strays: [UInt64: (all: Int, served: Int)] = [:]
  /// More refs without a record are not kept apart: damage may make any number of them.
  private static let mostStrays = 1 << 20
  private var hasTooManyStrays = false
  /// True where some were met elsewhere than in samples of the log.
  private var hasLateStrays = false
  /// What times are counted from.
  var base: Int64?
  /// True where some record behind that is one that the server passes over.
  private var passesOver = false
  /// Where what is served ends.
  private var end = PlainTable.End()
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

  fileprivate mutating func take(
    _ batch: RecordBatch, _ plan: SeriesPlan, _ labels: [PlainSeriesBuffer.Labels],
    of slice: SegmentSlice
  ) throws(NotPlain) {
    let limit = limits[slice.file.path] ?? 0
    let isLast = limits[slice.file.path] != nil && limit < .max
    var plans = plan.records[...]
    for (number, entry) in batch.entries.enumerated() {
      let payload = batch.payload(of: entry)
      guard payload.byteCount > 0 else { continue }
      let type = RecordType(code: payload.byte(at: 0))
      let isServed = entry.offset < limit
      if isLast { end.take(entry.offset, isServed: isServed) }
      if served.passes(over: entry, type, in: slice.part) {
        if isServed { throw NotPlain() }
        passesOver = true
      }
      switch type {
      case .series:
        guard slice.part != .wbl else { continue }
        guard let record = plans.popFirst(), record.entry == number, record.error == nil else {
          throw NotPlain()
        }
        define(record, of: plan, labels, payload, isServed: isServed)
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
    _ record: SeriesPlan.Record, of plan: SeriesPlan, _ labels: [PlainSeriesBuffer.Labels],
    _ payload: RawSpan, isServed: Bool
  ) {
    var metric: (slice: SeriesRecord.Slice?, number: UInt32)?
    for index in record.series {
      let ahead = index &+ Self.prefetchDistance
      if ahead < record.series.upperBound { byLabels.prefetch(labels[ahead].hash) }
      let ref = plan.all.series[index].ref
      let slice = labels[index].metric
      if metric == nil || metric?.slice != slice { metric = (slice, intern(slice, payload)) }
      define(ref, labels[index].hash, metric?.number ?? PlainSeries.Tally.mixed)
      highest.all = max(highest.all, ref)
      if isServed { highest.served = max(highest.served, ref) }
    }
  }

  /// How many series ahead the memory is asked for that they will touch.
  private static let prefetchDistance = 8

  private mutating func intern(_ slice: SeriesRecord.Slice?, _ payload: RawSpan) -> UInt32 {
    let name = payload.extracting(0..<0)
    guard let slice else {
      return metrics.intern(tag: 0, name, hash: ByteStringTable.hash(tag: 0, name))
    }
    let value = slice.bytes(in: payload)
    return metrics.intern(tag: 0, value, hash: ByteStringTable.hash(tag: 0, value))
  }

  /// One series. What a second record defines again, by its ref or by its labels, is no plain one.
  private mutating func define(_ ref: UInt64, _ labels: UInt64, _ metric: UInt32) {
    let row = PlainSeries.Row(labels: labels)
    var tally = PlainSeries.Tally(metric: metric)
    if chunkRefs.contains(ref) || ofBlocks.contains(labels) {
      tally.metric = PlainSeries.Tally.mixed
    }
    let known = refs.entry(of: ref)
    let (other, slot) = find(labels)
    if let other {
      tallies[other].metric = PlainSeries.Tally.mixed
      tally.metric = PlainSeries.Tally.mixed
    }
    if known >= 0 {
      tallies[known].metric = PlainSeries.Tally.mixed
      // Its labels lead to the ref, too, which is all that is asked of them.
      guard series[known].labels != labels else { return }
      tally.metric = PlainSeries.Tally.mixed
    }
    let number = UInt32(truncatingIfNeeded: series.count)
    series.append(row)
    tallies.append(tally)
    if known < 0 { refs.set(ref, to: number) }
    // Of many refs with the same labels one is found, which is enough.
    guard other == nil else { return }
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
        if !isStale { noteStray(sample.ref, isServed) }
        continue
      }
      var tally = tallies[place]
      guard !tally.isMixed else { continue }
      let base = self.base ?? sample.time.subtractingReportingOverflow(1 << 31).partialValue
      self.base = base
      let (distance, isTooFar) = sample.time.subtractingReportingOverflow(base)
      guard !isTooFar, let time = UInt32(exactly: distance), time > 0 else {
        tallies[place].metric = PlainSeries.Tally.mixed
        continue
      }
      var row = series[place]
      guard time > row.last else { continue }
      row.last = time
      if !isStale {
        row.sum &+= ByteHash.mix(UInt64(bitPattern: sample.time), sample.value)
        if isServed, sample.time >= served.minValidTime {
          if tally.served == 0 { tally.servedFrom = time }
          tally.served &+= 1
          tally.servedTo = time
        } else {
          if tally.lost == 0 { tally.lostFrom = time }
          tally.lost &+= 1
          tally.lostTo = time
        }
        tallies[place] = tally
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
      tallies[place].metric = PlainSeries.Tally.mixed
    } else if !isStale {
      // Whether a server reads the WBL behind damage is asked elsewhere.
      hasLateStrays = true
      noteStray(ref, false)
    }
  }

  /// A sample of a ref that no record before it defines; of one that has chunks it is asked elsewhere.
  private mutating func noteStray(_ ref: UInt64, _ isServed: Bool) {
    guard !chunkRefs.contains(ref) else { return }
    if strays.count < Self.mostStrays || strays[ref] != nil {
      strays[ref, default: (0, 0)].all &+= 1
      if isServed { strays[ref]?.served &+= 1 }
    } else {
      hasTooManyStrays = true
    }
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
      ) { buffer, slice throws(NotPlain) in
        try pass.take(buffer.batch, buffer.plan, buffer.labels, of: slice)
        if pass.hasTooManyStrays { throw NotPlain() }
      }
      return pass
    } catch {
      return nil
    }
  }

  /// True where there is something else than the log.
  var hasMore: Bool {
    !everything.blocks.isEmpty || !served.blocks.isEmpty || !chunkRefs.isEmpty
  }

  var hasMixed: Bool {
    for place in 0..<tallies.count where tallies[place].isMixed { return true }
    return false
  }

  var counted: PlainSeries.Refs {
    PlainSeries.Refs(table: refs, tallies: tallies, chunkRefs: chunkRefs)
  }

  /// What was counted; nil where it would not do.
  consuming func result() -> PlainTable? {
    if !chunkRefs.isEmpty {
      // From the highest ref on new series are numbered: it has to be met again.
      for ref in [highest.served, highest.all] { mix(ref, isStale: true) }
      // A chunk that nobody defines may be one of a series that is lost.
      var hasLost = false
      for place in 0..<tallies.count where !tallies[place].isMixed && tallies[place].lost > 0 {
        hasLost = true
        break
      }
      for ref in chunkRefs where hasLost && refs.entry(of: ref) < 0 { return nil }
    }
    // What is read again is counted then.
    let own = strays.filter { ref, _ in
      let place = refs.entry(of: ref)
      return place < 0 || !tallies[place].isMixed
    }
    return PlainTable(
      refs: counted, metrics: metrics, base: base ?? 0,
      strays: own.values.reduce((0, 0)) { ($0.0 &+ $1.all, $0.1 &+ $1.served) },
      isAll: !hasMore && !hasMixed, end: hasLateStrays ? nil : end, passesOver: passesOver)
  }

  /// True where a record defines a series of these labels.
  func holds(_ labels: UInt64) -> Bool { find(labels).series != nil }

  /// The first series with these labels, or the slot where it would stand.
  private func find(_ labels: UInt64) -> (series: Int?, slot: Int) {
    var slot = byLabels.firstSlot(for: labels)
    while true {
      switch byLabels.entry(at: slot, for: labels) {
      case .candidate(let other) where series[Int(other)].labels == labels:
        return (Int(other), slot)
      case .empty: return (nil, slot)
      case .candidate, .other: slot = byLabels.nextSlot(after: slot)
      }
    }
  }
}
