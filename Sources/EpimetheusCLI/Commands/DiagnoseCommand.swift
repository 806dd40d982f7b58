internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBEvidence
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
      metric and the label whose series multiplied. On a terminal whose lines do not hold all of it, \
      what comes first is shown: will it start, what grew, what to do. Exit status: 0 nothing found, \
      1 an incident, damage, or a start that fails or loses something, 2 something could not be looked at.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @Flag(
    name: .shortAndLong,
    help: "All of it, also where a terminal has too few lines for it.")
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "Write metrics of it into this file as well, which node_exporter's textfile collector reads.",
      valueName: "file"))
  var textfile: String?

  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<DiagnosisFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(output.format == .csv) }

  func run() async throws {
    let options = try startup.options()
    let jobs = jobs.count
    let diagnosis = try await DataDirectory.settled(
      directory, allowsFresh: true, problems: { $0.problems }
    ) { (directory: DataDirectory) -> Diagnosis in
      let progress = Progress("reading", total: DirectoryStart.bytesToRead(in: directory))
      defer { progress.finish() }
      return await Diagnosis.make(of: directory, jobs: jobs, startup: options) {
        progress.advance(bytes: $0)
      }
    }
    let text = DiagnosisText(diagnosis, color: output.colors, columns: Terminal.columns)
    try StandardOutput.write { out in
      switch output.format {
      case .csv: try exact.csv.write(text.tables, to: &out)
      case .markdown: out.write(Markdown.tables(text.tables))
      case .text:
        let rows = verbose ? nil : Terminal.rows
        out.write(rows.map { text.text(rows: $0) } ?? text.text)
      case .json: out.write(try JSONOutput.report(diagnosis.json))
      case .openmetrics: out.write(diagnosis.metrics)
      }
    }
    if let textfile {
      try Placement.replace(textfile, with: diagnosis.metrics, for: diagnosis.directory)
    }
    let status = ExitStatus(diagnosis.problems)
    try (status == .clean && diagnosis.isFinding ? .findings : status).end()
  }
}
