internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBDiagnosis
internal import TSDBStore

/// `epimetheus preflight DIR`: may a server be started on it? For scripts and init containers.
struct PreflightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Says by its exit status whether a server may be started on a directory.",
    discussion: """
      Exit status: 0 safe, or the directory is empty and a server begins anew; 1 the start would lose \
      data, or the server would fail soon after it; 2 something could not be looked at; 3 the \
      start would be refused, or another server has the directory; 4 the replay would not fit into memory or into the probe's time. \
      Without --memory-limit, the limit of the control group this runs in counts. \
      Docs/kubernetes.md shows it as an init container.
      """)

  @Argument(help: "A data directory.", completion: .directory)
  var directory: String

  @OptionGroup var startup: StartupFlags

  @Option(
    help: ArgumentHelp(
      "Time until a probe gives the server up (failureThreshold times periodSeconds), such as 15m.",
      valueName: "duration"),
    transform: { text in
      guard let budget = PrometheusDuration.milliseconds(text), budget > 0 else {
        throw ValidationError("it takes \(PrometheusDuration.form), above 0")
      }
      return budget
    })
  var probeBudget: Int64?

  @Flag(
    help: "End with 0 whatever is found, so that the start goes on: it is said, and not stopped.")
  var warnOnly = false

  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  func run() async throws {
    var options = try startup.options()
    options.isRestart = false
    let ownLimit = options.memoryLimit == nil ? MemoryLimit.ofControlGroup() : nil
    options.memoryLimit = options.memoryLimit ?? ownLimit
    let (chosen, jobs) = (options, jobs.count)
    let kind = try DataDirectory(path: directory, allowsFresh: true).kind
    guard kind == .server || kind == .agent else { throw PreflightFailure(directory: directory) }
    let start = try await DataDirectory.settled(
      directory, allowsFresh: true, problems: { $0.problems }
    ) { (data: DataDirectory) -> DirectoryStart in
      let progress = Progress("reading", total: DirectoryStart.bytesToRead(in: data))
      defer { progress.finish() }
      return await DirectoryStart.read(data, chosen, jobs: jobs) { progress.advance(bytes: $0) }
    }
    let verdict = PreflightVerdict(
      start, memoryLimit: options.memoryLimit, limitIsOwn: ownLimit != nil,
      probeBudget: probeBudget)
    try StandardOutput.write { out in
      switch output.format {
      case .text: out.write(verdict.text(color: output.colors))
      case .json: out.write(try JSONOutput.report(verdict.json))
      }
    }
    if !warnOnly { try verdict.status.end() }
  }
}

/// Why nothing can be said of a start.
struct PreflightFailure: Error, CustomStringConvertible {
  /// A block, or the segments of a log.
  let directory: String

  var description: String {
    "\(directory): no server is started on a block or a log alone; give the directory that holds it"
  }
}
