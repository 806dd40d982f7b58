internal import ArgumentParser
internal import TSDBCheck
internal import TSDBStore

/// `epimetheus check DIR`: everything that is wrong, and what a start does about it.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Finds all damage, and says what a server does about it and what it costs.",
    discussion: """
      Looks at locks, the log with checkpoints, the out-of-order log, head chunks, chunk snapshots, \
      blocks and what was left behind. `epimetheus explain RULE` tells more about a rule. Exit \
      status: 0 nothing above info, 1 findings above info, 2 something could not be looked at.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @Flag(help: "Look only at what a server reads when it starts.")
  var quick = false

  @Flag(help: "Decode every sample as well.")
  var deep = false

  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    if quick && deep { throw ValidationError("Give --quick or --deep, not both.") }
  }

  func run() async throws {
    let level: CheckLevel = quick ? .quick : deep ? .deep : .standard
    let jobs = jobs.count
    let check = try await DataDirectory.settled(
      directory, allowsFresh: true, problems: { $0.unread }
    ) { (data: DataDirectory) -> Check in
      let progress = Progress("checking", total: Check.bytesToRead(in: data))
      defer { progress.finish() }
      return await Check.run(data, level: level, jobs: jobs) { progress.advance(bytes: $0) }
    }
    try StandardOutput.write { out in
      switch output.format {
      case .json: try CheckJSON(check, level).write(to: &out)
      case .text: CheckText(check: check, color: output.colors).write(to: &out)
      }
    }
    try check.status.end()
  }
}

extension Check {
  /// How the command ends.
  fileprivate var status: ExitStatus {
    if isIncomplete { return .incomplete }
    return (worst ?? .info) > .info ? .findings : .clean
  }
}
