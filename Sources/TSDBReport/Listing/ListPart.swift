internal import TSDBAnalysis
internal import TSDBFormat
package import TSDBStore

/// A list of the things of one kind in a directory, which `ls DIR KIND` writes as it reads.
package struct ListPart {
  /// What is listed.
  package enum Kind: String, CaseIterable {
    case segments, checkpoints, chunksHead = "chunks-head", series, symbols, labels, values, metrics
  }

  let kind: Kind
  /// The directory; of one block, if one was asked for.
  let data: DataDirectory
  /// What paths are relative to.
  package let directory: String
  package let selectors: [Selector]
  /// Whose values are listed.
  let label: String?
  let jobs: Int

  package init(
    kind: Kind, data: DataDirectory, directory: String, selectors: [Selector], label: String? = nil,
    jobs: Int
  ) {
    self.kind = kind
    self.data = data
    self.directory = directory
    self.selectors = selectors
    self.label = label
    self.jobs = jobs
  }

  /// Writes the list; gives what was wrong on the way.
  package func write(
    _ writer: inout ListingWriter, to out: inout ReportSink
  ) async throws -> [FileError] {
    switch kind {
    case .segments: return try writeSegments(&writer, &out)
    case .checkpoints: return try writeCheckpoints(&writer, &out)
    case .chunksHead: return try writeHeadChunks(&writer, &out)
    case .series: return try await writeSeries(&writer, &out)
    case .symbols: return try writeSymbols(&writer, &out)
    case .labels, .values, .metrics: return try await writeLabels(&writer, &out)
    }
  }

  private var segments: [(file: SegmentFile, log: String)] {
    let checkpoints = (data.wal?.checkpoints ?? []) + (data.wbl?.checkpoints ?? [])
    var segments: [(file: SegmentFile, log: String)] = []
    segments += checkpoints.flatMap { $0.segments.map { ($0, "checkpoint") } }
    segments += (data.wal?.segments ?? []).map { ($0, "wal") }
    segments += (data.wbl?.segments ?? []).map { ($0, "wbl") }
    segments += data.snapshots.flatMap { $0.segments.map { ($0, "snapshot") } }
    return segments
  }

  private func writeSegments(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) throws -> [FileError] {
    var problems: [FileError] = []
    for (file, log) in segments where !writer.isFull {
      let summary = SegmentSummary(path: file.path, isSnapshot: log == "snapshot")
      problems += summary.problems
      try writer.write(SegmentItem(summary, log: log, in: directory), to: &out)
    }
    return problems
  }

  private func writeCheckpoints(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) throws -> [FileError] {
    var problems: [FileError] = []
    for checkpoint in data.wal?.checkpoints ?? [] where !writer.isFull {
      let summaries = checkpoint.segments.map { SegmentSummary(path: $0.path) }
      problems += summaries.flatMap(\.problems)
      try writer.write(CheckpointItem(checkpoint, summaries, in: directory), to: &out)
    }
    return problems
  }

  private func writeHeadChunks(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) throws -> [FileError] {
    var problems: [FileError] = []
    for file in data.headChunks where !writer.isFull {
      let chunks = HeadChunks([file])
      let isLast = file.number == data.headChunks.last?.number
      // An empty file is damage, unless it is the last.
      let failure = ListedHeadChunkFile(file, isLast: isLast).failure
      var found = chunks.damage
      if let failure, !found.contains(failure) { found.append(failure) }
      problems += found
      try writer.write(HeadChunkFileItem(file, chunks, found, in: directory), to: &out)
    }
    return problems
  }

  private func writeSeries(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) async throws -> [FileError] {
    var problems: [FileError] = []
    for folder in data.blocks where !writer.isFull {
      problems += try SeriesListing.forEach(in: Block(folder), selectors: selectors) {
        try writer.write(SeriesItem($0, in: directory), to: &out)
        return !writer.isFull
      }
    }
    guard !writer.isFull, data.kind != .block else { return problems }
    let head = await HeadReader.read(data, jobs: jobs)
    try SeriesListing.forEach(in: head.census, selectors: selectors) {
      try writer.write(SeriesItem($0, in: directory), to: &out)
      return !writer.isFull
    }
    return problems + head.problems
  }

  private func writeSymbols(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) throws -> [FileError] {
    var problems: [FileError] = []
    for folder in data.blocks where !writer.isFull {
      let block = Block(folder)
      problems += block.damage
      guard let index = block.index else { continue }
      let path = RelativePath.of(index.file.path, to: directory)
      for number in 0..<index.symbols.count where !writer.isFull {
        let item = SymbolItem(
          address: JSONText("\(path)#symbol/\(number)"), symbol: JSONText(index.symbol(number)))
        try writer.write(item, to: &out)
      }
    }
    return problems
  }

  private func writeLabels(
    _ writer: inout ListingWriter, _ out: inout ReportSink
  ) async throws -> [FileError] {
    let read = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: jobs)
    let counts = LabelCounts(read.history, selectors: selectors)
    if kind == .labels {
      for name in counts.names { try writer.write(LabelItem(name), to: &out) }
    } else {
      let name = kind == .metrics ? "__name__" : label ?? ""
      let type = kind == .metrics ? "metric" : "value"
      for value in counts.values(of: Array(name.utf8)) {
        try writer.write(ValueItem(value, type: type), to: &out)
      }
    }
    return read.problems
  }
}
