internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Which samples of a directory are looked at, and what that may cost: blocks and head are merged into
/// one view.
struct ViewOptions: ParsableArguments {
  @OptionGroup var matchers: MatcherOptions

  @OptionGroup var times: TimeRangeOptions

  @OptionGroup var parts: PartsOptions

  @Flag(
    name: .customLong("memory-snapshot"),
    help: """
      Read the head from the last memory snapshot and what follows it in the WAL, as a server with \
      --enable-feature=memory-snapshot-on-shutdown does.
      """)
  var memorySnapshot = false

  @Option(
    name: .customLong("tmp"),
    help: ArgumentHelp(
      "Where temporary files go (default: TMPDIR, else /tmp); not inside DIR.", valueName: "folder"),
    completion: .directory, transform: { try Word.nonEmpty($0, "a folder") })
  var temporaryFolder: String?

  @OptionGroup var jobs: JobsOption

  /// The view of `data` that was asked for.
  func view(
    of data: DataDirectory, aggregate: Aggregate? = nil
  ) async throws -> SampleView {
    var options = SampleView.Options()
    options.aggregate = aggregate
    options.selectors = matchers.selectors
    options.readsHead = parts.readsHead
    options.readsBlocks = parts.readsBlocks
    options.maxMemory = jobs.memory.share(upTo: 1 << 30)
    options.temporaryFolder = try temporaryFolder(outside: data)
    options.jobs = jobs.count
    options.usesSnapshot = memorySnapshot
    if let range = try await times.range(in: data, parts: parts.parts, jobs: jobs.count) {
      options.minTime = range.minTime
      options.maxTime = range.maxTime
    }
    return SampleView(data, options: options)
  }

  /// Says why the view of `data` gave nothing.
  func remarkOnNothing(in data: DataDirectory) async throws {
    let range = try await times.range(in: data, parts: parts.parts, jobs: jobs.count)
    await times.asked.remarkOnNothing(
      matchers.selectors, range, in: data, parts: parts.parts, jobs: jobs.count)
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
