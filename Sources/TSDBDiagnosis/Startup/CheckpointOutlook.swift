internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What keeps a server from cutting its log, for ever: what it was cut to is damaged, or a segment ends within a record.
extension StartupOutlook {
  /// What keeps the log from being cut.
  var checkpoints: [Later] { [damagedCheckpoint, orphan].compactMap(\.self) }

  private var whenCut: Message {
    isAgent
      ? "at the first truncation, two hours behind the start by default"
      : cuts.cuts.isEmpty
        ? "with the first block out of the head"
        : "within a minute or two, with the first block out of the head"
  }

  /// A checkpoint that cannot be read is read again by the next one (tsdb/wlog/checkpoint.go, `Checkpoint`).
  private var damagedCheckpoint: Later? {
    guard let checkpoint = ReplayOrder(walk.directory).checkpoint,
      let stop = walk.log.stop(in: checkpoint.segments)
    else { return nil }
    return Later(
      .checkpoint,
      "\(path: checkpoint.entry.name) is damaged and stays so: every later start deletes the segments behind number "
        + "\(stop.segment.number) again, with what was written since, and no new checkpoint can be written from it",
      message: truncation + "create checkpoint: read segments: "
        + (stop.words.hasPrefix(Self.replayWords)
          ? String(stop.words.dropFirst(Self.replayWords.count)) : stop.words))
  }

  /// A segment that ends within a record: replay reads segment by segment and passes over it; a checkpoint reads all
  /// of them as one, and meets the begin of a record where the rest of another should be (tsdb/wlog/reader.go,
  /// `validateRecord`).
  private var orphan: Later? {
    let segments = walk.directory.wal?.segments ?? []
    // The last segment of a log is the one that a crash cut short; the next start begins another behind it.
    for (place, segment) in segments.enumerated() {
      guard let torn = LogStart.tornEnd(of: segment, among: evidence.problems) else { continue }
      let next = segments[(place &+ 1)...].first { $0.size > 0 }
      let error = next.flatMap { unexpected(in: $0) }
      return Later(
        .checkpoint,
        "\(whenCut), and at every later one, no checkpoint can be written: \(path: segment.name) ends within a "
          + "record at byte \(torn), and is followed by another segment; the log is cut no more, and grows",
        message: truncation + "create checkpoint: read segments: "
          + (error ?? "unexpected full record"))
    }
    return nil
  }

  /// What a checkpoint says of the first record of `segment`, where it looks for the rest of another.
  private func unexpected(in segment: SegmentFile) -> String? {
    guard let file = try? MappedFile(path: segment.path), file.size >= 7 else { return nil }
    let bytes = file.bytes
    let length = Int(bytes.byte(at: 1)) << 8 | Int(bytes.byte(at: 2))
    let words: String
    switch bytes.byte(at: 0) & 7 {
    case 1: words = "unexpected full record"
    case 2: words = "unexpected first record, dropping buffer"
    default: return nil
    }
    return
      "corruption in segment \(self.words(forSegment: segment.number)) at \(7 &+ length): \(words)"
  }

  /// How the error begins about a log that could not be cut (tsdb/db.go, `Compact`; tsdb/agent/db.go, `run`).
  private var truncation: String {
    isAgent ? "failed to truncate WAL: " : "compaction failed: WAL truncation in Compact: "
  }

  private static let replayWords = "read records: "

  private func words(forSegment number: Int) -> String {
    walk.words.name(walk.directory.wal?.path ?? "") + "/" + SegmentFile.name(number)
  }
}

extension LogStart {
  /// Where the record begins that a segment ends with and that was never finished, with zeros behind it up to the end
  /// of a page; nil where there is none. A server reads such a segment to its end.
  static func tornEnd(of segment: SegmentFile, among problems: [FileError]) -> Int? {
    for case .damaged(let path, let error) in problems where path == segment.path {
      guard case .torn(let available) = error.problem else { continue }
      let end = error.offset &+ available
      if end < segment.size || !end.isMultiple(of: Fragment.pageSize) { return error.offset }
    }
    return nil
  }
}
