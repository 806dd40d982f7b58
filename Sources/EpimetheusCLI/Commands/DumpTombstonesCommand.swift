internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump tombstones DIR`: what was deleted and is still there, of blocks and head.
struct DumpTombstonesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tombstones",
    abstract: "Writes out what was deleted and is still on disk, block by block, then the head's.",
    discussion: """
      Each stretch with the labels of its series, both ends included. The head's come from the last \
      checkpoint, the WAL behind it, and the chunk snapshot, if a server would read it.
      """)

  @Argument(help: "The data directory or block.", completion: .directory)
  var directory: String

  @OptionGroup var matchers: MatcherOptions
  @OptionGroup var times: TimeRangeOptions

  @OptionGroup var wanted: PartsOptions

  @Option(help: "How the result is written.")
  var format: DumpFormat = .standard

  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(format == .csv)
  }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let parts = wanted.parts
    let range = try await times.range(in: data, parts: parts, jobs: jobs.count)
    let notes =
      wanted.readsHead
      ? await HeadNotes.read(
        .tombstones, of: data, selectors: matchers.selectors, jobs: jobs.count) : nil
    var problems: [FileError] = []
    var isEmpty = true
    try StandardOutput.write { out in
      if format == .csv { out.write(TombstoneWriter.header) }
      for block in wanted.readsBlocks ? data.blocks : [] {
        let read = BlockTombstones(of: block, selectors: matchers.selectors)
        problems += read.problems
        let entries = read.entries.map { ($0.tombstone, $0.labels) }
        if try write(entries, of: block.name, in: range, to: &out) { isEmpty = false }
      }
      let entries = (notes?.series ?? []).flatMap { series in
        series.tombstones.map { ($0, Optional(series.labels)) }
      }
      if try write(entries, of: nil, in: range, to: &out) { isEmpty = false }
    }
    problems += notes?.problems ?? []
    if isEmpty {
      await times.asked.remarkOnNothing(
        matchers.selectors, range, in: data, parts: parts, jobs: jobs.count)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(problems))
    try ExitStatus(problems).end()
  }

  /// Writes the tombstones of a block, or of the head, that touch `range`; false if there are none.
  private func write(
    _ entries: [(Tombstone, [Label]?)], of block: String?, in range: TimeRange?,
    to out: inout ReportSink
  ) throws -> Bool {
    let wanted = entries.filter { tombstone, _ in
      guard let range else { return true }
      return tombstone.minTime <= range.maxTime && range.minTime <= tombstone.maxTime
    }
    guard !wanted.isEmpty else { return false }
    let writer = TombstoneWriter(format: format, csv: exact.csv, block: block)
    var line = ByteBuffer()
    writer.appendTitle(to: &line)
    for (tombstone, labels) in wanted {
      writer.append(tombstone, labels, to: &line)
      try out.write(line.bytes)
      line.truncate(to: 0)
    }
    return true
  }
}
