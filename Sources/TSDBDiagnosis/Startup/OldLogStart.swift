internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What a release from 2.4 to 2.51 does with the log of 2.0 to 2.3: it writes it anew before anything else, up to the
/// first damage, and puts the new folder into the place of the old one (Prometheus: tsdb/wal.go, `MigrateWAL`). 2.0 to
/// 2.3 read it in the same way.
struct OldLogStart {
  /// What is taken over.
  private(set) var segments: [LogSegment] = []
  /// What goes with the old folder and is not taken over.
  private(set) var deleted: [String] = []
  /// Segments of which something is not taken over, and how many bytes that are.
  private(set) var lostSegments = 0
  private(set) var lostBytes = 0
  /// What is logged.
  private(set) var warnings: [String] = []
  /// Why something is not taken over, in words; nil where all is.
  private(set) var reason: Message?

  /// Nil where there is no such log, or where the release does not see it.
  init?(_ directory: DataDirectory, _ options: StartupOptions, _ words: ServerWords) {
    let release = options.release
    guard !options.isAgent, release.migratesOldLog || release.writesOldLog,
      let wal = directory.wal, wal.isSeenAsOld
    else { return nil }
    let files = wal.migrated
    for (place, segment) in files.enumerated() {
      let name = words.name(segment.path)
      let rest = files[(place &+ 1)...]
      guard let file = try? MappedFile(path: segment.path) else { break }
      if let cause = OldSegmentMigration.refusal(ofHeader: file.bytes, named: name) {
        warnings.append(
          "Invalid segment file detected, truncating WAL err=\"\(cause)\" file=\(name)")
        lose([segment] + rest)
        if file.size > 0 {
          reason =
            "the migration of the old log deletes \(path: directory.relativeName(segment.path)), whose header is "
            + "not that of one, and all segments behind it"
        }
        break
      }
      let read = OldSegmentMigration(of: file.bytes)
      var item = LogSegment(path: segment.path, part: .wal)
      item.limit = read.end
      segments.append(item)
      if let cause = read.cause {
        warnings.append(
          "WAL corruption detected; truncating err=\"\(cause) <file: \(place), lastOffset: \(read.end)>\" "
            + "file=\(name) pos=\(read.end)")
        lose(rest)
        lostSegments &+= 1
        lostBytes &+= file.size &- read.end
        reason =
          "the migration of the old log stops at \(path: directory.relativeName(segment.path)), byte "
          + "\(read.end), and forgets all that follows"
        break
      }
    }
    deleted += wal.checkpoints.map { words.name($0.path) }
  }

  private mutating func lose(_ files: some Sequence<SegmentFile>) {
    for file in files where file.size > 0 {
      lostSegments &+= 1
      lostBytes &+= file.size
    }
  }
}

extension StartupWalk {
  /// Replays what a migration takes over of the log of 2.0 to 2.3: a folder without checkpoint, and without damage.
  mutating func replayMigrated(_ old: OldLogStart) {
    plan.segments += old.segments
    start.warnings += old.warnings
    start.deletes += old.deleted
    start.loss.segments &+= old.lostSegments
    start.loss.bytes &+= old.lostBytes
    if let reason = old.reason { start.reasons.append(reason) }
    isSuspicious = true
    replayLateLog()
  }
}

extension DataDirectory {
  /// `path` without what this directory's begins with.
  fileprivate func relativeName(_ path: String) -> String {
    let own = self.path.hasSuffix("/") ? self.path : self.path + "/"
    return path.hasPrefix(own) ? String(path.dropFirst(own.count)) : path
  }
}

/// What a log is, where that is not a log of today.
extension DataDirectory {
  /// The log of 2.0 to 2.3 for a release that does not take it over, and the log of another program.
  func problemsOfForm(_ options: StartupOptions) -> [FileError] {
    let isTakenOver =
      wal?.isSeenAsOld == true && !options.isAgent
      && (options.release.migratesOldLog || options.release.writesOldLog)
    return [isTakenOver ? nil : oldLog, foreignLog].compactMap(\.self)
  }

  /// `problems` without what is wrong with the segments of another program's log: to Prometheus all is.
  func withoutForeign(_ problems: [FileError]) -> [FileError] {
    guard let wal, problems.contains(where: \.isForeignLog) else { return problems }
    return problems.filter { $0.isForeignLog || !$0.path.hasPrefix(wal.path + "/") }
  }
}

extension FileError {
  /// True for the log of another program, on which nothing of Prometheus is to be started.
  var isForeignLog: Bool {
    if case .damaged(_, let error) = self { error.section == .foreignLog } else { false }
  }
}
