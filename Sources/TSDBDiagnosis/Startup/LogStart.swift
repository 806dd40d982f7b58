internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Where a server stops in a log, and what it says.
struct LogStop {
  /// Which segment.
  let segment: SegmentFile
  /// Offset of the record that it cannot take: what begins before it was replayed.
  let record: Int
  /// Offset that it gives to its repair.
  let offset: Int
  /// The error.
  let words: String
}

/// Reads the segments of a log as a server does. Only segments in which something was found to be
/// wrong are read, from a little before the first such place on: elsewhere it stops nowhere.
struct LogStart {
  let suspects: LogSuspects
  let options: StartupOptions
  let words: ServerWords

  /// The first place in `segments` where a server stops; nil if it reads them all.
  func stop(in segments: [SegmentFile]) -> LogStop? {
    for segment in segments {
      guard let first = suspects.first[segment.path] else { continue }
      if let stop = stop(in: segment, firstDamage: first) { return stop }
    }
    return nil
  }

  private func stop(in segment: SegmentFile, firstDamage: Int) -> LogStop? {
    if segment.entry.kind == .directory || segment.entry.kind == .linkToDirectory {
      let name = words.name(segment.path)
      return LogStop(
        segment: segment, record: 0, offset: 0,
        words: "read records: corruption in segment \(name) at 0: read first header byte: read "
          + "\(name): is a directory")
    }
    guard let file = try? MappedFile(path: segment.path) else { return nil }
    let begin = begin(in: file, before: firstDamage)
    var reader = ServerSegmentReader(
      file.bytes, from: suspects.hasUndecoded ? 0 : begin, knowsZstd: options.version.readsZstd,
      holes: file.holes)
    var bytes = ByteBuffer()
    while let place = reader.next(into: &bytes) {
      if place.lowerBound < begin, Self.wasDecoded(bytes.bytes) { continue }
      guard let cause = failure(bytes.bytes) else { continue }
      let number = SegmentFile.name(segment.number)
      return LogStop(
        segment: segment, record: place.lowerBound, offset: place.upperBound,
        words: "corruption in segment \(number) at \(place.upperBound): \(cause)")
    }
    guard let stop = reader.stop else { return nil }
    return LogStop(
      segment: segment, record: stop.record, offset: stop.offset,
      words: "read records: corruption in segment \(words.name(segment.path)) at \(stop.offset): "
        + stop.cause)
  }

  /// True for a record whose body was decoded, and found to be right, before the start was asked for.
  private static func wasDecoded(_ payload: RawSpan) -> Bool {
    payload.byteCount > 0 && LogSuspects.decoded.contains(RecordType(code: payload.byte(at: 0)))
  }

  /// Up to where nothing is wrong in `file` but what was not decoded: a page that begins with a record, so that
  /// none that is found to be wrong at `damage` began before.
  private func begin(in file: MappedFile, before damage: Int) -> Int {
    // A release that does not know zstd stops at a record that nobody else finds wrong.
    guard options.version.readsZstd else { return 0 }
    return file.recordBegin(before: damage)
  }

  /// Where the first record of a segment begins that ends at `offset` or behind it; the size of the
  /// segment where none does. A repair keeps what is before it (tsdb/wlog/wlog.go, `Repair`).
  func firstRecord(in segment: SegmentFile, thatEndsAtOrBehind offset: Int) -> Int {
    guard let file = try? MappedFile(path: segment.path) else { return 0 }
    var reader = ServerSegmentReader(
      file.bytes, knowsZstd: options.version.readsZstd, holes: file.holes)
    var bytes = ByteBuffer()
    while let place = reader.next(into: &bytes) {
      if place.upperBound >= offset { return place.lowerBound }
    }
    return file.size
  }

  /// Why a record cannot be decoded, in the server's words.
  private func failure(_ payload: RawSpan) -> String? {
    guard payload.byteCount > 0 else { return nil }
    let type = RecordType(code: payload.byte(at: 0))
    guard let name = type.replayName, type.since <= options.version.generation else { return nil }
    var failure: DecodeError?
    _ = DecodedRecord(payload: payload, at: 0, failure: &failure)
    return failure.flatMap { error in
      // A server reads what is too large for this.
      if case .tooLarge = error.problem { return nil }
      if case .trailingBytes(let count) = error.problem {
        return "decode \(name): unexpected \(count) bytes left in entry"
      }
      return "decode \(name): invalid size"
    }
  }
}

/// The files in which something was found to be wrong.
struct LogSuspects {
  /// By path: the first place at which something is.
  private(set) var first: [String: Int] = [:]
  /// True where the log has records whose bodies were not decoded.
  var hasUndecoded = false

  /// The types whose bodies are decoded by who counts a head.
  static let decoded: Set<RecordType> = [.series, .samples, .samplesV2]

  /// None.
  init() {}

  /// The files of `problems`. Of `met`, which are all that were met, the first in each counts; the head had records
  /// of the types of `records`.
  init(_ problems: [FileError], met: [FileError], _ records: some Sequence<RecordType>) {
    for problem in problems { first[problem.path] = .max }
    for problem in problems + met {
      guard let known = first[problem.path] else { continue }
      var offset = 0
      if case .damaged(_, let error) = problem { offset = error.offset }
      first[problem.path] = min(known, offset)
    }
    hasUndecoded = records.contains { type in
      if case .unknown = type { return false }
      return !Self.decoded.contains(type)
    }
  }

  /// True if something is wrong in the file `path`.
  func contains(_ path: String) -> Bool { first[path] != nil }
}

extension [SegmentFile] {
  /// True where a server finds that the numbers do not follow one another.
  var haveGap: Bool { zip(self, dropFirst()).contains { $0.number &+ 1 != $1.number } }
}
