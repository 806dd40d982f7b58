internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus diff`: two directories, two blocks, or two times of one.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows which metrics, labels and series appeared, vanished or grew.",
    discussion: """
      With two directories (or blocks) their series are compared, and the stretches without any \
      sample that one has and the other can fill. With one directory, --since and --until compare the \
      series that an instant query finds at these two times. Series that tombstones delete whole are in \
      neither, and said.

      Exit status: 0 no difference, 1 some, 2 something could not be looked at.
      """)

  @Argument(help: "A data directory or block.", completion: .directory)
  var first: String

  @Argument(help: "Another one, such as the other of an HA pair.", completion: .directory)
  var second: String?

  @Option(
    help: ArgumentHelp(
      "The first time, for one directory: RFC 3339, milliseconds, or a duration back from the end.",
      valueName: "time"), transform: TimeInput.parse)
  var since: TimeInput?

  @Option(
    help: ArgumentHelp("The second time (default: the end of the data).", valueName: "time"),
    transform: TimeInput.parse)
  var until: TimeInput?

  @Flag(name: .customLong("no-gaps"), help: "Do not read the samples to look for gaps.")
  var noGaps = false

  @OptionGroup var instant: InstantOptions
  @OptionGroup var matchers: MatcherOptions
  @OptionGroup var limit: LimitOption
  @OptionGroup var output: OutputOptions<TableFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
    if second == nil && since == nil {
      throw ValidationError("Give a second directory, or --since a time.")
    }
    if second != nil && (since != nil || until != nil) {
      throw ValidationError("--since and --until compare two times of one directory.")
    }
  }

  func run() async throws {
    let report =
      if let second { try await compare(first, second) } else { try await compareTimes() }
    try StandardOutput.write { out in
      switch output.format {
      case .json:
        out.write(
          try JSONOutput.report(report.json(selectors: matchers.selectors.map(\.text))))
      case .text:
        DiffText(report: report, color: output.colors).write(to: &out)
      case .csv: try exact.csv.write(report.tables, to: &out)
      case .markdown: out.write(Markdown.tables(report.tables))
      }
    }
    for (directory, damage) in report.damage {
      StandardError.write(FindingsText(directory: directory, color: .none).text(damage))
    }
    let status = ExitStatus(report.damage.flatMap(\.1))
    try (status == .clean && !report.isEqual ? .findings : status).end()
  }

  private func read(_ path: String) async throws -> (DataDirectory, DirectoryHistory) {
    let data = try DataDirectory(path: path)
    let parts: DirectoryHistory.Parts = [.head, .blocks]
    let progress = Progress(
      "reading", total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(data, parts: parts, jobs: jobs.count) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    return (data, read)
  }

  private func compareTimes() async throws -> DiffReport {
    let (data, read) = try await read(first)
    let range = read.history.series.timeRange
    let end = range.isEmpty ? 0 : range.maxTime
    let times = (
      try since?.time(in: range, "--since") ?? end,
      try until?.time(in: range, "--until") ?? end
    )
    TimeInput.remark(times.0, "--since", outside: range)
    TimeInput.remark(times.1, "--until", outside: range)
    MatcherOptions.remark(unmatched: read.history.unmatched(matchers.selectors))
    var view = try instant.view(of: data, jobs)
    view.selectors = matchers.selectors
    let (presence, met) = try await Presence.read(
      data, of: read.history, view: view, at: [times.0, times.1], lookback: instant.lookback)
    let diff = HistoryDiff(
      read.history, presence, selectors: matchers.selectors, limit: limit.limit)
    let known = read.problems(withThoseOf: data, [.head, .blocks])
    return DiffReport(
      first: .init(path: first, time: times.0, deleted: presence.deleted),
      second: .init(path: first, time: times.1, deleted: presence.deleted), diff: diff,
      damage: [(first, known + met.without(known))])
  }

  /// What tombstones delete whole; nil where there are none, so that nothing needs to be read for it.
  private func deletions(
    _ data: DataDirectory, _ read: DirectoryHistory
  ) async throws -> Presence? {
    guard read.hasTombstones else { return nil }
    var view = try instant.view(of: data, jobs)
    view.selectors = matchers.selectors
    return try await Presence.read(
      data, of: read.history, view: view, at: [], lookback: instant.lookback
    ).presence
  }

  private func compare(_ first: String, _ second: String) async throws -> DiffReport {
    let (data, read) = try await read(first)
    let (otherData, otherRead) = try await self.read(second)
    let presences = (
      first: try await deletions(data, read), second: try await deletions(otherData, otherRead)
    )
    let diff = HistoryDiff(
      read.history, otherRead.history, selectors: matchers.selectors, limit: limit.limit,
      presences: presences)
    let unmatched = read.history.unmatched(matchers.selectors)
    MatcherOptions.remark(unmatched: otherRead.history.unmatched(unmatched))
    var report = DiffReport(
      first: .init(path: first, deleted: presences.first?.deleted ?? 0),
      second: .init(path: second, deleted: presences.second?.deleted ?? 0), diff: diff,
      damage: [
        (first, read.problems(withThoseOf: data, [.head, .blocks])),
        (second, otherRead.problems(withThoseOf: otherData, [.head, .blocks])),
      ])
    var range = read.history.series.timeRange
    range.include(otherRead.history.series.timeRange)
    guard !noGaps, !range.isEmpty else { return report }
    var options = SampleView.Options(jobs: jobs.count)
    options.selectors = matchers.selectors
    options.temporaryFolder = Terminal.environment("TMPDIR") ?? "/tmp"
    let mine = try await SampleOccupancy.read(data, range: range, options: options).occupancy
    let theirs = try await SampleOccupancy.read(otherData, range: range, options: options).occupancy
    report.gapsOfFirst = mine.gaps(filledBy: theirs)
    report.gapsOfSecond = theirs.gaps(filledBy: mine)
    return report
  }
}
