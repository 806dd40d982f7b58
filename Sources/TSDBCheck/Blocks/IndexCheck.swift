internal import TSDBFormat
internal import TSDBStore

/// The index of a block and, through its series, the chunks.
struct IndexCheck {
  private(set) var findings: [Finding] = []
  /// What was counted; nil where not all series could be read.
  private(set) var content: BlockContent?
  /// The series that could be read; nil if none were looked at, or if not all of them could be read.
  private(set) var references: SeriesReferences?
  /// Bytes that were read of the index and the chunks.
  private(set) var bytes = 0

  private let folder: BlockFolder
  private let level: CheckLevel

  /// Checks the `index` of `folder`.
  init(_ folder: BlockFolder, path: String, level: CheckLevel) {
    self.folder = folder
    self.level = level
    let index: IndexFile
    do throws(FileError) {
      index = try IndexFile(path: path)
    } catch {
      let isBroken = !error.isUnread && !error.isTooLarge
      findings = [Finding(error, severity: isBroken ? .fatal : .warning)]
      return
    }
    openIndex(index)
    guard level > .quick else {
      checkTable(index)
      index.file.release(0..<index.file.size)
      return
    }
    bytes = index.file.size &+ folder.chunks.totalSize
    let isSorted = index.symbols.damage.isEmpty && checkSymbols(index)
    checkSeries(index, symbolsAreSorted: isSorted)
  }

  /// Header, table of contents and symbols. When several of them are wrong, one thing destroyed them.
  private mutating func openIndex(_ index: IndexFile) {
    guard let first = index.damage.first else { return }
    var finding = Finding(first, severity: .fatal)
    var met: Set<FileError> = []
    for failure in index.damage.dropFirst() where met.insert(failure).inserted {
      finding.consequences.append(Finding(failure, severity: .fatal))
    }
    findings = [finding]
  }

  private mutating func checkTable(_ index: IndexFile) {
    bytes = IndexHeader.byteCount &+ IndexTOC.byteCount
    guard let contents = index.contents else { return }
    bytes &+= max(index.symbols.end &- contents.symbols, 0)
    bytes &+= max(index.file.size &- contents.postingsOffsetTable, 0)
    findings += PostingsCheck.checkTable(index, contents)
  }

  /// Symbols are sorted, each is there once; false if they are not.
  private mutating func checkSymbols(_ index: IndexFile) -> Bool {
    let symbols = index.symbols
    let file = index.file.bytes
    for number in 1..<max(symbols.count, 1)
    where !symbols.bytes(of: number &- 1, in: file).precedes(symbols.bytes(of: number, in: file)) {
      if !index.header.usesByteOffsets {
        findings.append(
          Finding(
            rule: .indexSymbolsOrder, severity: .loss,
            path: index.file.path, offset: symbols.offset(of: number),
            message: "a symbol does not sort behind the one before it",
            lost: "labels that queries do not find"))
      }
      return false
    }
    return true
  }

  private mutating func checkSeries(_ index: IndexFile, symbolsAreSorted: Bool) {
    let place = SeriesPlace(index)
    let hasChunks =
      !folder.chunks.isEmpty || !folder.damage.contains { $0.path == folder.path + "/chunks" }
    var series = SeriesCheck(
      index, ChunkCheck(folder, place, level: level), symbolsAreSorted: symbolsAreSorted,
      range: folder.timeRange, readsChunks: hasChunks)
    var sequence = index.series(chunks: true)
    while sequence.next() { series.check(sequence.batch) }
    let damage = sequence.damage
    let isOpen = index.damage.isEmpty
    let own = series.findings
    let chunks = series.finishChunks(
      seriesAreDamaged: !damage.isEmpty || !isOpen, hasGap: folder.hasSegmentGap)
    var missing: Int?
    var behind: [Finding] = []
    if let contents = index.contents {
      behind = checkTables(index, contents)
      var postings = PostingsCheck(
        index, series, seriesAreDamaged: !damage.isEmpty, symbolsAreSorted: symbolsAreSorted)
      behind += postings.run(contents)
      missing = postings.seriesCount.map { max($0 &- series.references.count, 0) }
    }
    add(damage, missing: missing)
    findings += own + behind + chunks
    guard damage.isEmpty, isOpen else { return }
    references = series.references
    content = BlockContent(series, samplesAreKnown: hasChunks && series.chunks.unread == 0)
  }

  /// Series that cannot be read; where the symbols are lost, that is why.
  private mutating func add(_ damage: [FileError], missing: Int?) {
    var list = FindingList()
    for error in damage { list.add(Finding(error, severity: .loss)) }
    var series = list.summed()
    guard !series.isEmpty else { return }
    if let missing, missing > 0 { series[0].lost = "\(count: missing, of: "series")" }
    if findings.isEmpty {
      findings = series
    } else {
      findings[0].consequences += series
    }
  }

  /// Nothing reads the label indices, but a checksum that does not hold says that bytes have changed.
  private func checkTables(_ index: IndexFile, _ contents: IndexTOC) -> [Finding] {
    guard contents.hasLabelIndices else { return [] }
    let file = index.file
    var list = FindingList()
    for error in LabelIndex.check(
      file.bytes, from: contents.labelIndices, to: contents.postings)
    {
      list.add(Finding(.damaged(path: file.path, error), severity: .warning))
    }
    do throws(DecodeError) {
      try LabelIndex.checkOffsetTable(file.bytes, at: contents.labelOffsetTable)
    } catch {
      list.add(Finding(.damaged(path: file.path, error), severity: .warning))
    }
    file.release(min(contents.labelIndices, contents.postings)..<contents.postings)
    return list.summed()
  }
}

/// What a block was found to hold.
struct BlockContent {
  let series: Int
  let chunks: Int
  /// Samples that are plain numbers, and those that are not; nil where some could not be read.
  let samples: (floats: UInt64, histograms: UInt64)?
  /// The time that all chunks cover.
  let times: TimeRange
  /// Chunks that reach out of the block's time.
  let outside: Int

  init(_ series: SeriesCheck, samplesAreKnown: Bool) {
    self.series = series.references.count
    chunks = series.chunkCount
    samples = samplesAreKnown ? (series.chunks.floats, series.chunks.histograms) : nil
    times = series.times
    outside = series.outside.count
  }
}

extension BlockFolder {
  /// What `meta.json` says that the block covers, both ends included; nil if that cannot be.
  var timeRange: TimeRange? {
    guard let meta = try? meta.get(), meta.minTime < meta.maxTime else { return nil }
    return TimeRange(minTime: meta.minTime, end: meta.maxTime)
  }

  /// True if the chunk segments are not numbered from 1 on without a gap.
  var hasSegmentGap: Bool {
    zip(chunks, 1...).contains { $0.number != $1 }
  }
}
