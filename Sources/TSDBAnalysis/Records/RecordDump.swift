public import TSDBFormat
public import TSDBStore

/// Goes through the records of a log one by one, past any damage, in the order of the disk.
///
/// Memory is that of a few megabytes of a segment, and of one decoded record.
public struct RecordDump {
  /// What is wanted of the records.
  public struct Options: Sendable {
    /// Only entries of series that one of these selects; all if there are none.
    public var selectors: [Selector]
    /// Only entries with a time in this range; those without a time are left out. nil for all.
    public var range: TimeRange?
    /// Only records of these types, by name; all if there are none.
    public var types: Set<String>
    /// Whether the entries themselves are wanted, or only how many there are.
    public var wantsEntries: Bool

    /// What is wanted.
    public init(
      selectors: [Selector] = [], range: TimeRange? = nil, types: Set<String> = [],
      wantsEntries: Bool = false
    ) {
      self.selectors = selectors
      self.range = range
      self.types = types
      self.wantsEntries = wantsEntries
    }

    var isFiltering: Bool { !selectors.isEmpty || range != nil }
  }

  /// A stretch of a segment: a record, or damage.
  public struct Line: Sendable {
    /// The segment.
    public var path: String
    /// The number of the segment.
    public var segment: Int
    /// What is there.
    public var content: Content
  }

  /// What is at a place.
  public enum Content: Sendable {
    /// A record that could be joined and decompressed.
    case record(Record)
    /// Bytes that give no record, or no whole one.
    case damage(RecordBatch.Damage)
  }

  /// A record.
  public struct Record: Sendable {
    /// Offset of its first fragment in the segment.
    public var offset: Int
    /// Offset of the first byte behind its last fragment.
    public var end: Int
    /// Decompressed bytes.
    public var byteCount: Int
    /// How it is compressed.
    public var compression: RecordCompression
    /// The name of its type; `unknown` if it has none.
    public var type: String
    /// The code of its type.
    public var code: UInt8
    /// How many entries there are in it, as far as it could be decoded and they are wanted.
    public var entryCount: Int
    /// The entries, if they are wanted.
    public var entries: Entries?
  }

  /// The entries of a record.
  public enum Entries: Sendable {
    /// Of a log.
    case log(DecodedRecord)
    /// Of a chunk snapshot; the samples are those of the series' chunk.
    case snapshot(SnapshotRecord, SampleBatch)
  }

  private let options: Options
  private var selection: RefSelection
  private var counter = EntryCounter()
  private var batch = RecordBatch()
  /// Damage, and files that could not be looked at: the first thousand.
  private var problems: [FileError] = []
  private static let problemLimit = 1000

  private init(_ options: Options) {
    self.options = options
    selection = RefSelection(options.selectors)
  }

  /// Hands over what is in `log`, in its order; `progress` gets the bytes read. Gives what was wrong,
  /// up to a thousand problems. Throws what `each` throws.
  public static func read(
    _ log: LogParts, _ options: Options, progress: (Int) -> Void = { _ in },
    each: (Line) throws -> Void
  ) throws -> [FileError] {
    var dump = RecordDump(options)
    if !options.selectors.isEmpty { dump.selectSeries(of: log.before) }
    for part in log.parts {
      for segment in part.segments {
        try dump.read(segment, part.part, progress: progress, each: each)
      }
    }
    return dump.problems
  }

  /// Keeps the first problems, and in any case what could not be looked at.
  private mutating func note(_ problem: FileError) {
    if problems.count < Self.problemLimit || problem.isUnread { problems.append(problem) }
  }

  /// Learns the refs of selected series from segments that are not shown.
  private mutating func selectSeries(of segments: [SegmentFile]) {
    var batch = RecordBatch()
    for segment in segments {
      let file: MappedFile
      do throws(FileError) {
        file = try MappedFile(path: segment.path)
      } catch {
        note(error)
        continue
      }
      var pass = SegmentPass(file)
      while pass.next(into: &batch) != nil {
        for entry in batch.entries {
          let payload = batch.payload(of: entry)
          guard payload.byteCount > 0, RecordType(code: payload.byte(at: 0)) == .series else {
            continue
          }
          var failure: DecodeError?
          selection.learn(DecodedRecord(payload: payload, at: entry.offset, failure: &failure))
        }
      }
    }
  }

  private mutating func read(
    _ segment: SegmentFile, _ part: LogPart, progress: (Int) -> Void,
    each: (Line) throws -> Void
  ) throws {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: segment.path)
    } catch {
      note(error)
      return
    }
    var pass = SegmentPass(file)
    while let size = pass.next(into: &batch) {
      try hand(overFrom: segment, part, each)
      progress(size)
    }
  }

  /// Hands over the batch, records and damage in the order of the disk.
  private mutating func hand(
    overFrom segment: SegmentFile, _ part: LogPart, _ each: (Line) throws -> Void
  ) throws {
    func line(_ content: Content) -> Line {
      Line(path: segment.path, segment: segment.number, content: content)
    }
    var batch = RecordBatch()
    swap(&batch, &self.batch)
    defer { swap(&batch, &self.batch) }
    var damage = batch.damage[...]
    func handDamage(before offset: Int, note: (FileError) -> Void) throws {
      while let next = damage.first, next.lost.lowerBound < offset {
        damage.removeFirst()
        note(.damaged(path: segment.path, next.error))
        try each(line(.damage(next)))
      }
    }
    for entry in batch.entries {
      try handDamage(before: entry.offset) { self.note($0) }
      var failure: DecodeError?
      let payload = batch.payload(of: entry)
      if let record = record(payload, entry, part, &failure) {
        try each(line(.record(record)))
      }
      if let failure {
        note(.damaged(path: segment.path, failure))
        try each(line(.damage(.init(error: failure, lost: entry.offset..<entry.end))))
      }
    }
    try handDamage(before: .max) { self.note($0) }
  }

  /// The record of `payload`, if it is wanted and has a type.
  private mutating func record(
    _ payload: RawSpan, _ entry: RecordBatch.Entry, _ part: LogPart,
    _ failure: inout DecodeError?
  ) -> Record? {
    guard payload.byteCount > 0 else {
      failure = DecodeError(
        section: .walRecord, offset: entry.offset, inner: 0,
        problem: .truncated(needed: 1, available: 0))
      return nil
    }
    let code = payload.byte(at: 0)
    let name = Self.name(of: code, part)
    var record = Record(
      offset: entry.offset, end: entry.end, byteCount: entry.byteCount,
      compression: entry.compression, type: name, code: code, entryCount: 0, entries: nil)
    if part == .snapshot {
      decodeSnapshot(payload, into: &record, &failure)
    } else if options.wantsEntries || options.isFiltering {
      var decoded = DecodedRecord(payload: payload, at: entry.offset, failure: &failure)
      selection.learn(decoded)
      if options.isFiltering { decoded.keep { selection.isSelected($0, $1, options.range) } }
      record.entryCount = decoded.entryCount
      record.entries = .log(decoded)
    } else {
      record.entryCount = counter.count(payload, at: entry.offset, failure: &failure)
    }
    if !options.wantsEntries { record.entries = nil }
    let isWanted = options.types.isEmpty || options.types.contains(name)
    return isWanted && (record.entryCount > 0 || !options.isFiltering) ? record : nil
  }

  private static func name(of code: UInt8, _ part: LogPart) -> String {
    guard part == .snapshot else { return RecordType(code: code).name }
    return SnapshotRecord.RecordKind(rawValue: code)?.name ?? "unknown"
  }

  private mutating func decodeSnapshot(
    _ payload: RawSpan, into record: inout Record, _ failure: inout DecodeError?
  ) {
    var samples = SampleBatch()
    do {
      var decoded = try SnapshotRecord(payload: payload, at: record.offset)
      if case .series(let series) = decoded {
        selection.learn(ref: series.ref, labels: series.labels)
        if options.wantsEntries, let chunk = series.chunk {
          try samples.decode(
            payload.extracting(chunk.data), chunk.encoding, at: chunk.data.lowerBound)
        }
      }
      if options.isFiltering {
        guard let kept = decoded.kept({ selection.isSelected($0, $1, options.range) }) else {
          return
        }
        decoded = kept
      }
      record.entryCount = decoded.entryCount
      record.entries = .snapshot(decoded, samples)
    } catch {
      // A failure inside a chunk counts from the record, as its data do.
      failure =
        error.inner == nil
        ? DecodeError(
          section: error.section, offset: record.offset, inner: error.offset,
          problem: error.problem) : error
    }
  }
}
