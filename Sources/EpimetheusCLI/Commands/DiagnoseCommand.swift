internal import ArgumentParser
internal import TSDBDiagnosis
internal import TSDBStore

/// `epimetheus diagnose DIR`: the main job, one screen.
struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract:
      "Says whether a server starts, what exploded, since when, who emits it, what it costs.",
    discussion: """
      Predicts the next start of Prometheus on the directory, with the message of a refusal and the \
      loss of a repair. Reads blocks and head (checkpoint, WAL, WBL, head chunks) past any damage, and looks for the \
      metric and the label whose series multiplied. Exit status: 0 nothing found, 1 an explosion or \
      damage, 2 something could not be looked at.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  func run() async throws {
    let options = try startup.options()
    let jobs = jobs.count
    let diagnosis = try await DataDirectory.settled(
      directory, allowsFresh: true, problems: { $0.problems }
    ) { (directory: DataDirectory) -> Diagnosis in
      let progress = Progress("reading", total: Diagnosis.bytesToRead(in: directory))
      defer { progress.finish() }
      return await Diagnosis.make(of: directory, jobs: jobs, startup: options) {
        progress.advance(bytes: $0)
      }
    }
    try StandardOutput.write { out in
      switch output.format {
      case .text: out.write(DiagnosisText(diagnosis, color: output.colors).text)
      case .json: out.write(try JSONOutput.report(DiagnosisReport(diagnosis)))
      }
    }
    let status = ExitStatus(diagnosis.problems)
    let isFound = diagnosis.explosion != nil || diagnosis.startup.isInTheWay
    try (status == .clean && isFound ? .findings : status).end()
  }
}

extension StartupPrediction {
  /// True where whose the files are, or the room that is left, keeps a server from starting or from going
  /// on: that is no damage, and a finding all the same.
  var isInTheWay: Bool {
    let isFull = first.message?.hasSuffix("left on device") == true
    return isFull || first.outcome == .startsThenFails || access?.denials.isEmpty == false
  }
}
