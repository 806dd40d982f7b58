internal import TSDBFormat
internal import TSDBStore

/// The series of the head and their refs as replay makes them, as far as it tells which samples a
/// server drops (Prometheus: tsdb/head_wal.go, `loadWAL`, `resetSeriesWithMMappedChunks`).
///
/// A server knows a series by its labels and by its ref. Samples of a ref without a series are
/// dropped. A second record of a label set empties the series' open chunk, because a server writes one
/// only after the old samples went into a block; where they did not, they are lost.
struct HeadRefs {
  /// A place in the log.
  struct Place: Equatable {
    /// The segment.
    let path: String
    /// Offset of the record.
    let offset: Int
    /// The ref.
    let ref: UInt64
  }

  /// How often something was met, what it cost, and where first.
  struct Tally {
    /// How often.
    private(set) var count = 0
    /// Samples that are lost with it.
    private(set) var samples = 0
    /// The first.
    private(set) var first: Place?

    fileprivate mutating func add(samples: Int = 0, at place: @autoclosure () -> Place) {
      count &+= 1
      self.samples &+= samples
      if first == nil { first = place() }
    }
  }

  /// A series, by its labels. There may be millions: 24 bytes each.
  private struct Series {
    /// Hash of the labels.
    let labels: UInt64
    /// Time of its last sample; at first the end of its chunks in `chunks_head`: replay drops what is not
    /// newer. In milliseconds.
    var lastTime: Int64
    /// Place in `refs` of the ref of its last record; `gone` once it was deleted as a whole.
    var slot: UInt32
    /// Samples since then that are in no chunk on disk.
    var open: UInt32 = 0

    static let gone = UInt32.max
  }

  /// What is known of a ref.
  private struct Ref {
    /// Index of its series and 1; 0 without one.
    var series: UInt32 = 0
    /// True where the checkpoint defines it: it was born before the log begins.
    var isOld = false
    /// True once a sample of it was met that replay may take.
    var isMet = false
    /// Its first sample in the log, in milliseconds.
    var firstTime = Int64.max
  }

  /// Samples in the WAL whose ref has no series.
  private(set) var unknown = Tally()
  /// The same for the WBL.
  private(set) var unknownLate = Tally()
  /// Exemplars, metadata and deletions whose ref has no series.
  private(set) var unknownOthers = Tally()
  /// Refs that were given to a second label set.
  private(set) var reused = Tally()
  /// Label sets that were defined again before their samples were on disk.
  private(set) var repeated = Tally()
  /// Markers of the WBL whose chunk is not where they say.
  private(set) var strayMarkers = Tally()
  /// Refs of which the log has samples before their first chunk, each with that chunk.
  private(set) var ahead: [HeadChunkRefs.Chunks] = []

  /// The first sample of checkpoint and WAL that is in no block, in milliseconds.
  private(set) var firstTime = Int64.max

  /// Times before this are in blocks, and dropped by replay.
  private let minValidTime: Int64
  private let chunks: HeadChunkRefs
  private var byLabels = LabelHashIndex()
  private var series = PagedArray<Series>()
  /// First index of each page of 64 refs in `refs`: servers count refs up.
  private var pages: [UInt64: Int] = [:]
  /// The other way round: the number of each page in `refs`.
  private var pageNumbers: [UInt64] = []
  private var refs = PagedArray<Ref>()
  private var lastPage: (number: UInt64, base: Int)?

  /// No series, before the log of a head with `chunks` in `chunks_head` is read.
  init(minValidTime: Int64, chunks: HeadChunkRefs) {
    self.minValidTime = minValidTime
    self.chunks = chunks
  }

  /// What stands in its place while it is lent.
  static let none = HeadRefs(minValidTime: .min, chunks: HeadChunkRefs())

  /// True if a record defines `ref`.
  func isDefined(_ ref: UInt64) -> Bool {
    guard let slot = find(ref) else { return false }
    return refs[slot].series > 0 || refs[slot].isOld
  }

  /// When the log has the first sample of a ref that it defines itself; nil for others.
  func firstTime(ofRefBornInLog ref: UInt64) -> Int64? {
    guard let slot = find(ref), refs[slot].series > 0, !refs[slot].isOld else { return nil }
    return refs[slot].firstTime
  }

  /// Prepares for the definition of series with these labels.
  mutating func expect(_ labels: some Sequence<UInt64>) { byLabels.touch(labels) }

  /// Takes in that a record gives `ref` to the series with these labels.
  mutating func define(
    _ ref: UInt64, labels: UInt64, isOld: Bool, at place: @autoclosure () -> Place
  ) {
    let slot = makeSlot(of: ref)
    let holder = refs[slot].series
    if isOld { refs[slot].isOld = true }
    if let known = number(of: labels) {
      let index = Int(known)
      if holder > 0, holder != known &+ 1 { reused.add(at: place()) }
      let lost = samplesLost(by: ref, to: series[index])
      if lost > 0 { repeated.add(samples: lost, at: place()) }
      series[index] = newSeries(labels, ref, slot)
      refs[slot].series = known &+ 1
    } else {
      if holder > 0 { reused.add(at: place()) }
      let index = UInt32(truncatingIfNeeded: series.count)
      byLabels.insert(index, labels) { series[Int($0)].labels }
      series.append(newSeries(labels, ref, slot))
      refs[slot].series = index &+ 1
    }
  }

  private func newSeries(_ labels: UInt64, _ ref: UInt64, _ slot: Int) -> Series {
    Series(labels: labels, lastTime: chunks.end(of: ref), slot: UInt32(truncatingIfNeeded: slot))
  }

  /// The ref at a place in `refs`.
  private func ref(at slot: UInt32) -> UInt64 {
    pageNumbers[Int(slot &>> 6)] &<< 6 | UInt64(slot & 63)
  }

  /// The series with these labels, unless it was deleted.
  private func number(of labels: UInt64) -> UInt32? {
    byLabels.find(labels) {
      let known = series[Int($0)]
      return known.labels == labels && known.slot != Series.gone
    }
  }

  /// Samples that a further record of a series takes away: those of its open chunk, and, where the
  /// ref is another, the chunks of the old one.
  private func samplesLost(by ref: UInt64, to series: Series) -> Int {
    var lost = series.lastTime <= chunks.end(of: ref) ? 0 : Int(series.open)
    let old = self.ref(at: series.slot)
    if old != ref { lost &+= chunks.samples(of: old) }
    return lost
  }

  /// Takes in that a series was deleted as a whole.
  mutating func delete(_ ref: UInt64) {
    guard let slot = slot(of: ref), refs[slot].series > 0 else { return }
    series[Int(refs[slot].series) - 1].slot = Series.gone
    refs[slot].series = 0
    refs[slot].isOld = true
  }

  /// Counts samples of the WAL or a checkpoint, which stand in one record.
  mutating func count(_ samples: Span<SampleRow>, at place: (UInt64) -> Place) {
    for index in samples.indices {
      let row = samples[index]
      if row.time >= minValidTime, row.time < firstTime { firstTime = row.time }
      guard let slot = slot(of: row.ref), refs[slot].series > 0 else {
        if row.time >= minValidTime { unknown.add(samples: 1, at: place(row.ref)) }
        continue
      }
      let ref = refs[slot]
      if row.time < ref.firstTime { refs[slot].firstTime = row.time }
      if !ref.isMet, row.time >= minValidTime {
        refs[slot].isMet = true
        // The log has samples in their order, but those that came late, which follow on others.
        if let chunks = chunks.chunks[row.ref], row.time < chunks.minTime { ahead.append(chunks) }
      }
      let number = Int(ref.series) - 1
      var known = series[number]
      guard row.time >= minValidTime, row.time > known.lastTime else { continue }
      known.lastTime = row.time
      known.open &+= 1
      series[number] = known
    }
  }

  /// Counts samples of the WBL.
  mutating func countLate(_ samples: Span<SampleRow>, at place: (UInt64) -> Place) {
    for index in samples.indices {
      let row = samples[index]
      guard let slot = slot(of: row.ref), refs[slot].series > 0 else {
        unknownLate.add(samples: 1, at: place(row.ref))
        continue
      }
    }
  }

  /// Counts an exemplar, metadata or a deletion of a ref.
  mutating func countOther(_ ref: UInt64, at place: @autoclosure () -> Place) {
    if !isDefined(ref) { unknownOthers.add(at: place()) }
  }

  /// Takes in a marker of the WBL: replay then drops the series' samples before it, because they are in
  /// that chunk. It passes over markers of chunks behind the last that it loaded, and those of files
  /// that are gone speak of what is in blocks by now (head_wal.go, `loadWBL`).
  mutating func take(_ marker: MmapMarker, at place: @autoclosure () -> Place) {
    guard chunks.shouldHold(marker.chunk) else { return }
    strayMarkers.add(at: place())
  }

  private func find(_ ref: UInt64) -> Int? {
    pages[ref &>> 6].map { $0 &+ Int(truncatingIfNeeded: ref & 63) }
  }

  private mutating func slot(of ref: UInt64) -> Int? {
    let number = ref &>> 6
    if let lastPage, lastPage.number == number {
      return lastPage.base &+ Int(truncatingIfNeeded: ref & 63)
    }
    guard let base = pages[number] else { return nil }
    lastPage = (number, base)
    return base &+ Int(truncatingIfNeeded: ref & 63)
  }

  private mutating func makeSlot(of ref: UInt64) -> Int {
    if let slot = slot(of: ref) { return slot }
    let base = refs.count
    pages[ref &>> 6] = base
    pageNumbers.append(ref &>> 6)
    for _ in 0..<64 { refs.append(Ref()) }
    lastPage = (ref &>> 6, base)
    return base &+ Int(truncatingIfNeeded: ref & 63)
  }
}

/// What `chunks_head` holds of each ref: only what a server joins with the log.
struct HeadChunkRefs {
  /// The chunks of a ref.
  struct Chunks {
    /// Where the first of them is.
    let path: String
    /// Its offset in the file.
    let offset: Int
    /// First sample of all, in milliseconds.
    var minTime: Int64
    /// Last sample of all, in milliseconds.
    var maxTime: Int64
    /// Last sample of the first one.
    var firstEnd: Int64
    /// Samples in them, as they claim.
    var samples: Int
    /// How many there are.
    var count = 1
  }

  /// The chunk that begins first of those that begin behind all blocks.
  private(set) var first: (path: String, offset: Int, minTime: Int64, maxTime: Int64)?
  /// Where the blocks end, in milliseconds.
  var minValidTime = Int64.min

  /// By ref; samples in order only.
  private(set) var chunks: [UInt64: Chunks] = [:]
  /// Where out-of-order chunks begin, as markers say it: number of the file and offset.
  private var late: Set<UInt64> = []
  /// The first file, and the last chunk of all.
  private var reach: (firstFile: UInt64, last: UInt64)?

  /// Adds a chunk.
  mutating func add(_ chunk: HeadChunk, path: String) {
    if chunk.minTime >= minValidTime, first.map({ chunk.minTime < $0.minTime }) ?? true {
      first = (path, chunk.offset, chunk.minTime, chunk.maxTime)
    }
    guard var known = chunks[chunk.series] else {
      chunks[chunk.series] = Chunks(
        path: path, offset: chunk.offset, minTime: chunk.minTime, maxTime: chunk.maxTime,
        firstEnd: chunk.maxTime, samples: chunk.sampleCount)
      return
    }
    if chunk.minTime < known.minTime {
      (known.minTime, known.firstEnd) = (chunk.minTime, chunk.maxTime)
    }
    known.maxTime = max(known.maxTime, chunk.maxTime)
    known.samples &+= chunk.sampleCount
    known.count &+= 1
    chunks[chunk.series] = known
  }

  /// Takes in where a chunk is; files come in their order.
  mutating func place(_ chunk: HeadChunk, file: SegmentFile) {
    let number = UInt64(truncatingIfNeeded: file.number)
    let place = number &<< 32 | UInt64(truncatingIfNeeded: chunk.offset)
    reach = (reach?.firstFile ?? number, place)
    if chunk.isOutOfOrder { late.insert(place) }
  }

  /// True where an out-of-order chunk should begin at `place` and does not.
  func shouldHold(_ place: UInt64) -> Bool {
    guard let reach, place > 0, place &>> 32 >= reach.firstFile, place <= reach.last else {
      return false
    }
    return !late.contains(place)
  }

  /// Time of the last sample of a ref.
  func end(of ref: UInt64) -> Int64 { chunks[ref]?.maxTime ?? .min }

  /// Samples of a ref.
  func samples(of ref: UInt64) -> Int { chunks[ref]?.samples ?? 0 }
}
