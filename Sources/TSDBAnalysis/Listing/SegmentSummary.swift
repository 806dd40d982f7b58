public import TSDBFormat
public import TSDBStore

/// What a segment of a log holds, counted in one pass.
public struct SegmentSummary: Sendable {
  /// Records of one type: how many, and their decompressed bytes.
  public struct Count: Equatable, Sendable {
    /// Records.
    public internal(set) var records = 0
    /// Decompressed bytes.
    public internal(set) var bytes = 0
  }

  /// The file.
  public let path: String
  /// Size in bytes.
  public private(set) var size = 0
  /// Whole records.
  public private(set) var records = 0
  /// By type, as Prometheus names it; types nobody knows by their code.
  public private(set) var types: [String: Count] = [:]
  /// Records by the way they are compressed.
  public private(set) var compressions: [RecordCompression: Int] = [:]
  /// Offsets of the first and the last record; nil without any.
  public private(set) var offsets: ClosedRange<Int>?
  /// Times of the samples; chunk snapshots have none that are read here.
  public private(set) var times = TimeRange()
  /// Bytes that were stepped over because of damage.
  public private(set) var lostBytes = 0
  /// Damage, and a file that could not be looked at.
  public private(set) var problems: [FileError] = []

  /// Pages of 32 KiB, the last one begun.
  public var pages: Int { (size &+ Fragment.pageSize &- 1) / Fragment.pageSize }
  /// Decompressed bytes of all records.
  public var plainBytes: Int { types.values.reduce(0) { $0 &+ $1.bytes } }

  /// Reads the segment at `path`; one of a chunk snapshot has types of its own.
  public init(path: String, isSnapshot: Bool = false) {
    self.path = path
    do throws(FileError) {
      let file = try MappedFile(path: path)
      size = file.size
      read(file, isSnapshot: isSnapshot)
    } catch {
      problems = [error]
    }
  }

  private mutating func read(_ file: MappedFile, isSnapshot: Bool) {
    var batch = RecordBatch()
    var decoder = Decoder()
    var pass = SegmentPass(file)
    while pass.next(into: &batch) != nil {
      for entry in batch.entries { add(entry, batch, isSnapshot, &decoder) }
      for damage in batch.damage {
        lostBytes &+= damage.lost.count
        problems.append(.damaged(path: path, damage.error))
      }
    }
  }

  private mutating func add(
    _ entry: RecordBatch.Entry, _ batch: RecordBatch, _ isSnapshot: Bool,
    _ decoder: inout Decoder
  ) {
    let payload = batch.payload(of: entry)
    let name = Self.name(of: payload, isSnapshot)
    records &+= 1
    types[name, default: Count()].records &+= 1
    types[name, default: Count()].bytes &+= payload.byteCount
    compressions[entry.compression, default: 0] &+= 1
    offsets = min(offsets?.lowerBound ?? entry.offset, entry.offset)...entry.offset
    guard !isSnapshot else { return }
    do throws(DecodeError) {
      times.include(try decoder.times(in: payload, at: entry.offset))
    } catch {
      problems.append(.damaged(path: path, error))
    }
  }

  private static func name(of payload: RawSpan, _ isSnapshot: Bool) -> String {
    guard payload.byteCount > 0 else { return "empty" }
    let code = payload.byte(at: 0)
    if isSnapshot { return SnapshotRecord.RecordKind(rawValue: code)?.name ?? "unknown_\(code)" }
    let type = RecordType(code: code)
    if case .unknown = type { return "unknown_\(code)" }
    return type.name
  }

  /// What decodes records, used again for each.
  private struct Decoder {
    var rows = SampleRows()
    var series = SeriesRecord()

    mutating func times(in payload: RawSpan, at offset: Int) throws(DecodeError) -> TimeRange {
      guard payload.byteCount > 0 else {
        throw DecodeError(
          section: .walRecord, offset: offset, inner: 0,
          problem: .truncated(needed: 1, available: 0))
      }
      let type = RecordType(code: payload.byte(at: 0))
      if type == .series {
        series.removeAll()
        try series.append(payload, at: offset)
        return TimeRange()
      }
      var times = TimeRange()
      try rows.decode(payload, type, at: offset) { samples, _ in
        for index in samples.indices { times.include(samples[index].time) }
      }
      return times
    }
  }
}
