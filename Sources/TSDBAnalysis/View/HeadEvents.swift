internal import TSDBFormat
internal import TSDBStore

/// One thing that happens to a series while a log is replayed, in 16 bytes.
struct HeadEvent: Sendable, BitwiseCopyable {
  /// What happens.
  enum Kind: UInt8 {
    /// A float; the value is its bits.
    case float
    /// An integer histogram; the value is where its body is among the bodies.
    case histogram
    /// A float histogram; likewise.
    case floatHistogram
    /// The same three, out of order, from the WBL.
    case lateFloat, lateHistogram, lateFloatHistogram
    /// The next event of the series has the value as its start timestamp.
    case startTime
    /// The next event of the series has the value as its time, which does not fit into 40 bits.
    case wideTime
    /// A series record: what the WAL gave so far is forgotten; the value is the ref of the record,
    /// whose head chunks become those of the series.
    case reset
    /// The series is gone, and all it held.
    case deletion
    /// A tombstone from the value on, to the value of the tombstone end that follows.
    case tombstone, tombstoneEnd
    /// A marker of the WBL: late samples so far are in head chunks.
    case mmapMarker
    /// A chunk of a snapshot; the value is where its encoding and its data are among the bodies.
    case chunk

    /// True for samples: what else happens has no time of its own.
    var hasTime: Bool {
      switch self {
      case .float, .histogram, .floatHistogram, .lateFloat, .lateHistogram, .lateFloatHistogram:
        true
      case .startTime, .wideTime, .reset, .deletion, .tombstone, .tombstoneEnd, .mmapMarker, .chunk:
        false
      }
    }
  }

  /// Place of the series in its part (20 bits), kind (4), time less the base (40).
  private let head: UInt64
  /// See `Kind`.
  let value: UInt64

  static let placeBits = 20

  init(place: UInt32, _ kind: Kind, offset: Int64 = 0, value: UInt64) {
    head =
      UInt64(place) &<< 44 | UInt64(kind.rawValue) &<< 40
      | UInt64(bitPattern: offset) & 0xff_ffff_ffff
    self.value = value
  }

  /// Which series of the part it is.
  var place: Int { Int(truncatingIfNeeded: head &>> 44) }
  /// What happens; nil for what no writer writes.
  var kind: Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: head &>> 40) & 15) }
  /// Time less the base, in milliseconds.
  var offset: Int64 { Int64(bitPattern: head &<< 24) &>> 24 }

  /// True if `offset` fits into an event.
  static func fits(_ offset: Int64) -> Bool { (offset &<< 24) &>> 24 == offset }
}

/// The events of all series of a head, in parts of neighbours in label order: each part can be taken
/// into memory for itself. When they are more than the memory they may take, all parts are written to
/// a temporary file, and collected anew.
struct HeadEvents {
  private struct Part {
    var events = LargeArray<HeadEvent>()
    var bodies = LargeArray<UInt8>()
    /// Bytes of bodies that were spilled.
    var spilledBodies = 0
    var eventExtents: [SpillFile.Extent] = []
    var bodyExtents: [SpillFile.Extent] = []
  }

  private var parts: [Part]
  private var base: Int64?
  private var bytes = 0
  private let memory: Int
  private let folder: String
  private var spill: SpillFile?
  /// Series by part are 2 to the power of this.
  private let shift: Int

  /// Room for the events of `series` series, about `count` of them, with at most `memory` bytes in
  /// memory at a time; what is more goes to a file in `folder`.
  init(series: Int, count: Int, memory: Int, folder: String) {
    let size = MemoryLayout<HeadEvent>.stride
    // Taking a part into memory needs each event twice, while they are sorted; a part that stays in
    // the cache is the fastest.
    let eventsByPart = min(max(memory / 4 / (2 * size), 1 << 14), 1 << 20)
    let wantedParts = min(max(count / eventsByPart, 1), 1 << 12)
    var shift = 0
    while shift < HeadEvent.placeBits, (series &>> shift) > wantedParts { shift += 1 }
    if wantedParts == 1, series <= 1 << HeadEvent.placeBits { shift = HeadEvent.placeBits }
    self.shift = shift
    parts = [Part](repeating: Part(), count: (max(series, 1) - 1) &>> shift + 1)
    // What does not fit will be written anyway: then a small buffer, used again and again, is better.
    let fits = count.multipliedReportingOverflow(by: size)
    self.memory =
      fits.overflow || fits.partialValue > memory / 2 ? min(memory / 2, 128 << 20) : memory / 2
    self.folder = folder
  }

  /// How many parts there are; they follow one another in label order.
  var partCount: Int { parts.count }

  /// The ranks of the series of a part, of `count` series in all.
  func ranks(of part: Int, count: Int) -> Range<Int> {
    part &<< shift..<min((part + 1) &<< shift, count)
  }

  /// True if a temporary file was needed.
  var isSpilled: Bool { spill != nil }

  /// Adds what happens to the series of this rank, at a time where that matters. Throws
  /// `FileError.system` if the temporary file cannot be written.
  @inline(__always)
  mutating func add(
    _ kind: HeadEvent.Kind, rank: UInt32, time: Int64 = 0, startTime: Int64 = 0, value: UInt64
  ) throws(FileError) {
    let part = Int(rank) &>> shift
    let place = rank & (1 &<< UInt32(shift) &- 1)
    if startTime != 0 {
      append(
        HeadEvent(place: place, .startTime, value: UInt64(bitPattern: startTime)), to: part)
    }
    // The first of all may be of 1970-01-01T00:00:00Z.
    if base == nil, kind.hasTime { base = time }
    let offset = time &- (base ?? 0)
    if HeadEvent.fits(offset) {
      append(HeadEvent(place: place, kind, offset: offset, value: value), to: part)
    } else {
      append(HeadEvent(place: place, .wideTime, value: UInt64(bitPattern: time)), to: part)
      append(HeadEvent(place: place, kind, value: value), to: part)
    }
    if bytes > memory { try spillAll() }
  }

  /// Adds a histogram, whose packed body is `body`; or a chunk, whose encoding is `prefix`.
  mutating func add(
    _ kind: HeadEvent.Kind, rank: UInt32, time: Int64 = 0, startTime: Int64 = 0,
    prefix: [UInt8] = [], body: RawSpan
  ) throws(FileError) {
    let part = Int(rank) &>> shift
    let start = parts[part].spilledBodies + parts[part].bodies.count
    let size = UInt32(truncatingIfNeeded: prefix.count + body.byteCount)
    for shift: UInt32 in [0, 8, 16, 24] {
      parts[part].bodies.append(UInt8(truncatingIfNeeded: size &>> shift))
    }
    for byte in prefix { parts[part].bodies.append(byte) }
    parts[part].bodies.append(contentsOf: body)
    bytes += prefix.count + body.byteCount + 4
    try add(kind, rank: rank, time: time, startTime: startTime, value: UInt64(start))
  }

  @inline(__always)
  private mutating func append(_ event: HeadEvent, to part: Int) {
    parts[part].events.append(event)
    bytes &+= MemoryLayout<HeadEvent>.stride
  }

  private mutating func spillAll() throws(FileError) {
    let file: SpillFile
    if let spill { file = spill } else { file = try SpillFile(in: folder) }
    spill = file
    for index in parts.indices {
      var part = Part()
      swap(&part, &parts[index])
      if part.events.count > 0 {
        part.eventExtents.append(try file.append(part.events.span))
        part.events.removeAll()
      }
      if part.bodies.count > 0 {
        part.bodyExtents.append(try file.append(part.bodies.span))
        part.spilledBodies += part.bodies.count
        part.bodies.removeAll()
      }
      swap(&part, &parts[index])
    }
    bytes = 0
  }

  /// Ends the collection: if a temporary file was needed, all goes there, so that the memory is free for
  /// the parts that are taken back.
  mutating func finish() throws(FileError) {
    guard spill != nil else { return }
    try spillAll()
    for index in parts.indices {
      parts[index].events = LargeArray()
      parts[index].bodies = LargeArray()
    }
  }

  /// Takes a part out of the collection, sorted by series. Throws `FileError.system` if the temporary
  /// file cannot be read.
  mutating func take(part index: Int) throws(FileError) -> HeadPart {
    var part = Part()
    swap(&part, &parts[index])
    let eventSize = MemoryLayout<HeadEvent>.stride
    let spilled = part.eventExtents.reduce(0) { $0 + $1.size / eventSize }
    var events = part.events
    var bodies = part.bodies
    if let spill {
      events = LargeArray(
        repeating: HeadEvent(place: 0, .float, value: 0), count: spilled + part.events.count)
      bodies = LargeArray(repeating: 0, count: part.spilledBodies + part.bodies.count)
      try Self.join(part.eventExtents, part.events.span, from: spill, into: &events)
      try Self.join(part.bodyExtents, part.bodies.span, from: spill, into: &bodies)
    }
    return HeadPart(sorting: events.span, bodies: bodies, base: base ?? 0, places: 1 &<< shift)
  }

  private static func join<Element: BitwiseCopyable & Sendable>(
    _ extents: [SpillFile.Extent], _ rest: Span<Element>, from spill: SpillFile,
    into all: inout LargeArray<Element>
  ) throws(FileError) {
    var span = all.mutableSpan
    var next = 0
    for extent in extents {
      try spill.read(extent, into: &span, at: next)
      next += extent.size / MemoryLayout<Element>.stride
    }
    for index in rest.indices { span[next + index] = rest[index] }
  }
}

/// The events of neighbours in label order: for each series, what happens to it, in order.
struct HeadPart: Sendable {
  private let events: LargeArray<HeadEvent>
  /// By place: where its events end.
  private let ends: LargeArray<Int>
  /// Histograms as they are packed in records, each behind its length (32 bits, little endian).
  private let bodies: LargeArray<UInt8>
  /// What the offsets of events are counted from.
  let base: Int64

  fileprivate init(
    sorting all: Span<HeadEvent>, bodies: LargeArray<UInt8>, base: Int64, places: Int
  ) {
    var next = LargeArray(repeating: 0, count: places + 1)
    var starts = next.mutableSpan
    for index in all.indices { starts[all[index].place + 1] &+= 1 }
    for place in 0..<places { starts[place + 1] &+= starts[place] }
    var sorted = LargeArray(repeating: HeadEvent(place: 0, .float, value: 0), count: all.count)
    var target = sorted.mutableSpan
    for index in all.indices {
      let event = all[index]
      target[starts[event.place]] = event
      starts[event.place] &+= 1
    }
    // The start of each series has moved to its end.
    events = sorted
    ends = next
    self.bodies = bodies
    self.base = base
  }

  /// What happens to the series at `place`, in order.
  @_lifetime(borrow self)
  func events(at place: Int) -> Span<HeadEvent> {
    events.span.extracting((place == 0 ? 0 : ends[place - 1])..<ends[place])
  }

  /// The packed histogram at `start` of the bodies; nil if nothing was put there.
  @_lifetime(borrow self)
  func body(at start: UInt64) -> RawSpan? {
    let all = bodies.rawBytes
    guard let start = Int(exactly: start), start >= 0, start <= all.byteCount - 4 else {
      return nil
    }
    var size = 0
    for index in 0..<4 { size |= Int(all.byte(at: start + index)) &<< (8 * index) }
    guard size <= all.byteCount - start - 4 else { return nil }
    return all.extracting(start + 4..<start + 4 + size)
  }
}
