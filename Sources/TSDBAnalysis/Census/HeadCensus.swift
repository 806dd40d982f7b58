public import TSDBFormat
public import TSDBStore

/// What the head holds, counted from its records without building a head: series, labels, first and
/// last samples.
///
/// Follows replay where it decides what counts (Prometheus: tsdb/head_wal.go, `loadWAL`): samples of
/// refs without series are dropped, and so are samples older than the blocks, and samples that are
/// not newer than the series' last one. Memory grows with distinct strings and series.
public struct HeadCensus: Sendable {
  /// Records of one type: how many, how many entries they hold, how many plain bytes.
  public struct RecordCount: Equatable, Sendable {
    /// Records.
    public var records = 0
    /// Series, samples, … in them, for the types that are decoded.
    public var entries = 0
    /// Decompressed bytes.
    public var bytes = 0
  }

  /// A ref, and the record that names it.
  public struct Place: Equatable, Sendable {
    /// The ref.
    public let ref: UInt64
    /// Offset of the record's first fragment in its segment.
    public let offset: Int
  }

  /// All series met, with their labels, first and last sample.
  public internal(set) var history = SeriesHistory()
  /// Times before this are in the blocks already; replay drops such samples.
  public let minValidTime: Int64
  /// Counts by record type.
  public private(set) var records: [RecordType: RecordCount] = [:]
  /// The most samples that a record has, of the WBL's too.
  public private(set) var largestRecord = 0
  /// Samples that replay would keep.
  public private(set) var samples = 0
  /// Samples that replay drops because blocks hold their time already.
  public private(set) var samplesInBlocks = 0
  /// Samples that are not newer than their series' last one: repeated, or out of order.
  public private(set) var samplesNotNewer = 0
  /// Samples whose ref no series record defines.
  public private(set) var samplesOfUnknownSeries = 0
  /// The first of them: its ref, and the offset of its record in the segment that was being counted.
  public private(set) var firstUnknownSeries: Place?
  /// Samples in the WBL.
  public private(set) var outOfOrderSamples = 0
  /// Refs that were given to a second label set.
  public private(set) var refsReused = 0
  /// The first of them, and the record that did it.
  public private(set) var firstRefReused: Place?
  /// Times of the samples that replay would keep.
  public private(set) var timeRange = TimeRange()
  /// When samples came at all.
  public private(set) var activity = SampleActivity()

  /// The samples that replay would keep, by the stretches that a server cuts its head into.
  public private(set) var bins = TimeBins()
  /// Series whose labels no server writes.
  public private(set) var flawedSeries: [SeriesTable.SeriesID: LabelFlaw] = [:]
  /// Native histograms whose buckets are not those of their spans: how many, and the first.
  public private(set) var flawedHistograms: [HistogramFlaw: FlawedHistograms] = [:]

  /// Histograms with one flaw.
  public struct FlawedHistograms: Equatable, Sendable {
    /// How many.
    public var count = 0
    /// The first, and its record.
    public let first: Place
    /// The most buckets that spans of one speak of.
    public var mostBuckets: UInt64 = 0
    /// At one that follows another in its chunk a server dies: the index that it is out of range with. Nil
    /// where none follows.
    public var index: Int?
  }

  /// Series that a checkpoint tells of: those with the lesser numbers.
  public internal(set) var checkpointSeries = 0

  private var refs = RefTable()
  private var rows = SampleRows()
  private var openHistograms: [UInt64: OpenHistogram] = [:]

  /// An empty census of a head whose blocks end at `minValidTime` (milliseconds, exclusive).
  public init(minValidTime: Int64) {
    self.minValidTime = minValidTime
  }

  /// Counts the records of `batch`. Gives the damage met in their bodies; what stands before it in
  /// the record is counted.
  public mutating func count(_ batch: RecordBatch, from part: LogPart) -> [RecordBatch.Damage] {
    var plan = SeriesPlan()
    plan.fill(from: batch)
    var labelled = LabelledSeries()
    var interner = LabelInterner()
    interner.intern(plan, batch, into: &history.pairs, result: &labelled)
    return count(batch, plan, labelled, from: part)
  }

  /// The same, with the series records of the batch decoded and their labels interned before.
  mutating func count(
    _ batch: RecordBatch, _ plan: SeriesPlan, _ labelled: LabelledSeries, from part: LogPart
  ) -> [RecordBatch.Damage] {
    var damage: [RecordBatch.Damage] = []
    var planned = plan.records[...]
    var firstPair = 0
    for (index, entry) in batch.entries.enumerated() {
      do {
        if let record = planned.first, record.entry == index {
          planned.removeFirst()
          try countSeries(record, of: plan, labelled, from: &firstPair, entry)
        } else {
          try count(batch.payload(of: entry), entry: entry, from: part)
        }
      } catch {
        damage.append(.init(error: error, lost: entry.offset..<entry.end))
      }
    }
    return damage
  }

  private mutating func count(
    _ payload: RawSpan, entry: RecordBatch.Entry, from part: LogPart
  ) throws(DecodeError) {
    guard payload.byteCount > 0 else {
      throw DecodeError(
        section: .walRecord, offset: entry.offset, inner: 0,
        problem: .truncated(needed: 1, available: 0))
    }
    let type = RecordType(code: payload.byte(at: 0))
    records[type, default: RecordCount()].records += 1
    records[type, default: RecordCount()].bytes += payload.byteCount
    rows.clear()
    defer {
      records[type, default: RecordCount()].entries += rows.count
      largestRecord = max(largestRecord, rows.count)
    }
    let (tally, error) = Self.tally(
      type, payload, at: entry.offset, rows: &rows, times: &history.series, refs: &refs,
      minValidTime: minValidTime)
    add(tally, at: entry.offset, from: part)
    if type.holdsHistograms, part != .wbl { countFlaws(payload, type, at: entry.offset) }
    if let error { throw error }
  }

  /// Counts the histograms of a record whose buckets do not fit, and looks at which of them a server dies.
  private mutating func countFlaws(_ payload: RawSpan, _ type: RecordType, at offset: Int) {
    var histograms = HistogramRows()
    var open: [UInt64: OpenHistogram] = [:]
    swap(&open, &openHistograms)
    defer { swap(&open, &openHistograms) }
    try? histograms.decode(payload, type, at: offset) { row in
      guard
        let shape = HistogramShape(of: payload.extracting(row.body), isFloat: row.isFloat),
        row.time >= minValidTime
      else { return }
      let before = open[row.ref]
      guard before.map({ row.time > $0.time }) ?? true else { return }
      let follows = before.map { $0.isFollowed(by: shape, at: row.time) } ?? false
      open[row.ref] = OpenHistogram(shape: shape, time: row.time)
      guard let flaw = shape.flaw else { return }
      var known =
        flawedHistograms[flaw] ?? FlawedHistograms(first: Place(ref: row.ref, offset: offset))
      known.count &+= 1
      known.mostBuckets = max(known.mostBuckets, shape.mostBuckets)
      if follows, known.index == nil { known.index = shape.index }
      flawedHistograms[flaw] = known
    }
  }

  /// The last histogram of a chunk that a server has open.
  private struct OpenHistogram {
    let shape: HistogramShape
    let time: Int64

    /// True if a server appends `next` to the same chunk (Prometheus: tsdb/chunkenc/histogram.go, `appendable`;
    /// tsdb/head_append.go, `histogramsAppendPreprocessor`).
    func isFollowed(by next: HistogramShape, at time: Int64) -> Bool {
      guard TimeBins.number(of: time) == TimeBins.number(of: self.time),
        next.isFloat == shape.isFloat, next.isStale == shape.isStale, !next.isReset,
        next.isGauge == shape.isGauge, next.schema == shape.schema,
        next.zeroThreshold == shape.zeroThreshold
      else { return false }
      return next.isGauge || next.count >= shape.count && next.zeroCount >= shape.zeroCount
    }
  }

  private mutating func countSeries(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, _ labelled: LabelledSeries,
    from firstPair: inout Int, _ entry: RecordBatch.Entry
  ) throws(DecodeError) {
    records[.series, default: RecordCount()].records += 1
    records[.series, default: RecordCount()].bytes += entry.byteCount
    records[.series, default: RecordCount()].entries += record.series.count
    let reused = Self.define(
      record, of: plan, labelled, from: &firstPair, series: &history.series, refs: &refs,
      flawed: &flawedSeries)
    refsReused += reused.count
    if firstRefReused == nil, let ref = reused.first {
      firstRefReused = Place(ref: ref, offset: entry.offset)
    }
    if let error = record.error { throw error }
  }

  /// Lets the refs of `record` stand for its series; gives those that stood for others before.
  private static func define(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, _ labelled: LabelledSeries,
    from firstPair: inout Int, series: inout SeriesTable, refs: inout RefTable,
    flawed: inout [SeriesTable.SeriesID: LabelFlaw]
  ) -> [UInt64] {
    var reused: [UInt64] = []
    var place = record.series.lowerBound
    series.intern(record, of: plan, labelled, from: &firstPair) { ref, series in
      if !record.flaws.isEmpty, let flaw = record.flaws[place] { flawed[series] = flaw }
      place &+= 1
      let known = refs.entry(of: ref)
      if known >= 0 && known != Int(series) { reused.append(ref) }
      refs.set(ref, to: series)
    }
    return reused
  }

  private mutating func add(_ tally: Tally, at offset: Int, from part: LogPart) {
    samplesOfUnknownSeries &+= tally.unknown
    if firstUnknownSeries == nil, let ref = tally.firstUnknown {
      firstUnknownSeries = Place(ref: ref, offset: offset)
    }
    if part == .wbl {
      outOfOrderSamples &+= rows.count &- tally.unknown
    } else {
      for piece in tally.pieces {
        activity.note(from: piece.minTime, to: piece.maxTime)
      }
      samples &+= tally.kept
      samplesInBlocks &+= tally.inBlocks
      samplesNotNewer &+= tally.notNewer
      timeRange.include(tally.range)
      for bin in tally.bins { bins.add(bin.times, count: bin.count) }
    }
  }

  /// Decodes the samples of a record and holds them against their series; nothing where a record of
  /// this type has no samples.
  private static func tally(
    _ type: RecordType, _ payload: RawSpan, at offset: Int, rows: inout SampleRows,
    times table: inout SeriesTable, refs: inout RefTable, minValidTime: Int64
  ) -> (Tally, DecodeError?) {
    var tally = Tally()
    let each: SampleRows.Each = { samples, _ in
      var times = table.mutableTimes()
      tally.add(samples, &times, &refs, minValidTime)
    }
    do {
      try rows.decode(payload, type, at: offset, each: each)
    } catch {
      return (tally, error)
    }
    return (tally, nil)
  }

  /// What the samples of one record come to.
  private struct Tally {
    var kept = 0
    var inBlocks = 0
    var notNewer = 0
    var unknown = 0
    var firstUnknown: UInt64?
    var range = TimeRange()
    /// First and last sample of each piece of the record.
    var pieces: [TimeRange] = []
    /// Samples that are kept, by the number of their stretch of two hours; one may come again.
    var bins: [(times: TimeRange, count: Int)] = []

    /// Takes samples in, and lets their series know of them.
    mutating func add(
      _ samples: Span<SampleRow>, _ times: inout MutableSpan<TimeRange>, _ refs: inout RefTable,
      _ minValidTime: Int64
    ) {
      if samples.count > 0 {
        pieces.append(TimeRange(minTime: samples[0].time, maxTime: samples[samples.count - 1].time))
      }
      // Samples of a record mostly have one time.
      var (last, number) = (Int64.min, TimeBins.number(of: .min))
      var stretch = TimeRange()
      var count = 0
      for index in samples.indices {
        let row = samples[index]
        let id = refs.entry(of: row.ref)
        guard id >= 0 else {
          unknown &+= 1
          if firstUnknown == nil { firstUnknown = row.ref }
          continue
        }
        let known = times[id]
        let isNewer = row.time > known.maxTime
        if isNewer {
          times[id] = TimeRange(minTime: min(known.minTime, row.time), maxTime: row.time)
        } else if row.time < known.minTime {
          times[id].include(row.time)
        }
        if row.time < minValidTime {
          inBlocks &+= 1
        } else if isNewer {
          kept &+= 1
          if row.time != last || count == 0 {
            range.include(row.time)
            let found = TimeBins.number(of: row.time)
            if found != number, count > 0 {
              bins.append((stretch, count))
              (stretch, count) = (TimeRange(), 0)
            }
            (last, number) = (row.time, found)
            stretch.include(row.time)
          }
          count &+= 1
        } else {
          notNewer &+= 1
        }
      }
      if count > 0 { bins.append((stretch, count)) }
    }
  }

  /// Every ref and the series it stands for at the end of the log, by series and then by ref.
  func refsBySeries() -> [(series: SeriesTable.SeriesID, ref: UInt64)] {
    var found: [(series: SeriesTable.SeriesID, ref: UInt64)] = []
    refs.forEach { found.append(($1, $0)) }
    return found.sorted { ($0.series, $0.ref) < ($1.series, $1.ref) }
  }

  /// How many series have a sample that replay would keep; the head holds these.
  public var liveSeries: Int {
    var live = 0
    history.series.forEachWithSamples { if $1.maxTime >= minValidTime { live += 1 } }
    return live
  }
}
