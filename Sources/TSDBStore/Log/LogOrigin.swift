internal import TSDBFormat

/// Which program a log is of: others write the segments of Prometheus too, and put records of their own into them,
/// or keep another log in a folder of the same name. A repair of Prometheus' log would empty them.
public enum LogOrigin: Equatable, Sendable {
  /// Something in it is a record of Prometheus.
  case prometheus
  /// Nothing in it can be read as anything.
  case nothing
  /// Records that begin with the name of a tenant: Loki's ingester (pkg/ingester/wal/encoding.go), or Cortex' before
  /// it kept blocks.
  case tenants(example: [UInt8])
  /// Files of twenty digits, each a sequence of lengths and bytes, as github.com/tidwall/wal keeps them: the
  /// exporter for remote write of the OpenTelemetry collector does.
  case lengthPrefixed
  /// Whole records, none of which is one of Prometheus.
  case other
  /// No segment at all: each file is something else by its first bytes, as pointers of Git LFS and packed files
  /// are; the first of them.
  case noSegments(FileNature)

  /// True for the log of another program.
  public var isForeign: Bool {
    switch self {
    case .prometheus, .nothing: false
    case .tenants, .lengthPrefixed, .other, .noSegments: true
    }
  }

  /// What it is; nil where that is nothing to speak of.
  var words: String? {
    switch self {
    case .prometheus, .nothing: nil
    case .tenants(let example):
      "no record in it is one of Prometheus: they begin with the name of a tenant ("
        + String(decoding: example, as: UTF8.self) + "), as those of Loki's ingester do"
    case .lengthPrefixed:
      "no segments of Prometheus, but the log of another program: numbered files of entries behind their "
        + "lengths, as the remote-write exporter of the OpenTelemetry collector keeps them"
    case .noSegments(let nature): "no file in it is a segment: the first is \(nature.words)"
    case .other: "no record in it is one of Prometheus: the log of another program"
    }
  }
}

extension SegmentFolder {
  /// Bytes that are looked through at most for a record of Prometheus.
  private static let mostBytes = 256 << 20
  /// So many records that cannot be decoded are no accident.
  private static let fewest = 3

  /// Finds out whose log it is: a record of Prometheus, which mostly is the first, ends the search.
  public var origin: LogOrigin {
    if isOld { return .prometheus }
    let files = (checkpoints.last?.segments ?? []) + segments
    if isLengthPrefixed { return .lengthPrefixed }
    var tally = LogTally()
    var left = Self.mostBytes
    for file in files where file.entry.isFile && left > 0 {
      guard let mapped = try? MappedFile(path: file.path) else { return .prometheus }
      var pass = SegmentPass(mapped)
      var batch = RecordBatch()
      while left > 0, let read = pass.next(into: &batch) {
        left -= read
        tally.take(batch)
        if tally.hasOwn { return .prometheus }
      }
    }
    if let tenant = tally.tenant { return .tenants(example: tenant) }
    if tally.others >= Self.fewest { return .other }
    return tally.records == 0 ? Self.disguise(of: files) : .nothing
  }

  /// What files are of which none has a record, where all are something else.
  private static func disguise(of files: [SegmentFile]) -> LogOrigin {
    var first: FileNature?
    for file in files where file.size > 0 {
      guard file.entry.isFile, let mapped = try? MappedFile(path: file.path),
        let nature = FileNature(mapped), !nature.isDamage
      else { return .nothing }
      first = first ?? nature
    }
    return first.map { .noSegments($0) } ?? .nothing
  }

  /// True for the files of github.com/tidwall/wal: twenty digits, and entries up to the end of the file.
  private var isLengthPrefixed: Bool {
    let files = segments.filter { $0.entry.isFile && !$0.isEmpty }
    guard let first = files.first, files.allSatisfy({ $0.name.utf8.count == 20 }),
      let file = try? MappedFile(path: first.path)
    else { return false }
    var cursor = ByteCursor(file.bytes, at: 0, in: .foreignLog)
    // The last entry may be torn.
    guard (try? cursor.lengthPrefixed()) != nil else { return false }
    return true
  }
}

/// What the records of a log are.
private struct LogTally {
  /// True where one is of Prometheus.
  private(set) var hasOwn = false
  /// The first name of a tenant.
  private(set) var tenant: [UInt8]?
  /// Records of any kind.
  private(set) var records = 0
  /// Records of a known type that are none.
  private(set) var others = 0

  mutating func take(_ batch: RecordBatch) {
    for entry in batch.entries where entry.byteCount > 0 && !hasOwn {
      records += 1
      let payload = batch.payload(of: entry)
      let type = RecordType(code: payload.byte(at: 0))
      if case .unknown = type { continue }
      if let name = Self.tenant(of: payload) {
        tenant = tenant ?? name
        continue
      }
      guard Self.isProof(type) else { continue }
      var failure: DecodeError?
      _ = DecodedRecord(payload: payload, at: 0, failure: &failure)
      if failure == nil { hasOwn = true } else { others += 1 }
    }
  }

  /// False for types whose bodies many bytes would do for; no log of Prometheus holds these alone.
  private static func isProof(_ type: RecordType) -> Bool {
    switch type {
    case .tombstones, .mmapMarkers, .metadata, .unknown: false
    case .series, .samples, .exemplars, .histogramSamples, .floatHistogramSamples,
      .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples, .samplesV2,
      .histogramSamplesV2, .floatHistogramSamplesV2:
      true
    }
  }

  /// The longest name that a tenant may have.
  private static let longestName = 150

  /// The name of a tenant with which a record begins. One of Prometheus has a ref there, of eight bytes, the
  /// first of which is 0 in all that were ever given. In a checkpoint of Loki the name is the first field of a
  /// message in protocol buffers, behind its tag.
  private static func tenant(of payload: RawSpan) -> [UInt8]? {
    guard payload.byteCount > 3 else { return nil }
    let isMessage = payload.byte(at: 1) == 0x0a && payload.byte(at: 2) < 0x21
    var cursor = ByteCursor(
      payload.extracting((isMessage ? 2 : 1)..<payload.byteCount), at: 0, in: .foreignLog)
    guard let name = try? cursor.lengthPrefixed(), (1...longestName).contains(name.byteCount),
      !cursor.isAtEnd
    else { return nil }
    let bytes = [UInt8](name)
    return bytes.allSatisfy { (0x21...0x7e).contains($0) } ? bytes : nil
  }
}

extension DataDirectory {
  /// What to say of a log that is another program's; nil for one of Prometheus, and for one in which nothing can be
  /// read.
  package var foreignLog: FileError? {
    let isOwnKind = kind == .server || kind == .agent || ownPart == .wal
    guard isOwnKind, let wal, let words = wal.origin.words else { return nil }
    return .folder(wal.path, .foreignLog, words + "; start no Prometheus on it")
  }
}
