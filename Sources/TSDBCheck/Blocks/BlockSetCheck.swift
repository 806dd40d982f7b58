public import TSDBFormat
public import TSDBStore
internal import Wording

/// What is wrong between the blocks of a directory, rather than in one of them (Prometheus: tsdb/db.go,
/// `reloadBlocks`).
public enum BlockSetCheck {
  /// Checks the blocks of `directory` against one another.
  ///
  /// A block whose parents are still there must be sound, because a start deletes them: what is known
  /// of blocks is in `checked`, by path; a block that matters and is not in it is checked here. The samples of
  /// the log are in `log`, and `now` is the time against which blocks are of the future.
  public static func run(
    _ directory: DataDirectory, level: CheckLevel, checked: [String: CheckResult] = [:],
    log: TimeBins = TimeBins(), now: Int64 = WallClock.now
  ) -> CheckResult {
    var result = CheckResult()
    let blocks = directory.blocks.compactMap { folder -> Member? in
      (try? folder.meta.get()).map { Member(folder: folder, meta: $0) }
    }
    result.findings += duplicates(blocks)
    let named = Dictionary(grouping: directory.blocks.indices) { directory.blocks[$0].ulid }
    for child in blocks where !child.meta.compaction.parents.isEmpty {
      let present = parents(of: child, in: directory, named)
      guard !present.isEmpty else { continue }
      let known = checked[child.folder.path] ?? BlockCheck.run(child.folder, level: level)
      result.findings.append(finding(of: child, parents: present, known, level))
    }
    result.findings += overlaps(blocks)
    var future = future(blocks, log.bins, now: now)
    // A block that reaches too far makes all others old.
    if future.isEmpty {
      future = expired(blocks)
    } else {
      future[0].consequences += expired(blocks)
    }
    result.findings += future
    result.findings += past(blocks, now: now)
    result.findings += leftovers(directory)
    result.findings += directory.linkedBlocks.map { entry in
      Finding(
        rule: .blockLink, severity: .loss, path: entry.path,
        message: entry.kind == .brokenLink
          ? "a link in the place of a block, which leads nowhere; a server passes over it"
          : "a link in the place of a block; a server passes over it, and serves nothing of the block"
      )
    }
    return result
  }

  /// A block whose `meta.json` can be read.
  private struct Member {
    let folder: BlockFolder
    let meta: BlockMeta

    func isParent(of other: Member) -> Bool {
      other.meta.compaction.parents.contains { $0.ulid == folder.ulid }
    }

    /// True where both say that they were made of the same, and count the same.
    func isCopy(of other: Member) -> Bool {
      let (mine, theirs) = (meta.compaction.sources, other.meta.compaction.sources)
      return meta.ulid != other.meta.ulid && !mine.isEmpty && Set(mine) == Set(theirs)
        && meta.minTime == other.meta.minTime
        && meta.maxTime == other.meta.maxTime
        && meta.stats.numSamples == other.meta.stats.numSamples
        && meta.stats.numSeries == other.meta.stats.numSeries
    }
  }

  private static func duplicates(_ blocks: [Member]) -> [Finding] {
    var names: [ULID: String] = [:]
    return blocks.compactMap { block in
      guard let first = names[block.meta.ulid] else {
        names[block.meta.ulid] = block.folder.name
        return nil
      }
      return Finding(
        rule: .blockDuplicate, severity: .warning, path: block.folder.path + "/meta.json",
        message: "names the block \(name: block.meta.ulid), and so does that of \(path: first)")
    }
  }

  /// The blocks that `child` was made of and that are still on disk.
  private static func parents(
    of child: Member, in directory: DataDirectory, _ named: [ULID?: [Int]]
  ) -> [BlockFolder] {
    let wanted = Set(child.meta.compaction.parents.map(\.ulid))
    return wanted.flatMap { named[$0] ?? [] }.sorted().map { directory.blocks[$0] }
      .filter { $0.path != child.folder.path }
  }

  private static func finding(
    of child: Member, parents: [BlockFolder], _ known: CheckResult, _ level: CheckLevel
  ) -> Finding {
    let names: Message = "\(path: parents.map(\.name).joined(separator: ", "))"
    let worst = known.findings.map(\.severity).max() ?? .info
    func finding(_ rule: Rule, _ severity: Severity, _ message: Message) -> Finding {
      Finding(
        rule: rule, severity: severity, path: child.folder.path,
        message: "replaces blocks that are still there, \(message)", found: names)
    }
    if worst == .loss {
      var loss = finding(
        .blockDamagedChild, .loss, "and is damaged: a start deletes them all the same")
      loss.lost = "the blocks \(names), which hold what is damaged here"
      return loss
    }
    if worst == .fatal {
      return finding(.blockParents, .info, "and cannot be opened: a start leaves them alone")
    }
    guard level > .quick else {
      return finding(
        .blockParents, .warning,
        "which a start deletes: make sure that it is sound, with a full check")
    }
    return finding(.blockParents, .info, "which a start deletes")
  }

  /// Legal since 2.39; queries merge what overlaps.
  private static func overlaps(_ blocks: [Member]) -> [Finding] {
    let sorted = blocks.filter { $0.meta.minTime < $0.meta.maxTime }
      .sorted { ($0.meta.minTime, $0.meta.maxTime) < ($1.meta.minTime, $1.meta.maxTime) }
    var findings: [Finding] = []
    var widest: Member?
    for block in sorted {
      if let widest, block.meta.minTime < widest.meta.maxTime, !block.isParent(of: widest),
        !widest.isParent(of: block)
      {
        findings.append(
          block.isCopy(of: widest)
            ? Finding(
              rule: .blockCopy, path: block.folder.path,
              message:
                "was made of the same blocks as \(path: widest.folder.name), and counts the same")
            : Finding(
              rule: .blockOverlap, severity: .info, path: block.folder.path,
              message: "covers time that \(path: widest.folder.name) covers too"))
      }
      if widest.map({ $0.meta.maxTime < block.meta.maxTime }) ?? true { widest = block }
    }
    return findings
  }

  private static let day: Int64 = 86_400_000

  /// The newest block says where the head begins and what is old: one that reaches into the future
  /// costs the log and, by retention, all other blocks (db.go, inOrderBlocksMaxTime and
  /// BeyondTimeRetention). Blocks for some series only do not count for the head.
  private static func future(
    _ blocks: [Member], _ log: [TimeBins.Bin], now: Int64
  ) -> [Finding] {
    let sorted = blocks.sorted { $0.meta.maxTime < $1.meta.maxTime }
    return sorted.enumerated().compactMap { index, block in
      let end = block.meta.maxTime
      let path = block.folder.path + "/meta.json"
      if let made = block.folder.ulid?.milliseconds, Timestamp(end) - Timestamp(made) > day {
        var finding = Finding(
          rule: .blockFuture, severity: .loss, path: path,
          message: "the block reaches further into the future than its own birth",
          expected: "an end before \(time: made), when the block was made",
          found: "\(time: end)")
        finding.lost = "all of the log that is older, and, by retention, blocks that are"
        return finding
      }
      if Timestamp(end) - Timestamp(now) > day { return ofTheFuture(block, end, now) }
      guard index > 0, !block.meta.compaction.isPartial else { return nil }
      let before = sorted[index &- 1].meta.maxTime
      let distance = Timestamp(end) - Timestamp(before)
      if let finding = aheadOfLog(block, before, distance, log) { return finding }
      guard distance > 365 &* day else { return nil }
      return Finding(
        rule: .blockFarAhead, severity: .warning, path: path,
        message:
          "the block ends more than a year after all before it, which retention then deletes",
        expected: "an end near \(time: before)", found: "\(time: end)")
    }
  }

  /// A block that ends after the present. Its name may be of the same clock.
  private static func ofTheFuture(_ block: Member, _ end: Int64, _ now: Int64) -> Finding {
    var finding = Finding(
      rule: .blockFuture, severity: .loss, path: block.folder.path + "/meta.json",
      message:
        "the block ends \(Message(moment: end)), and it is \(Message(moment: now)): every scrape until then is refused",
      expected: "an end before \(time: now)", found: "\(time: end)")
    finding.lost = "all of the log that is older, and, by retention, blocks that are"
    return finding
  }

  /// A block that makes others too old for the retention, and behind which the log does not go on but before it: a
  /// server writes its oldest samples into blocks first, and then appends nothing that is older than those (head.go,
  /// `truncateMemory`). So the clock was ahead while the block was written, or its times are wrong.
  private static func aheadOfLog(
    _ block: Member, _ before: Int64, _ distance: Int64, _ log: [TimeBins.Bin]
  ) -> Finding? {
    guard distance > 15 &* day, let last = log.last,
      Timestamp(block.meta.minTime) - Timestamp(last.end) > day
    else { return nil }
    // What no block holds of the log is dropped because of this one.
    let open = log.filter { $0.end > before }.reduce(0) { $0 &+ $1.count }
    guard open > 0 else { return nil }
    let days = distance.quotientAndRemainder(dividingBy: day).quotient
    return Finding(
      rule: .blockFarAhead, severity: .warning, path: block.folder.path + "/meta.json",
      message:
        "the block is \(count: days, "day") later than all others, and than the log, which goes on where "
        + "they end: the clock was ahead when it was written",
      expected: "an end near \(time: before)", found: "\(time: block.meta.maxTime)",
      lost: "\(count: open, of: "samples") of the log, and, by retention, blocks that are older")
  }

  /// Blocks of a machine without a clock, or of times in another unit.
  private static func past(_ blocks: [Member], now: Int64) -> [Finding] {
    let areOthersLater = blocks.contains { $0.meta.maxTime > OddTimes.beforeServers }
    return blocks.compactMap { block in
      let (start, end) = (block.meta.minTime, block.meta.maxTime)
      guard end < OddTimes.beforeServers, start < end,
        areOthersLater || TimeUnit.guess(of: start, now: now) != nil
      else { return nil }
      var message: Message =
        "the block is of \(Message(moment: start)) to \(Message(moment: end)), before Prometheus was there"
      if let found = TimeUnit.guess(of: start, now: now) {
        message +=
          "; as \(name: found.unit.rawValue) it would begin "
          + Message(words: TimeText.seconds(found.time))
      }
      return Finding(
        rule: .blockPast, severity: .warning, path: block.folder.path + "/meta.json",
        message: message)
    }
  }

  /// Retention counts back from the end of the newest block, 15 days by default (db.go,
  /// BeyondTimeRetention); whether a server has another, its files do not say.
  private static func expired(_ blocks: [Member]) -> [Finding] {
    guard let newest = blocks.map(\.meta.maxTime).max() else { return [] }
    return blocks.compactMap { block in
      guard Timestamp(newest) - Timestamp(block.meta.maxTime) >= 15 &* day else { return nil }
      return Finding(
        rule: .blockExpired, severity: .info, path: block.folder.path,
        message: "ends 15 days or more before the newest block: a start with the default retention "
          + "deletes it",
        expected: "an end after \(time: (Timestamp(newest) - 15 &* day).milliseconds)",
        found: "\(time: block.meta.maxTime)")
    }
  }

  /// Blocks that were being made or deleted when a server stopped; the next start removes them.
  private static func leftovers(_ directory: DataDirectory) -> [Finding] {
    directory.leftovers.filter(\.isBlockLeftover).flatMap { entry in
      var finding = Finding(
        rule: .blockLeftover, severity: .info, path: entry.path,
        message: "a block that was being made or deleted; a start removes it")
      if let meta = try? BlockMeta.read(path: entry.path + "/meta.json"), meta.stats.numSamples > 0
      {
        finding.message +=
          "; its meta.json speaks of \(count: meta.stats.numSamples, of: "samples") from "
          + "\(time: meta.minTime) to \(time: meta.maxTime)"
      }
      return [finding] + unread(in: entry)
    }
  }

  /// What of a leftover cannot be looked at: whether it is a whole block is not known then.
  private static func unread(in entry: FolderEntry) -> [Finding] {
    guard entry.isDirectory else { return [] }
    do {
      return try BlockFolder(path: entry.path).unread
    } catch {
      return error.isUnread ? [Finding(error, severity: .warning)] : []
    }
  }
}

extension BlockFolder {
  /// Those of its files that cannot be looked at, where no server opens it.
  var unread: [Finding] {
    var failures = damage
    if case .failure(let error) = meta { failures.append(error) }
    for entry in [index, tombstones].compactMap(\.self) + chunks.map(\.entry) {
      do {
        _ = try MappedFile(path: entry.path)
      } catch {
        failures.append(error)
      }
    }
    return failures.filter(\.isUnread).map { Finding($0, severity: .warning) }
  }
}

extension FolderEntry {
  /// True for what is named after a block that was being made or deleted.
  var isBlockLeftover: Bool {
    name.firstIndex(of: ".").map { ULID(String(name[..<$0])) != nil } ?? false
  }
}
