internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What a server does behind its start, as far as the directory tells: what is scraped meanwhile only adds to it.
struct StartupOutlook {
  private let walk: StartupWalk
  private let evidence: StartupEvidence
  private let options: StartupOptions
  private let history: DirectoryHistory
  private let cuts: HeadCuts

  init(
    _ walk: StartupWalk, _ evidence: StartupEvidence, _ history: DirectoryHistory,
    _ options: StartupOptions
  ) {
    self.walk = walk
    self.evidence = evidence
    self.options = options
    self.history = history
    var bins = history.head.census.bins
    // Chunks have what the log has, and what is older than the log.
    let first = history.head.census.timeRange
    for chunks in evidence.chunkBins.bins
    where first.isEmpty || chunks.times.maxTime < first.minTime {
      bins.add(chunks.times, count: chunks.count)
    }
    let limit = walk.plan.minValidTime
    cuts = HeadCuts(bins.bins.filter { $0.times.maxTime >= limit })
  }

  private var isAgent: Bool { options.isAgent || walk.directory.kind == .agent }

  /// All of it, what comes first first.
  var later: [Later] {
    guard walk.directory.kind == .server || walk.directory.kind == .agent else { return [] }
    if isAgent { return unsent + checkpoints }
    return scrapes + queries + compactions + retention + checkpoints
  }

  /// What has to leave the log.
  var needs: Set<StartupPrediction.Need> {
    guard !isAgent else { return [] }
    var needs: Set<StartupPrediction.Need> = []
    if firstRefusal != nil || flawedQuery != nil { needs.insert(.labels) }
    if shortHistograms != nil { needs.insert(.histograms) }
    return needs
  }

  private var now: Int64 { options.now }

  private func time(_ time: Int64) -> Message { Message(moment: time) }
}

// MARK: - Scrapes

extension StartupOutlook {
  /// A server takes no sample that is older than its blocks, or an hour older than the newest of its head
  /// (tsdb/head_append.go, `appendableMinValidTime`).
  private var scrapes: [Later] {
    let message = "Error on ingesting samples that are too old or are too far into the future"
    let begin = walk.plan.minValidTime
    let window = cuts.newest.map { (Timestamp($0) - TimeBins.width / 2).milliseconds } ?? .min
    let end = max(begin, window)
    // Ends of blocks lie at full hours, and clocks of machines differ.
    guard Timestamp(end) - Timestamp(now) > (end == begin ? TimeBins.width : 60_000) else { return [] }
    let why: Message =
      end == begin
      ? "the newest block ends then" : "the newest sample of the head is of an hour later"
    return [
      Later(
        .scrape,
        "every scrape is refused as too old until \(time(end)): \(why), and it is \(time(now))",
        message: message)
    ]
  }
}

// MARK: - Blocks of the head

extension StartupOutlook {
  /// What keeps a block from being written: the error, and because of which series.
  private struct Refusal {
    let series: SeriesTable.SeriesID
    let flaw: LabelFlaw
    /// What is logged; nil for a release that never comes to that.
    let cause: String?
  }

  private var compactions: [Later] {
    guard let refusal = firstRefusal else { return [] }
    let when: Message =
      cuts.cuts.isEmpty
      ? "as soon as the head reaches over more than three hours" : "within a minute or two"
    let why: Message =
      switch refusal.flaw {
      case .duplicate: "has a label name more than once"
      case .emptyPair: "has a label without name and value"
      default: "has no labels"
      }
    let how: Message =
      refusal.cause == nil
      ? ", the first block out of the head is begun and never ends, which takes a processor: the series "
      : ", and at every later try, no block can be written out of the head: the series "
    return [
      Later(
        .headCompaction,
        when + how + "\(labels(of: refusal.series)) " + why
          + "; the log is cut no more, and grows until disk or memory end",
        message: refusal.cause.map { "compaction failed: " + $0 })
    ]
  }

  /// The first block that cannot be written, of those that are cut now, or of the whole head.
  private var firstRefusal: Refusal? {
    guard !history.head.census.flawedSeries.isEmpty else { return nil }
    for cut in cuts.cuts {
      if let found = refusal(of: cut.times) { return found }
    }
    guard let newest = cuts.newest else { return nil }
    return refusal(of: TimeRange(minTime: walk.plan.minValidTime, maxTime: newest))
  }

  /// Why a block of the head with all samples in `times` cannot be written (tsdb/index/index.go, `AddSeries`,
  /// `writePostings`).
  private func refusal(of times: TimeRange) -> Refusal? {
    let table = history.history.series
    let flaws = history.head.census.flawedSeries
    var series = 0
    var doubled: Set<LabelPairTable.NameID> = []
    var first: [LabelPairTable.NameID: SeriesTable.SeriesID] = [:]
    func isIn(_ index: Int) -> Bool {
      let own = table.times[index]
      return !own.isEmpty && own.minTime <= times.maxTime && own.maxTime >= times.minTime
    }
    for (id, flaw) in flaws.sorted(by: { $0.key < $1.key }) where isIn(Int(id)) {
      switch flaw {
      case .order, .emptyName: continue
      case .missing, .emptyPair:
        // Such a series is in the list of all twice, or sorts before all that there can be.
        let text = flaw == .missing ? "{}" : goLabels(of: id)
        let more = options.version.namesLastSeries ? ", last label set \"\(text)\"" : ""
        return Refusal(
          series: id, flaw: flaw,
          cause: options.version.seriesError + "out-of-order series added with label set \"\(text)\"\(more)")
      case .duplicate:
        var known: Set<LabelPairTable.NameID> = []
        let pairs = table.pairs(of: id)
        for index in pairs.indices {
          let name = history.history.pairs.nameID(ofPair: pairs[index])
          if !known.insert(name).inserted {
            doubled.insert(name)
            if first[name] == nil { first[name] = id }
          }
        }
      }
    }
    guard !doubled.isEmpty else { return nil }
    var uses: [LabelPairTable.NameID: Int] = [:]
    for index in 0..<history.headSeries where isIn(index) {
      series += 1
      let pairs = table.pairs(of: SeriesTable.SeriesID(index))
      for place in pairs.indices {
        let name = history.history.pairs.nameID(ofPair: pairs[place])
        if doubled.contains(name) { uses[name, default: 0] += 1 }
      }
    }
    for (name, count) in uses.sorted(by: { $0.key < $1.key }) where count > series {
      guard let id = first[name] else { continue }
      let text = String(decoding: [UInt8](history.history.pairs.name(name)), as: UTF8.self)
      return Refusal(
        series: id, flaw: .duplicate,
        cause: options.version.noticesDoubledLabels
          ? "corruption detected when writing postings to index: label \"\(text)\" has \(count) uses, "
            + "but maxPostings is \(series)" : nil)
    }
    return nil
  }

  private func labels(of series: SeriesTable.SeriesID) -> Message { Message(labels: list(series)) }

  private func list(_ series: SeriesTable.SeriesID) -> [Label] {
    let pairs = history.history.series.pairs(of: series)
    return pairs.indices.map { history.history.pairs.label(ofPair: pairs[$0]) }
  }

  /// Labels as Go prints them within a quoted text.
  private func goLabels(of series: SeriesTable.SeriesID) -> String {
    let parts = list(series).map { label in
      let name = String(decoding: label.name, as: UTF8.self)
      let value = String(decoding: label.value, as: UTF8.self)
      let shown = name.isEmpty && options.version.quotesLabelNames ? "\\\"\\\"" : name
      return "\(shown)=\\\"\(value)\\\""
    }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}

// MARK: - Retention

extension StartupOutlook {
  /// The blocks that the newest of the head makes too old, which reaches those that are cut as well
  /// (tsdb/db.go, `BeyondTimeRetention`).
  private var retention: [Later] {
    guard let limit = options.retentionTime, !cuts.cuts.isEmpty, firstRefusal == nil else { return [] }
    struct Block {
      let end: Int64
      let times: TimeRange
      let samples: Int
      let path: String?
    }
    var blocks = walk.plan.blocks.compactMap { folder -> Block? in
      guard case .success(let meta) = folder.meta else { return nil }
      return Block(
        end: meta.maxTime, times: TimeRange(minTime: meta.minTime, end: meta.maxTime),
        samples: Int(clamping: meta.stats.numSamples), path: folder.path)
    }
    let known = blocks.count
    blocks += cuts.cuts.map { Block(end: $0.end, times: $0.times, samples: $0.samples, path: nil) }
    guard let newest = blocks.map(\.end).max() else { return [] }
    let gone = blocks.filter { block in
      let age = Timestamp(newest) - Timestamp(block.end)
      return options.version.keepsBlocksAtRetention ? age > limit : age >= limit
    }
    guard !gone.isEmpty else { return [] }
    let files = gone.compactMap(\.path)
    let samples = gone.reduce(0) { $0 &+ $1.samples }
    var times = TimeRange()
    for block in gone { times.include(block.times) }
    let what: Message =
      files.isEmpty
      ? "what is cut" : "\(count: files.count, "block") of \(count: known)"
    let isFuture = Timestamp(newest) - Timestamp(now) > TimeBins.width
    let future: Message = isFuture ? ", which is in the future," : ""
    let reason: Message =
        "once the head is cut into blocks, within a minute or two, its newest block ends \(time(newest))\(future) "
          + "and the retention of \(Message(duration: limit)), counted back from there, deletes \(what) with "
          + "\(count: samples, "sample"), up to \(time(times.maxTime))"
    return [
      Later(
        .retention, reason, message: files.isEmpty ? nil : "Deleting obsolete block",
        deletes: files.map(walk.words.name), samples: samples)
    ]
  }
}

extension StartupOutlook {
  /// What would keep the blocks that are deleted at the start or behind it; nil where that is none, and where the
  /// newest block can only be wrong.
  var retentionNeed: RetentionNeed? {
    guard !isAgent else { return nil }
    let metas = walk.directory.blocks.compactMap { try? $0.meta.get() }
    let ends = metas.map(\.maxTime) + cuts.cuts.map(\.end)
    guard let newest = ends.max(), let oldest = ends.min(), Timestamp(newest) - Timestamp(now) <= TimeBins.width
    else { return nil }
    var need = RetentionNeed()
    let age = Timestamp(newest) - Timestamp(oldest)
    if let limit = options.retentionTime, age >= limit, age < RetentionNeed.longest { need.time = age }
    if let limit = options.retentionSize {
      let size = BlockStart.headSize(of: walk.directory) &+ walk.directory.blocks.reduce(0) { $0 &+ $1.size }
      if size > limit { need.size = size }
    }
    return need.isNone ? nil : need
  }
}

// MARK: - Checkpoints

extension StartupOutlook {
  private var checkpoints: [Later] { [damagedCheckpoint, orphan].compactMap(\.self) }

  private var whenCut: Message {
    isAgent ? "at the first truncation, two hours behind the start by default"
      : cuts.cuts.isEmpty
        ? "with the first block out of the head" : "within a minute or two, with the first block out of the head"
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
    return "corruption in segment \(self.words(forSegment: segment.number)) at \(7 &+ length): \(words)"
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

// MARK: - Queries, and what an agent does

extension StartupOutlook {
  private var queries: [Later] { [flawedQuery, shortHistograms].compactMap(\.self) }

  private var flawedQuery: Later? {
    let named = history.head.census.flawedSeries.filter {
      $0.value == .emptyName || $0.value == .emptyPair
    }
    guard let id = named.keys.min(), options.version.panicsOverEmptyNames else { return nil }
    return Later(
      .query,
      "queries that find \(count: named.count, "series", "series") with a label without a name fail, such as "
        + "\(labels(of: id))",
      message: "unexpected error: runtime error: index out of range [0] with length 0")
  }

  private var shortHistograms: Later? {
    let flawed = history.head.census.flawedHistograms
    guard let short = flawed[.fewerBuckets] ?? flawed[.tooManyBuckets] else { return nil }
    return Later(
      .query,
      "queries that find \(count: short.count, "histogram") with fewer buckets than the spans speak of fail, the "
        + "first is of ref \(ref: short.first.ref)",
      message: "EOF")
  }

  /// An agent sends what it appends from its start on (storage/remote/queue_manager.go; tsdb/wlog/watcher.go,
  /// `SetStartTime`).
  private var unsent: [Later] {
    let samples = history.head.census.samples
    guard samples > 0 else { return [] }
    return [
      Later(
        .scrape,
        "the \(count: samples, of: "samples") that the log holds are kept until it is truncated, and are not sent any "
          + "more: an agent sends what it appends from its start on", fails: false)
    ]
  }
}
