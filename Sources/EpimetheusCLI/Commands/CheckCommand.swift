internal import ArgumentParser
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// `epimetheus check DIR`: everything that is wrong, and what a start does about it.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Finds all damage, and says what a server does about it and what it costs.",
    discussion: """
      Looks at locks, the log with checkpoints, the out-of-order log, head chunks, chunk snapshots, \
      blocks and what was left behind. `epimetheus explain RULE` tells more about a rule. What the \
      next start does is predicted as by diagnose. Exit status: 0 nothing above info, 1 findings above \
      info, or a start that fails or loses something, 2 something could not be looked at.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @Flag(help: "Look only at what a server reads when it starts.")
  var quick = false

  @Flag(help: "Decode every sample as well.")
  var deep = false

  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<FindingsFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
    if quick && deep { throw ValidationError("Give --quick or --deep, not both.") }
  }

  func run() async throws {
    let level: CheckLevel = quick ? .quick : deep ? .deep : .standard
    let options = try startup.options()
    let jobs = jobs.count
    let checked = try await DataDirectory.settled(
      directory, allowsFresh: true, problems: { $0.check.unread }
    ) { (data: DataDirectory) -> CheckedDirectory in
      let isServed = data.kind == .server || data.kind == .agent
      let more = isServed ? DirectoryStart.bytesToRead(in: data) : 0
      let progress = Progress("checking", total: Check.bytesToRead(in: data) + more)
      defer { progress.finish() }
      let check = await Check.run(
        data, level: level, jobs: jobs, now: options.now, user: options.user
      ) { progress.advance(bytes: $0) }
      guard isServed else { return CheckedDirectory(check: check, start: nil) }
      let start = await DirectoryStart.read(data, options, jobs: jobs) {
        progress.advance(bytes: $0)
      }
      return CheckedDirectory(
        check: check.told(with: start.prediction), start: start.prediction)
    }
    try StandardOutput.write { out in
      switch output.format {
      case .json: try CheckJSON(checked, level).write(to: &out)
      case .text: CheckText(checked, color: output.colors).write(to: &out)
      case .csv: try exact.csv.write(checked.table, to: &out)
      case .markdown: out.write(Markdown.tables([checked.table]))
      case .junit: out.write(checked.junit.text)
      case .sarif: out.write(try JSONOutput.report(checked.sarif))
      }
    }
    try checked.status.end()
  }
}
