internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBEvidence
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus evidence DIR --output BUNDLE`: what a postmortem needs, in one folder or file.
struct EvidenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Writes the postmortem bundle: reports, tables, a database, hashes of every file.",
    discussion: """
      BUNDLE gets report.html, report.md, report.json, evidence.sqlite, tables/*.csv, manifest.json \
      and SHA256SUMS (`sha256sum -c` inside it). A second run on the same directory gives the same \
      bytes but for the block `run` of manifest.json. Exit status: 0 nothing found, 1 an incident, \
      damage, or a start that fails or loses something, 2 something could not be looked at, or the bundle could not be written, 130 \
      interrupted: then nothing is left of it.
      """)

  @Argument(help: "A data directory, a block, a wal directory or an agent's directory.")
  var directory: String

  @Option(
    help: ArgumentHelp("Write the bundle as this new folder.", valueName: "bundle"),
    transform: { try Word.nonEmpty($0, "the name of a new folder") })
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write the bundle as this file, which ends in .tar.zst or .tar.gz.", valueName: "file"))
  var archive: String?

  @Flag(help: "Replace what has that name.")
  var force = false

  @Option(
    help: ArgumentHelp(
      """
      Timeline, growth, cardinality and churn begin here; all else is of the whole directory. \
      RFC 3339, milliseconds since 1970, or a duration back from the end of the data.
      """, valueName: "time"), transform: TimeInput.parse)
  var since: TimeInput?

  @Option(help: ArgumentHelp("They end here.", valueName: "time"), transform: TimeInput.parse)
  var until: TimeInput?

  @OptionGroup var matchers: MatcherOptions

  @Option(
    help: ArgumentHelp(
      "Something only people know, for the timeline; may be repeated.", valueName: "time=text"),
    transform: EventInput.parse)
  var event: [EventInput] = []

  @Option(
    help: ArgumentHelp(
      "Up to when remote write got: sizes the gap left in long-term storage.", valueName: "time"),
    transform: TimeInput.parse)
  var remoteWrittenUntil: TimeInput?

  @Flag(help: "Tables get every series, and every value of every label.")
  var withSeries = false

  @Flag(help: "Put the damaged files themselves in, under raw/.")
  var withRaw = false

  @OptionGroup var exact: CSVOptions
  @OptionGroup var redaction: RedactionOptions
  @OptionGroup var limit: LimitOption
  @OptionGroup var startup: StartupFlags
  @OptionGroup var jobs: JobsOption

  @Option(
    name: .customLong("tmp"),
    help: ArgumentHelp("Where repairs are tried out; not inside DIR.", valueName: "folder"),
    completion: .directory, transform: { try Word.nonEmpty($0, "a folder") })
  var temporaryFolder = "/tmp"

  func validate() throws {
    if output == nil && archive == nil {
      throw ValidationError("Give --output, --archive, or both.")
    }
    if let since, let until { try AskedTimes.check(since, until, "--since", "--until") }
    if let archive, ![".tar.zst", ".tar.gz"].contains(where: archive.hasSuffix) {
      throw ValidationError("--archive takes a name that ends in .tar.zst or .tar.gz.")
    }
    if withRaw && (redaction.redact || !redaction.labels.isEmpty) {
      throw ValidationError("--with-raw would put in what is to be redacted: give one of them.")
    }
  }

  func run() async throws {
    let start = Self.now
    let data = try DataDirectory(path: directory)
    for path in [output, archive].compactMap(\.self) {
      try Placement.check(path, for: data, replaces: force)
    }
    if try data.holds(temporaryFolder) {
      throw ValidationError("--tmp \(temporaryFolder) lies in the inspected directory.")
    }
    try await checkTimes(in: data)
    let redacting = try redaction.redactor(for: output ?? archive ?? "")
    let progress = Progress("reading", total: Evidence.bytesToRead(in: data))
    var chosen = try options(redacting?.redactor)
    var evidence = try await Interruption.guarding(temporaryFolderIn: temporaryFolder) { folder in
      chosen.temporaryFolder = folder
      return try await Evidence.collect(data, chosen) { progress.advance(bytes: $0) }
    }
    progress.finish()
    remarkOnWords(evidence)
    evidence.run = Evidence.Run(start: start, end: Self.now, host: Self.host)
    var options = Bundle.Options()
    options.withSeries = withSeries
    options.withRaw = withRaw
    options.hasExactTables = exact.isExact
    options.replaces = force
    options.newKey = redacting?.newKey
    options.isCancelled = { Interruption.isAsked }
    let documents = try Bundle.Document.reports(of: evidence)
    let working = Bundle.workingPaths(output: output, archive: archive)
    try Interruption.ending(removing: working) {
      try Bundle(evidence, documents, options).write(output: output, archive: archive)
    }
    try StandardOutput.write { out in
      for path in [output, archive, options.newKey?.path].compactMap(\.self) {
        out.line("wrote \(DisplayText.escaped(path))")
      }
    }
    try status(of: evidence).end()
  }

  private func status(of evidence: Evidence) -> ExitStatus {
    let status = ExitStatus(evidence.diagnosis.problems)
    if status == .incomplete || evidence.findings.contains(where: \.isUnread) {
      return .incomplete
    }
    let isFound =
      evidence.diagnosis.isFinding || evidence.findings.contains { $0.severity > .info }
    return isFound ? .findings : status
  }

  /// The times that were given, and by which option.
  private var times: [(option: String, input: TimeInput)] {
    [("--since", since), ("--until", until), ("--remote-written-until", remoteWrittenUntil)]
      .compactMap { option, input in input.map { (option, $0) } }
      + event.map { ("--event", $0.time) }
  }

  /// Throws where a time was given in another unit than milliseconds, which only the data can tell.
  private func checkTimes(in data: DataDirectory) async throws {
    guard times.contains(where: \.input.isDoubtful) else { return }
    let range = await AskedTimes.ofData(data, parts: [.head, .blocks], jobs: jobs.count)
    for (option, input) in times { _ = try input.time(in: range, option) }
  }

  /// Says which words of the command line meant nothing that is there.
  private func remarkOnWords(_ evidence: Evidence) {
    let range = evidence.diagnosis.timeRange
    for (option, input) in times {
      let end = range.isEmpty ? 0 : range.maxTime
      TimeInput.remark(input.time(dataEnd: end), option, outside: range)
    }
    if !matchers.selectors.isEmpty, evidence.analysis.members.isEmpty {
      MatcherOptions.remarkOnNothing(matchers.selectors)
    }
  }

  private func options(_ redactor: Redactor?) throws -> Evidence.Options {
    var options = Evidence.Options()
    options.tool = "epimetheus \(Release.version)"
    options.commandLine = ["epimetheus"] + CommandLine.arguments.dropFirst()
    options.startup = try startup.options()
    options.jobs = jobs.count
    options.limit = limit.limit
    options.since = since.map { Evidence.Moment($0) }
    options.until = until.map { Evidence.Moment($0) }
    options.selectors = matchers.selectors
    options.events = event.map { (Evidence.Moment($0.time), $0.text) }
    options.remoteWrittenUntil = remoteWrittenUntil.map { Evidence.Moment($0) }
    options.redactor = redactor
    return options
  }

  private static var now: Int64 { Int64(clamping: Date().timeIntervalSince1970 * 1000) }

  /// What of the machine may matter to the time that a run took.
  private static var host: [Evidence.Fact] {
    let info = ProcessInfo.processInfo
    return [
      Evidence.Fact(name: "system", value: info.operatingSystemVersionString),
      Evidence.Fact(name: "cores", value: "\(info.activeProcessorCount)"),
      Evidence.Fact(name: "memory", value: "\(info.physicalMemory)"),
    ]
  }
}
