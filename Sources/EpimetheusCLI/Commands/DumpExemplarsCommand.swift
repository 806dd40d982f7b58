internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump exemplars DIR`: the exemplars of the head, each with the labels of its series.
struct DumpExemplarsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exemplars",
    abstract: "Writes out the exemplars of the head, series by series.",
    discussion: """
      From the last checkpoint, the WAL behind it, and the chunk snapshot, if a server would read \
      it. Exemplars that a server's buffer refuses are left out: those that repeat the newest of \
      their series or are older than it. Servers hold a limited number of exemplars; here all that \
      are on disk count.
      """)

  @Argument(help: "The data directory.", completion: .directory)
  var directory: String

  @OptionGroup var matchers: MatcherOptions
  @OptionGroup var times: TimeRangeOptions

  @Option(help: "How the result is written.")
  var format: DumpFormat = .standard

  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(format == .csv) }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let range = try await times.range(in: data, parts: .head, jobs: jobs.count)
    let notes = await HeadNotes.read(
      .exemplars, of: data, selectors: matchers.selectors, jobs: jobs.count)
    var isEmpty = true
    try StandardOutput.write { out in
      if format == .csv { out.write(ExemplarWriter.header) }
      var line = ByteBuffer()
      for series in notes.series {
        line.truncate(to: 0)
        ExemplarWriter.append(series, in: range, format, exact.csv, to: &line)
        isEmpty = isEmpty && line.count == 0
        try out.write(line.bytes)
      }
    }
    if isEmpty {
      await times.asked.remarkOnNothing(
        matchers.selectors, range, in: data, parts: .head, jobs: jobs.count)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(notes.problems))
    try ExitStatus(notes.problems).end()
  }
}
