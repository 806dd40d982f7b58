internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump chunks DIR`: every chunk of the blocks and of `chunks_head`.
struct DumpChunksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chunks",
    abstract: "Lists the chunks of blocks and of the head, and with --payload their samples.",
    discussion: """
      Blocks come in the order of their series, head chunks in the order of their files. Every \
      checksum is checked. What is damaged is reported on standard error, and with --format json \
      also where it is met; the rest is still listed. With --since and --until, chunks are listed that reach \
      into that time, and of the head those of chunks_head.
      """)

  @Argument(help: "The data directory or block.", completion: .directory)
  var directory: String

  @OptionGroup var matchers: MatcherOptions

  @OptionGroup var times: TimeRangeOptions
  @OptionGroup var wanted: PartsOptions

  @Flag(help: "Decode the samples, and write them.")
  var payload = false

  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let (options, range) = try await options(for: data)
    let listing = ChunkListing(data, options: options)
    var isEmpty = true
    var dump = ChunkDump(directory: directory, format: output.format, wantsSamples: payload)
    try await StandardOutput.write { out in
      try await listing.walk { entry in
        isEmpty = false
        try dump.add(entry)
        try dump.flush(to: &out)
      }
      try dump.flush(all: true, to: &out)
    }
    if isEmpty {
      await times.asked.remarkOnNothing(
        matchers.selectors, range, in: data, parts: wanted.parts, jobs: jobs.count)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(dump.problems))
    try dump.status.end()
  }

  private func options(
    for data: DataDirectory
  ) async throws -> (ChunkListing.Options, TimeRange?) {
    var options = ChunkListing.Options()
    options.selectors = matchers.selectors
    options.listsHead = wanted.readsHead
    options.listsBlocks = wanted.readsBlocks
    options.jobs = jobs.count
    var ofData = TimeRange()
    if [times.since, times.until].contains(where: { $0?.isDoubtful ?? false }) {
      ofData = await AskedTimes.ofData(data, parts: wanted.parts, jobs: jobs.count)
    } else if times.asked.needsData, let end = ChunkListing(data, options: options).dataEnd {
      ofData.include(end)
    }
    let range = try times.asked.range(in: ofData)
    options.minTime = range?.minTime ?? .min
    options.maxTime = range?.maxTime ?? .max
    return (options, range)
  }
}
