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
      also where it is met; the rest is still listed.
      """)

  @Argument(help: "The data directory or block.", completion: .directory)
  var directory: String

  @OptionGroup var matchers: MatcherOptions

  @Option(
    name: .customLong("min-time"),
    help: ArgumentHelp(
      "Only chunks that end then or later: RFC 3339, milliseconds since 1970, or a duration back from the end of the chunks.",
      valueName: "time"), transform: TimeInput.parse)
  var minTime: TimeInput?

  @Option(
    name: .customLong("max-time"),
    help: ArgumentHelp(
      "Only chunks that begin then or earlier, given in the same ways.", valueName: "time"),
    transform: TimeInput.parse)
  var maxTime: TimeInput?

  @Flag(name: .customLong("head-only"), help: "Only the chunks of chunks_head.")
  var headOnly = false

  @Flag(name: .customLong("blocks-only"), help: "Only the chunks of blocks.")
  var blocksOnly = false

  @Flag(help: "Decode the samples, and write them.")
  var payload = false

  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    if headOnly && blocksOnly {
      throw ValidationError("Give --head-only or --blocks-only, not both.")
    }
    try asked.validate()
  }

  private var asked: AskedTimes { AskedTimes(minTime, maxTime) }

  private var parts: DirectoryHistory.Parts {
    headOnly ? .head : blocksOnly ? .blocks : [.head, .blocks]
  }

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
      await asked.remarkOnNothing(
        matchers.selectors, range, in: data, parts: parts, jobs: jobs.count)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(dump.problems))
    try dump.status.end()
  }

  private func options(
    for data: DataDirectory
  ) async throws -> (ChunkListing.Options, TimeRange?) {
    var options = ChunkListing.Options()
    options.selectors = matchers.selectors
    options.listsHead = !blocksOnly
    options.listsBlocks = !headOnly
    options.jobs = jobs.count
    var times = TimeRange()
    if [minTime, maxTime].contains(where: { $0?.isDoubtful ?? false }) {
      times = await AskedTimes.ofData(data, parts: parts, jobs: jobs.count)
    } else if asked.needsData, let end = ChunkListing(data, options: options).dataEnd {
      times.include(end)
    }
    let range = try asked.range(in: times)
    options.minTime = range?.minTime ?? .min
    options.maxTime = range?.maxTime ?? .max
    return (options, range)
  }
}
