internal import TSDBFormat
internal import TSDBStore

/// The second pass over a log: turns records into events of series (Prometheus: tsdb/head_wal.go,
/// `loadWAL`, `loadWBL`, `loadChunkSnapshot`).
struct LogReplay {
  private let list: HeadSeriesList
  private let chunks: HeadChunkIndex
  private let minValidTime: Int64
  private var events: HeadEvents
  private var bindings: RefBindings
  private var rows = SampleRows()
  private var histograms = HistogramRows()
  /// Entries of series records so far, and such records.
  private var nextBinding = 0
  private var nextRecord = 0
  /// Damage in the bodies of records.
  private(set) var problems: [FileError] = []
  private(set) var strayRefs = StrayRefs()
  /// True where nothing is forgotten that a server forgets: a series that lost its ref stays.
  var keepsAll = false
  /// Series that lost their ref to another, with that ref.
  private var shadowed: [(series: SeriesTable.SeriesID, ref: UInt64)] = []

  /// What the refs stand for.
  var refs: RefBindings { bindings }
  /// The finding for samples without a series, if there are any.
  var strays: [FileError] { strayRefs.problem.map { [$0] } ?? [] }

  /// Replays nothing yet. Samples of the log before `minValidTime` are left out.
  init(
    _ list: HeadSeriesList, _ chunks: HeadChunkIndex, minValidTime: Int64,
    _ options: HeadReplay.Options
  ) {
    self.list = list
    self.chunks = chunks
    self.minValidTime = minValidTime
    events = HeadEvents(
      series: list.order.count, count: list.sampleBytes / 10, memory: options.memory,
      folder: options.folder)
    bindings = RefBindings(seriesCount: list.history.series.count)
  }

  /// What happens to the series, once all is read; nothing is left here. Throws `FileError.system` if a
  /// temporary file cannot be written.
  mutating func finish() throws(FileError) -> HeadEvents {
    try events.finish()
    var all = HeadEvents(series: 0, count: 0, memory: 0, folder: "")
    swap(&all, &events)
    return all
  }

  /// Takes in the records of `batch`, which were read from `slice`. Throws `FileError.system` if a
  /// temporary file cannot be written.
  mutating func replay(_ batch: RecordBatch, of slice: SegmentSlice) throws(FileError) {
    if slice.part == .snapshot {
      try replaySnapshot(batch)
      return
    }
    for entry in batch.entries {
      let payload = batch.payload(of: entry)
      guard payload.byteCount > 0 else { continue }
      let type = RecordType(code: payload.byte(at: 0))
      let failure: DecodeError?
      switch type {
      case .series:
        // The first pass said what is wrong with it.
        if slice.part != .wbl { try define() }
        failure = nil
      case .samples, .samplesV2:
        failure = try addFloats(payload, type, at: entry.offset, slice)
      case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
        .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
        failure = try addHistograms(payload, type, at: entry.offset, slice)
      case .tombstones:
        failure = slice.part == .wbl ? nil : try addTombstones(payload, at: entry.offset)
      case .mmapMarkers:
        failure = slice.part == .wbl ? try addMarkers(payload, at: entry.offset) : nil
      case .exemplars, .metadata, .unknown:
        failure = nil
      }
      if let failure { problems.append(.damaged(path: slice.file.path, failure)) }
    }
  }

  /// The records of a snapshot: series with their last chunk, and tombstones.
  private mutating func replaySnapshot(_ batch: RecordBatch) throws(FileError) {
    for entry in batch.entries {
      switch batch.snapshotRecord(entry) {
      case .series(let series):
        let number = nextBinding
        try define()
        guard let chunk = series.chunk, chunk.maxTime >= minValidTime,
          number < list.bindings.count
        else { continue }
        let rank = list.ranks[Int(list.bindings[number].series)]
        guard rank != HeadSeriesList.unwanted else { continue }
        try events.add(
          .chunk, rank: rank, prefix: [chunk.encoding.code],
          body: batch.payload(of: entry).extracting(chunk.data))
      case .tombstones(let tombstones): try add(tombstones)
      case .exemplars, nil: break
      }
    }
  }

  /// Takes in the series of the next series record, as the first pass decoded it.
  private mutating func define() throws(FileError) {
    guard nextRecord < list.recordSizes.count else { return }
    let end = min(nextBinding + Int(list.recordSizes[nextRecord]), list.bindings.count)
    nextRecord += 1
    while nextBinding < end {
      let binding = list.bindings[nextBinding]
      nextBinding += 1
      let effect = bindings.bind(binding.ref, to: binding.series)
      if !keepsAll, let lost = effect.shadowed {
        shadowed.append((lost, binding.ref))
        try add(.deletion, to: Int(lost), value: 0)
      }
      try add(.reset, to: Int(binding.series), value: binding.ref)
    }
  }

  /// Series that others took the ref of, each with the rank of the one that has it in the end.
  mutating func replacedSeries() -> [HeadReplay.Replaced] {
    var replaced: [HeadReplay.Replaced] = []
    for (series, ref) in shadowed {
      guard let holder = bindings.holder(of: ref), holder != series else { continue }
      let (rank, holderRank) = (list.ranks[Int(series)], list.ranks[Int(holder)])
      guard rank != HeadSeriesList.unwanted, holderRank != HeadSeriesList.unwanted else { continue }
      replaced.append(.init(rank: Int(rank), holder: Int(holderRank)))
    }
    return replaced
  }

  /// Adds what happens to a series, if it was asked for.
  private mutating func add(
    _ kind: HeadEvent.Kind, to series: Int, value: UInt64
  ) throws(FileError) {
    let rank = list.ranks[series]
    if rank != HeadSeriesList.unwanted { try events.add(kind, rank: rank, value: value) }
  }

  private mutating func addFloats(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, _ slice: SegmentSlice
  ) throws(FileError) -> DecodeError? {
    let isLate = slice.part == .wbl
    let oldest = isLate ? Int64.min : minValidTime
    var failure: FileError?
    var damage: DecodeError?
    var rows = SampleRows()
    swap(&rows, &self.rows)
    let each: SampleRows.Each = { samples, startTimes in
      guard failure == nil else { return }
      do throws(FileError) {
        try add(samples, startTimes, oldest, isLate ? .lateFloat : .float, offset, slice)
      } catch {
        failure = error
      }
    }
    do {
      if type == .samples {
        try rows.decodeSamples(payload, at: offset, each: each)
      } else {
        try rows.decodeSamplesV2(payload, at: offset, each: each)
      }
    } catch {
      damage = error
    }
    swap(&rows, &self.rows)
    if let failure { throw failure }
    return damage
  }

  private mutating func add(
    _ samples: Span<SampleRow>, _ startTimes: Span<Int64>, _ oldest: Int64,
    _ kind: HeadEvent.Kind, _ offset: Int, _ slice: SegmentSlice
  ) throws(FileError) {
    let all = list.ranks
    let ranks = all.span
    for index in samples.indices where samples[index].time >= oldest {
      let row = samples[index]
      let series = bindings.series(of: row.ref)
      guard series >= 0 else {
        noteStray(row.ref, row.time, isStale: row.value == StaleMarker.bits, at: offset, slice)
        continue
      }
      let rank = ranks[series]
      guard rank != HeadSeriesList.unwanted else { continue }
      try events.add(
        kind, rank: rank, time: row.time,
        startTime: startTimes.isEmpty ? 0 : startTimes[index], value: row.value)
    }
  }

  /// A sample of a ref without a series.
  private mutating func noteStray(
    _ ref: UInt64, _ time: Int64, isStale: Bool, at offset: Int, _ slice: SegmentSlice
  ) {
    strayRefs.note(ref, at: offset, in: slice)
    let isInChunk = chunks.entries(of: ref).contains {
      $0.range.minTime <= time && time <= $0.range.maxTime
    }
    if !isStale && !isInChunk { strayRefs.noteOutsideChunks() }
  }

  private mutating func addHistograms(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, _ slice: SegmentSlice
  ) throws(FileError) -> DecodeError? {
    let isLate = slice.part == .wbl
    var failure: FileError?
    var found: [HistogramRow] = []
    var damage: DecodeError?
    do {
      try histograms.decode(payload, type, at: offset) { found.append($0) }
    } catch {
      damage = error
    }
    for row in found where isLate || row.time >= minValidTime {
      let series = bindings.series(of: row.ref)
      guard series >= 0 else {
        noteStray(row.ref, row.time, isStale: false, at: offset, slice)
        continue
      }
      let rank = list.ranks[series]
      guard rank != HeadSeriesList.unwanted else { continue }
      let kind: HeadEvent.Kind =
        switch (row.isFloat, isLate) {
        case (false, false): .histogram
        case (true, false): .floatHistogram
        case (false, true): .lateHistogram
        case (true, true): .lateFloatHistogram
        }
      do throws(FileError) {
        try events.add(
          kind, rank: rank, time: row.time, startTime: row.startTime,
          body: payload.extracting(row.body))
      } catch {
        failure = error
        break
      }
    }
    if let failure { throw failure }
    return damage
  }

  private mutating func addTombstones(
    _ payload: RawSpan, at offset: Int
  ) throws(FileError) -> DecodeError? {
    var found: [Tombstone] = []
    var damage: DecodeError?
    do {
      try TombstonesRecord.decode(payload, at: offset) { found.append($0) }
    } catch {
      damage = error
    }
    try add(found)
    return damage
  }

  private mutating func add(_ tombstones: [Tombstone]) throws(FileError) {
    for tombstone in tombstones {
      if tombstone.minTime == .min && tombstone.maxTime == .max {
        if let series = bindings.delete(tombstone.series) {
          try add(.deletion, to: Int(series), value: 0)
        }
      } else if tombstone.maxTime >= minValidTime {
        let series = bindings.series(of: tombstone.series)
        guard series >= 0 else { continue }
        try add(.tombstone, to: series, value: UInt64(bitPattern: tombstone.minTime))
        try add(.tombstoneEnd, to: series, value: UInt64(bitPattern: tombstone.maxTime))
      }
    }
  }

  private mutating func addMarkers(
    _ payload: RawSpan, at offset: Int
  ) throws(FileError) -> DecodeError? {
    var found: [MmapMarker] = []
    var damage: DecodeError?
    do {
      try MmapMarkersRecord.decode(payload, at: offset) { found.append($0) }
    } catch {
      damage = error
    }
    for marker in found where chunks.holds(marker) {
      let series = bindings.series(of: marker.ref)
      if series >= 0 { try add(.mmapMarker, to: series, value: 0) }
    }
    return damage
  }
}
