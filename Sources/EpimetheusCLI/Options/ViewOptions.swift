internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Which samples of a directory are looked at, and what that may cost: blocks and head are merged into
/// one view.
struct ViewOptions: ParsableArguments {
  @OptionGroup var matchers: MatcherOptions

  @Option(
    name: .customLong("min-time"),
    help: ArgumentHelp(
      "The first time: RFC 3339, milliseconds since 1970, or a duration back from the end of the data.",
      valueName: "time"))
  var minTime: TimeInput?

  @Option(
    name: .customLong("max-time"),
    help: ArgumentHelp("The last time, given in the same ways.", valueName: "time"))
  var maxTime: TimeInput?

  @Flag(name: .customLong("head-only"), help: "Only the head, and no blocks.")
  var headOnly = false

  @Flag(name: .customLong("blocks-only"), help: "Only the blocks, and no head.")
  var blocksOnly = false

  @Option(
    name: .customLong("max-memory"),
    help: ArgumentHelp(
      "Memory that samples of the head may take before they go to a temporary file.",
      valueName: "size"))
  var maxMemory = ByteSize(bytes: 1 << 30)

  @Option(
    name: .customLong("tmp"),
    help: ArgumentHelp(
      "Where temporary files go (default: TMPDIR, else /tmp); not inside DIR.", valueName: "folder"),
    completion: .directory)
  var temporaryFolder: String?

  @OptionGroup var jobs: JobsOption

  func validate() throws {
    if headOnly && blocksOnly {
      throw ValidationError("Give --head-only or --blocks-only, not both.")
    }
  }

  /// The view of `data` that was asked for.
  func view(of data: DataDirectory) async throws -> SampleView {
    var options = SampleView.Options()
    options.selectors = matchers.selectors
    options.readsHead = !blocksOnly
    options.readsBlocks = !headOnly
    options.maxMemory = maxMemory.bytes
    options.temporaryFolder = try temporaryFolder(outside: data)
    options.jobs = jobs.count
    if minTime != nil || maxTime != nil {
      let end = await dataEnd(of: data)
      options.minTime = minTime?.time(dataEnd: end) ?? .min
      options.maxTime = maxTime?.time(dataEnd: end) ?? .max
    }
    return SampleView(data, options: options)
  }

  /// The time of the last sample that is looked at, where a duration counts back from it; else 0.
  private func dataEnd(of data: DataDirectory) async -> Int64 {
    let isNeeded = [minTime, maxTime].contains { time in
      if case .back = time { return true }
      return false
    }
    guard isNeeded else { return 0 }
    let parts: DirectoryHistory.Parts =
      headOnly ? .head : blocksOnly ? .blocks : [.head, .blocks]
    let progress = Progress(
      "looking for the end of the data",
      total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(data, parts: parts, jobs: jobs.count) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    let range = read.history.series.timeRange
    return range.isEmpty ? 0 : range.maxTime
  }

  /// The folder for temporary files; refused where it lies in the inspected directory, into which
  /// nothing is ever written.
  private func temporaryFolder(outside data: DataDirectory) throws -> String {
    let folder = temporaryFolder ?? Terminal.environment("TMPDIR") ?? "/tmp"
    if try data.holds(folder) {
      throw ValidationError(
        "Temporary files would go into \(folder), which lies in the inspected directory: "
          + "give another folder with --tmp.")
    }
    return folder
  }
}
