internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// `epimetheus policy DIR --policy FILE`: a label policy held against data.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Holds a label policy against the data, or against saved scrapes of /metrics.",
    discussion: """
      Of a directory, blocks and head are looked at as one, unless --head or --blocks says otherwise. \
      Of files, each is an exposition in the text format or OpenMetrics, plain or packed with gzip, read \
      as a server of --prometheus-version reads it; several are scrapes one after the other; - is \
      standard input, and a pipe will do. A scrape that the server refuses is a violation. Exit status: 0 \
      the policy is kept, 1 it is violated (review-required alone does not count, unless --strict is \
      given) or damage was met, 2 something could not be looked at, \
      or there is nothing to look at: a file without samples, as a scrape leaves it that failed.
      """)

  @Argument(help: "A data directory, or files with saved scrapes.")
  var paths: [String]

  @Option(help: ArgumentHelp("The policy.", valueName: "file"), completion: .file())
  var policy: String

  @Flag(help: "Count review-required as a violation.")
  var strict = false

  @OptionGroup var wanted: PartsOptions

  @Option(
    help: ArgumentHelp(
      """
      Format of saved scrapes, which a server has from the Content-Type: text or openmetrics (default: \
      openmetrics where the name ends in .om… or the file has # EOF or # UNIT, else text).
      """, valueName: "format"))
  var exposition: ExpositionFormat?

  @OptionGroup var release: ConfigurationReleaseOption
  @OptionGroup var output: OutputOptions<FindingsFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(output.format == .csv) }

  func run() async throws {
    let policy = try LabelPolicy(path: policy)
    let subject = try await subject()
    let report = PolicyReport(
      subject: subject, policy: self.policy,
      violations: policy.violations(in: subject.metrics, of: paths[0], isStrict: strict)
        + subject.refusals)
    try StandardOutput.write { out in
      switch output.format {
      case .text: out.write(PolicyText(report, color: output.colors).text)
      case .json: out.write(try JSONOutput.report(PolicyJSON(report)))
      case .csv: try exact.csv.write(report.table, to: &out)
      case .markdown: out.write(Markdown.tables([report.table]))
      case .junit: out.write(report.junit.text)
      case .sarif: out.write(try JSONOutput.report(report.sarif))
      }
    }
    StandardError.write(FindingsText(directory: paths[0], color: .none).text(subject.problems))
    let status = ExitStatus(subject.problems)
    try (status == .clean && !report.isKept ? .findings : status).end()
  }

  private func subject() async throws -> PolicySubject {
    if try paths.count == 1 && !InputFile.isReadable(paths[0]) {
      let found = await directory(try DataDirectory(path: paths[0]))
      // What could not be read is said first.
      if found.series == 0, found.problems.isEmpty { throw PolicyFailure.noSamples(path: paths[0]) }
      return found
    }
    let read = try paths.map { path in
      let scrape = try Exposition(path: path, format: exposition?.format, release: release.release)
      if scrape.isEmpty { throw PolicyFailure.noSamples(path: path) }
      return scrape
    }
    let scrapes = ExpositionHistory(read)
    return PolicySubject(
      paths: paths, metrics: MetricUsage.all(of: scrapes.history),
      series: scrapes.history.series.count, scrapes: scrapes,
      refusals: read.flatMap(\.refusals).map(Finding.init(refused:)))
  }

  private func directory(_ data: DataDirectory) async -> PolicySubject {
    let parts = wanted.parts
    let progress = Progress("reading", total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(data, parts: parts, jobs: jobs.count) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    let metrics = MetricUsage.all(
      of: read.history, since: parts == .head ? read.head.census.minValidTime : .min)
    return PolicySubject(
      paths: paths, metrics: metrics, series: metrics.reduce(0) { $0 + $1.series },
      problems: read.problems(withThoseOf: data, parts))
  }
}

/// The formats of `--exposition`.
enum ExpositionFormat: String, CaseIterable, ExpressibleByArgument {
  case text, openmetrics

  /// The same for the reader.
  var format: Exposition.Format { self == .text ? .text : .openmetrics }
}

/// Why a policy cannot be held against something.
enum PolicyFailure: Error, CustomStringConvertible {
  case noSamples(path: String)

  var description: String {
    switch self {
    case .noSamples(let path):
      "\(path == "-" ? "standard input" : path): no samples in it, so there is nothing to hold the policy "
        + "against; did the scrape fail?"
    }
  }
}
