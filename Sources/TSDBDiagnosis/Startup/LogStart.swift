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
/// wrong are read: in the others it stops nowhere.
struct LogStart {
  let suspects: Set<String>
  let options: StartupOptions
  let words: ServerWords

  /// The first place in `segments` where a server stops; nil if it reads them all.
  func stop(in segments: [SegmentFile]) -> LogStop? {
    for segment in segments where suspects.contains(segment.path) {
      if let stop = stop(in: segment) { return stop }
    }
    return nil
  }

  private func stop(in segment: SegmentFile) -> LogStop? {
    if segment.entry.kind == .directory || segment.entry.kind == .linkToDirectory {
      let name = words.name(segment.path)
      return LogStop(
        segment: segment, record: 0, offset: 0,
        words: "read records: corruption in segment \(name) at 0: read first header byte: read "
          + "\(name): is a directory")
    }
    guard let file = try? MappedFile(path: segment.path) else { return nil }
    var reader = ServerSegmentReader(
      file.bytes, knowsZstd: options.version.readsZstd, holes: file.holes)
    var bytes = ByteBuffer()
    while let place = reader.next(into: &bytes) {
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

extension [SegmentFile] {
  /// True where a server finds that the numbers do not follow one another.
  var haveGap: Bool { zip(self, dropFirst()).contains { $0.number &+ 1 != $1.number } }
}
