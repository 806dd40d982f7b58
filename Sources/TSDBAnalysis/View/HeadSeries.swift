internal import TSDBFormat
internal import TSDBStore

/// What a server would hold of one series after replay.
struct HeadSeries: Sendable {
  /// Chunks of `chunks_head` that came in order.
  private(set) var chunks: [HeadChunkIndex.Entry] = []
  /// Those whose samples came out of order, in the order they were written.
  private(set) var lateChunks: [HeadChunkIndex.Entry] = []
  /// Samples of the WAL that follow the chunks, in order.
  private(set) var samples = SampleBatch()
  /// Samples of the WBL that are in no chunk, in the order they came.
  private(set) var lateSamples = SampleBatch()
  /// What was deleted.
  private(set) var tombstones: [TimeRange] = []

  /// The oldest sample that the log gave, kept or not; nil if it gave none.
  private(set) var firstOfLog: Int64?
  /// True if the series had something when it was deleted, or when another took its ref, and no record of
  /// it came since.
  private(set) var leftSomething = false

  private var lastTime = Int64.min
  private var lastKind: SampleKind?

  private enum SampleKind {
    case float, histogram, floatHistogram

    init?(_ encoding: ChunkEncoding) {
      switch encoding.kind {
      case .float: self = .float
      case .histogram: self = .histogram
      case .floatHistogram: self = .floatHistogram
      case .unknown: return nil
      }
    }
  }

  /// True where nothing is forgotten that a server forgets.
  private var keepsAll = false
  /// The refs whose chunks it has, where nothing is forgotten.
  private var refs: Set<UInt64> = []

  /// Replays what happens to the series at `place` of `part`; with `keepsAll`, all samples of the log
  /// stay that are newer than those before them in the log, whatever chunks and repeated series records
  /// make of them.
  init(_ part: HeadPart, place: Int, _ index: HeadChunkIndex, keepsAll: Bool = false) {
    self.keepsAll = keepsAll
    var startTime: Int64 = 0
    var wideTime: Int64?
    var tombstoneStart: Int64?
    let events = part.events(at: place)
    for number in events.indices {
      let event = events[number]
      let time = wideTime ?? part.base &+ event.offset
      let signed = Int64(bitPattern: event.value)
      switch event.kind {
      case .startTime:
        startTime = signed
        continue
      case .wideTime:
        wideTime = signed
        continue
      case .float: addFloat(time, startTime, event.value)
      case .lateFloat: lateSamples.append(time: time, startTime: startTime, bits: event.value)
      case .histogram, .floatHistogram, .lateHistogram, .lateFloatHistogram:
        addHistogram(event, time, startTime, part)
      case .reset: reset(to: index.entries(of: event.value), of: event.value)
      case .deletion:
        let hadSomething = leftSomething || hasContent
        self = HeadSeries()
        self.keepsAll = keepsAll
        leftSomething = hadSomething
      case .tombstone: tombstoneStart = signed
      case .tombstoneEnd:
        if let start = tombstoneStart {
          tombstones.append(TimeRange(minTime: start, maxTime: signed))
        }
      case .mmapMarker: if !keepsAll { lateSamples.removeAll() }
      case .chunk: addChunk(event, part)
      case nil: break
      }
      startTime = 0
      wideTime = nil
    }
  }

  private init() {}

  /// True if no chunk or sample came out of order.
  var isInOrder: Bool { lateChunks.isEmpty && lateSamples.isEmpty }

  /// True if there is a chunk or a sample.
  var hasContent: Bool {
    !(chunks.isEmpty && lateChunks.isEmpty && samples.isEmpty && lateSamples.isEmpty)
  }

  /// A series record: what was replayed so far is in the chunks (`resetSeriesWithMMappedChunks`).
  private mutating func reset(
    to entries: ArraySlice<HeadChunkIndex.Entry>, of ref: UInt64
  ) {
    if keepsAll {
      guard refs.insert(ref).inserted else { return }
      chunks += entries.filter { !$0.isOutOfOrder }
      lateChunks += entries.filter(\.isOutOfOrder)
      return
    }
    chunks = entries.filter { !$0.isOutOfOrder }
    lateChunks = entries.filter(\.isOutOfOrder)
    samples.removeAll()
    lateSamples.removeAll()
    leftSomething = false
    lastTime = chunks.last?.range.maxTime ?? .min
    lastKind = chunks.last.flatMap { SampleKind(ChunkEncoding(code: $0.encoding)) }
  }

  private mutating func addFloat(_ time: Int64, _ startTime: Int64, _ bits: UInt64) {
    firstOfLog = min(firstOfLog ?? .max, time)
    guard time > lastTime else { return }
    lastTime = time
    // A series of histograms ends with a histogram that says so, however the log wrote it.
    if bits == StaleMarker.bits, let lastKind, lastKind != .float {
      samples.append(
        time: time, startTime: startTime,
        histogram: .stale(isFloat: lastKind == .floatHistogram))
      return
    }
    lastKind = .float
    samples.append(time: time, startTime: startTime, bits: bits)
  }

  /// The chunk that a snapshot has of the series. If it was written to `chunks_head` afterwards, its
  /// samples are not newer than those there.
  private mutating func addChunk(_ event: HeadEvent, _ part: HeadPart) {
    guard let body = part.body(at: event.value), body.byteCount > 0 else { return }
    let encoding = ChunkEncoding(code: body.byte(at: 0))
    var batch = SampleBatch()
    // What is behind a failure is lost to a server too.
    try? batch.decode(body.extracting(1..<body.byteCount), encoding, at: 0)
    for index in batch.times.indices where batch.times[index] > lastTime {
      lastTime = batch.times[index]
      samples.append(batch, at: index)
    }
    if !batch.isEmpty { lastKind = SampleKind(encoding) }
  }

  private mutating func addHistogram(
    _ event: HeadEvent, _ time: Int64, _ startTime: Int64, _ part: HeadPart
  ) {
    let isFloat = event.kind == .floatHistogram || event.kind == .lateFloatHistogram
    let isLate = event.kind == .lateHistogram || event.kind == .lateFloatHistogram
    if !isLate { firstOfLog = min(firstOfLog ?? .max, time) }
    guard isLate || time > lastTime else { return }
    guard let body = part.body(at: event.value),
      let histogram = try? Histogram(body: body, isFloat: isFloat, at: 0), histogram.isKnown
    else { return }
    if isLate {
      lateSamples.append(time: time, startTime: startTime, histogram: histogram)
    } else {
      lastTime = time
      lastKind = isFloat ? .floatHistogram : .histogram
      samples.append(time: time, startTime: startTime, histogram: histogram)
    }
  }
}

extension Histogram {
  /// True if a server takes a histogram with this schema (Prometheus:
  /// model/histogram/generic.go, `IsKnownSchema`); it drops others with a warning.
  fileprivate var isKnown: Bool {
    (-9...52).contains(schema) || schema == Self.customBucketsSchema
  }

  /// The marker of the end of a series of histograms.
  fileprivate static func stale(isFloat: Bool) -> Histogram {
    Histogram(
      schema: 0, counterReset: .unknown, zeroThreshold: 0,
      sum: Double(bitPattern: StaleMarker.bits), positiveSpans: [], negativeSpans: [],
      customBounds: [],
      counts: isFloat
        ? .float(count: 0, zeroCount: 0, positive: [], negative: [])
        : .integer(count: 0, zeroCount: 0, positive: [], negative: []))
  }
}

extension HeadSeries {
  /// The samples by the places they are in, those that came in order first.
  func runs(_ index: HeadChunkIndex) -> [SampleRun] {
    let deleted = DeletedTimes(tombstones)
    var runs = chunks.map { run(of: $0, index, precedence: 0, deleted) }
    runs += lateChunks.map { run(of: $0, index, precedence: 1, deleted) }
    for (batch, precedence) in [(samples, 0), (lateSamples, 2)] where !batch.isEmpty {
      var range = TimeRange()
      for time in batch.times { range.include(time) }
      runs.append(
        SampleRun(
          content: .samples(batch), range: range, precedence: precedence,
          tombstones: deleted))
    }
    return runs
  }

  /// How many precedences `runs` uses.
  static let precedences = 3

  private func run(
    of entry: HeadChunkIndex.Entry, _ index: HeadChunkIndex, precedence: Int,
    _ deleted: DeletedTimes
  ) -> SampleRun {
    SampleRun(
      content: .headChunk(index.files[Int(entry.file)], entry), range: entry.range,
      precedence: precedence, tombstones: deleted)
  }
}

extension SampleRun {
  /// A chunk for itself, with nothing deleted.
  init(of entry: HeadChunkIndex.Entry, in index: HeadChunkIndex) {
    self.init(
      content: .headChunk(index.files[Int(entry.file)], entry), range: entry.range, precedence: 0,
      tombstones: DeletedTimes())
  }
}
