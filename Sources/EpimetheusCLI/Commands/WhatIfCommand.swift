internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBStore

/// `epimetheus whatif DIR`: the data as it would have been.
struct WhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whatif",
    abstract:
      "Shows what is left of series, memory and births without a label, a metric, or with rules.",
    discussion: """
      First --drop and --keep, then the metric_relabel_configs of --config, each series by the rules \
      of the job that its label job names, then --drop-label. A rule sees the labels as they are \
      stored, which is after the rules that were in force. A file that a server of --prometheus-version \
      refuses is refused, and of a scrape that it would refuse nothing is left. Blocks and head are looked at as one, \
      unless --head or --blocks says otherwise. Exit status: 0, 1 damage was met, 2 something could \
      not be looked at.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @Option(
    help: ArgumentHelp("A label that all series lose; may be repeated.", valueName: "label"),
    transform: { try Word.nonEmpty($0, "the name of a label") })
  var dropLabel: [String] = []

  @Option(
    help: ArgumentHelp(
      "Series that this PromQL selector selects leave; may be repeated.", valueName: "selector"),
    transform: { try Selector($0) })
  var drop: [Selector] = []

  @Option(
    help: ArgumentHelp(
      "Only series that this PromQL selector selects stay; several are a union.",
      valueName: "selector"),
    transform: { try Selector($0) })
  var keep: [Selector] = []

  @Option(
    help: ArgumentHelp(
      "A prometheus.yml whose metric_relabel_configs and limits count.", valueName: "file"),
    completion: .file(), transform: { try Word.nonEmpty($0, "the name of a file") })
  var config: String?

  @Option(help: "Only the rules and limits of this job of the file.")
  var job: String?

  @OptionGroup var release: ConfigurationReleaseOption

  @OptionGroup var wanted: PartsOptions

  @OptionGroup var limit: LimitOption
  @OptionGroup var output: OutputOptions<TableFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
    if dropLabel.isEmpty && drop.isEmpty && keep.isEmpty && config == nil {
      throw ValidationError("Say what is to change: --drop-label, --drop, --keep or --config.")
    }
    if job != nil && config == nil {
      throw ValidationError("--job names a job of a file: give --config.")
    }
  }

  func run() async throws {
    let changes = try changes()
    let data = try DataDirectory(path: directory)
    let parts = wanted.parts
    let progress = Progress("reading", total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let changed = await ChangedDirectory.make(of: data, parts: parts, changes, jobs: jobs.count) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    for selector in changed.unmatched {
      let option = drop.contains { $0.text == selector.text } ? "--drop" : "--keep"
      MatcherOptions.remark(unmatched: [selector], option)
    }
    let text = WhatIfText(changed, changes, limit: limit.limit, color: output.colors)
    try StandardOutput.write { out in
      switch output.format {
      case .text: text.write(to: &out)
      case .csv: try exact.csv.write(text.tables, to: &out)
      case .markdown: out.write(Markdown.tables(text.tables))
      case .json:
        out.write(
          try JSONOutput.report(
            changed.json(directory: directory, parts: parts, limit: limit.limit)))
      }
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(changed.problems))
    try ExitStatus(changed.problems).end()
  }

  private func changes() throws -> SeriesChanges {
    var changes = SeriesChanges()
    changes.droppedLabels = dropLabel.map { Array($0.utf8) }
    changes.dropped = drop
    changes.kept = keep
    changes.job = job
    if let config {
      let configuration = try release.configuration(path: config)
      if let job, configuration.job(named: job) == nil {
        let names = configuration.scrapeConfigs.map(\.jobName).joined(separator: ", ")
        throw WhatIfFailure.unknownJob(job, file: config, known: names)
      }
      for file in configuration.scrapeConfigFiles {
        StandardError.remark("\(config) names scrape_config_files \(file), which are not read")
      }
      changes.configuration = configuration
    }
    return changes
  }
}

/// Why a change cannot be made.
enum WhatIfFailure: Error, CustomStringConvertible {
  case unknownJob(String, file: String, known: String)

  var description: String {
    switch self {
    case .unknownJob(let job, let file, let known):
      "there is no job \(job) in \(file)" + (known.isEmpty ? "" : "; there are \(known)")
    }
  }
}
