internal import TSDBFormat
internal import TSDBStore

/// The check of the names in `wal` and `wbl`: segments, checkpoints, and what was left behind
/// (Prometheus: tsdb/wlog/wlog.go, `listSegments`; tsdb/wlog/checkpoint.go; tsdb/head.go, `Init`).
struct LogFolderCheck {
  /// What was found.
  private(set) var findings: [Finding] = []
  private let folder: SegmentFolder

  /// Checks the names in `folder`. `isReplayed` is true where a server starts on it: with the last
  /// checkpoint, and then the segments from the next number on.
  init(_ folder: SegmentFolder, isReplayed: Bool) {
    self.folder = folder
    // The old log was cut at its begin by leaving numbers out, and its names have six digits.
    if !folder.isOld { gaps(folder.segments, rule: .walSegmentsGap, in: "segment") }
    for stray in folder.segments where !stray.entry.isFile {
      add(
        .walSegmentsNotAFile, .fatal, stray.path,
        "is named like a segment and is a \(name: stray.entry.kind.rawValue)")
    }
    for stray in folder.falseCheckpoints {
      add(
        .walCheckpointNotAFolder, .fatal, stray.path,
        "is named like a checkpoint, which must be a folder")
    }
    checkCheckpoints()
    if isReplayed, !folder.isOld {
      checkStart()
      names()
    }
    if !folder.isOld { checkEnd() }
    leftovers()
  }

  private mutating func add(
    _ rule: Rule, _ severity: Severity, _ path: String, _ message: Message,
    expected: Message? = nil, found: Message? = nil, lost: Message? = nil
  ) {
    findings.append(
      Finding(
        rule: rule, severity: severity, path: path, message: message, expected: expected,
        found: found, lost: lost))
  }

  private mutating func gaps(_ segments: [SegmentFile], rule: Rule, in what: Message) {
    for (before, next) in zip(segments, segments.dropFirst())
    where next.number != before.number &+ 1 {
      add(
        rule, .fatal, next.path, "the \(what) before it is number \(before.number)",
        expected: "number \(before.number &+ 1)", found: "\(next.number)")
    }
  }

  /// A listing takes any number for the name of a segment. Those of a checkpoint and of the WBL are opened by
  /// the names that were listed, those of the WAL by the one that goes with the number (tsdb/head.go, `Init`).
  private mutating func names() {
    for segment in folder.replayed where segment.name != segment.nameOpened {
      add(
        .walSegmentsName, .fatal, segment.path,
        "is listed as segment \(segment.number), which a server opens under another name",
        expected: "\(path: segment.nameOpened)", found: "\(path: segment.name)")
    }
  }

  private mutating func checkCheckpoints() {
    for older in folder.checkpoints.dropLast() {
      add(
        .walCheckpointOlder, .info, older.path,
        "a server reads the last checkpoint only; this one may help where that is damaged")
    }
    guard let last = folder.checkpoints.last else { return }
    gaps(last.segments, rule: .walCheckpointGap, in: "segment of the checkpoint")
    for failure in last.damage {
      if case .system = failure { findings.append(Finding(failure, severity: .fatal)) }
    }
    guard last.size == 0, !last.damage.contains(where: \.isUnread) else { return }
    add(
      .walCheckpointEmpty, .loss, last.path,
      last.segments.isEmpty
        ? "the checkpoint has no segment" : "the segments of the checkpoint are empty",
      lost: "every series that only it defined, and the samples of those")
  }

  private mutating func checkStart() {
    guard let first = folder.segments.first, let last = folder.segments.last else { return }
    let checkpoint = folder.checkpoints.last
    let start = folder.firstReplayed
    if first.number > start {
      add(
        .walSegmentsStart, .fatal, first.path,
        checkpoint == nil
          ? "there is no checkpoint, so the log must begin with segment 0"
          : "the checkpoint replaces the segments up to \(start &- 1)",
        expected: "segment \(start)", found: "\(first.number)")
    } else if let checkpoint, folder.isPassedOver {
      let size = folder.segments.totalSize
      add(
        .walCheckpointAhead, .loss, checkpoint.path,
        "the checkpoint replaces \(count: folder.segments.count, "segment, the only one", "segments, all") that "
          + "\(folder.segments.count == 1 ? "is" : "are") there; a server reads nothing of that, and does not say so",
        expected: "a segment \(start)", found: "\(last.number) as the last",
        lost: "what the segments hold: \(count: size, of: "bytes")")
    } else if let checkpoint, first.number <= checkpoint.number {
      add(
        .walSegmentsReplaced, .info, first.path,
        "segments up to \(checkpoint.number) are in the checkpoint; a server passes over them")
    }
  }

  /// Each start that gets as far as the log adds a segment.
  private mutating func checkEnd() {
    let empty = folder.segments.reversed().prefix(while: \.isEmpty)
    guard empty.count > 1, let first = empty.last else { return }
    add(
      .walSegmentsEmpty, .info, first.path,
      "the log ends with \(count: empty.count, of: "empty segments"): that many starts wrote nothing: "
        + "they failed, or had nothing to write")
  }

  private mutating func leftovers() {
    for leftover in folder.leftovers {
      if leftover.name.hasSuffix(".repair") {
        add(
          .walLeftoverRepair, .loss, leftover.path,
          "a repair was interrupted: this is the segment as it was, and the one of the same number "
            + "holds only a part of it",
          lost: "what the repair had not copied yet; a server does not read this file")
      } else {
        add(
          .walLeftoverTemporary, .info, leftover.path,
          "was being written when the server stopped; the next start deletes it")
      }
    }
    if let state = folder.seriesState { checkSeriesState(state) }
  }

  private mutating func checkSeriesState(_ entry: FolderEntry) {
    do {
      let state = try SeriesState.read(path: entry.path)
      guard state.cleanShutdown, let last = folder.segments.last,
        state.lastWALSegment > last.number
      else { return }
      add(
        .walSeriesStateAhead, .warning, entry.path,
        "names a segment that is not there",
        expected: "at most \(last.number)", found: "\(state.lastWALSegment)")
    } catch {
      findings.append(Finding(error, severity: .info))
    }
  }
}
