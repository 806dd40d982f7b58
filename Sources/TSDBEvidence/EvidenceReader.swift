internal import TSDBAnalysis
internal import TSDBCheck
public import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
public import TSDBStore

extension Evidence {
  /// A time, or a duration back from the last sample.
  public enum Moment: Equatable, Sendable {
    /// Milliseconds since 1970.
    case at(Int64)
    /// Milliseconds before the last sample.
    case back(Int64)

    /// Milliseconds since 1970, where the last sample is at `end`.
    func time(_ end: Int64) -> Int64 {
      switch self {
      case .at(let time): return time
      case .back(let distance):
        let (time, overflow) = end.subtractingReportingOverflow(distance)
        return overflow ? .min : time
      }
    }
  }

  /// What is looked at, and what people add.
  public struct Options: Sendable {
    /// The tool and its release.
    public var tool = "epimetheus"
    /// The words of the command line; selectors in it are redacted with the rest.
    public var commandLine: [String] = []
    /// The server whose start is predicted.
    public var startup = StartupOptions()
    /// How many tasks read at a time.
    public var jobs = 1
    /// How many lines each table of the reports has.
    public var limit = 20
    /// Where a repair is tried.
    public var temporaryFolder = "/tmp"
    /// First time that births, tables and timeline tell of.
    public var since: Moment?
    /// Last such time.
    public var until: Moment?
    /// Only series that one of these selects are in tables and births; all without any.
    public var selectors: [Selector] = []
    /// What people know of.
    public var events: [(time: Moment, text: String)] = []
    /// Up to when remote write got.
    public var remoteWrittenUntil: Moment?
    /// Puts pseudonyms in the place of label values.
    public var redactor: Redactor?

    /// All of it, as it is.
    public init() {}
  }

  /// Bytes that `collect` reads, about, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    Check.bytesToRead(in: directory) + DirectoryStart.bytesToRead(in: directory)
  }

  /// Reads `directory` and draws all conclusions; `progress` gets the bytes read. The log is read twice,
  /// once to check it and once to count it, and once more where something is damaged.
  ///
  /// Throws where the directory cannot be listed. What cannot be read in it is told in the result.
  public static func collect(
    _ directory: DataDirectory, _ options: Options,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(FileError) -> Evidence {
    async let records = files(directory)
    let checked = CheckedFiles()
    let (check, known) = await look(at: directory, options, checked, progress)
    let (repair, problem) = known == nil ? await plan(directory, options, checked) : (nil, nil)
    let files = try await records.get()
    var read: DirectoryHistory
    if let known {
      read = known
    } else {
      read = await DirectoryHistory.read(
        directory, parts: [.head, .blocks, .quarantine], jobs: options.jobs)
    }
    if let redactor = options.redactor { read.replaceValues(redactor.replacement) }
    let range = read.history.series.timeRange
    let end = range.isEmpty ? 0 : range.maxTime
    let limits = Limits(options, end)
    let conclusions = await Conclusions(directory, read, options, limits, progress)
    let diagnosis = conclusions.diagnosis
    let servers = try await servers(directory, read, conclusions.churn, limits, options)
    var evidence = Evidence(
      tool: options.tool, kind: directory.kind.rawValue, name: lastPart(of: directory.path),
      path: directory.path, commandLine: options.commandLine,
      run: Run(start: 0, end: 0, host: []), limits: limits, diagnosis: diagnosis,
      churn: conclusions.churn,
      analysis: conclusions.analysis, headAnalysis: conclusions.head,
      check: check.told(with: diagnosis.startup).result,
      repair: repair, repairProblem: problem, servers: servers, timeline: [],
      lost: diagnosis.startup.first.loss.timeRange, files: files,
      events: options.events.map { Event(time: $0.time.time(end), text: $0.text) }
        .sorted { $0.time < $1.time },
      remoteWrittenUntil: options.remoteWrittenUntil?.time(end))
    if let redactor = options.redactor { evidence.withholdQuotes(redactor, options.selectors) }
    evidence.timeline = Timeline.entries(evidence)
    return evidence
  }

  /// Checks and reads `directory`, side by side: each has a stage that only one task can do at a time, and
  /// together they leave no core idle.
  ///
  /// What was read is thrown away where something is damaged, and read again later: to plan a repair takes
  /// more memory than all else, and far longer than reading.
  private static func look(
    at directory: DataDirectory, _ options: Options, _ checked: CheckedFiles,
    _ progress: @escaping @Sendable (Int) -> Void
  ) async -> (check: Check, read: DirectoryHistory?) {
    async let reading = DirectoryHistory.read(
      directory, parts: [.head, .blocks, .quarantine], jobs: options.jobs, progress: progress)
    let check = await Check.run(
      directory, level: .standard, jobs: options.jobs, now: options.startup.now,
      user: options.startup.user, known: checked, progress: progress)
    let read = await reading
    let isDamaged = check.worst.map { $0 >= .warning } ?? false
    return (check, isDamaged ? nil : read)
  }

  /// The files of the directory, with their hashes; or why there is no list of them.
  private static func files(_ directory: DataDirectory) -> Result<[FileRecord], FileError> {
    do {
      return .success(try FileRecord.all(below: directory.path) { _ in })
    } catch {
      return .failure(error)
    }
  }

  /// The plan of a repair of what is damaged, or why there is none; `checked` is what was found in the files.
  private static func plan(
    _ directory: DataDirectory, _ options: Options, _ checked: CheckedFiles
  ) async -> (plan: Repair.Result?, problem: String?) {
    var repair = Repair.Options()
    repair.startup = options.startup
    repair.jobs = options.jobs
    repair.temporaryFolder = options.temporaryFolder
    do {
      return (try await Repair(of: directory, repair).plan(known: checked), nil)
    } catch {
      return (nil, "\(error)")
    }
  }

  private static func lastPart(of path: String) -> String {
    let real = (try? FolderListing.realPath(path)) ?? path
    return real.split(separator: "/").last.map(String.init) ?? real
  }

  /// Takes label values out of sentences and selectors; those in tables were replaced before.
  private mutating func withholdQuotes(_ redactor: Redactor, _ selectors: [Selector]) {
    check.findings = check.findings.map(redactor.redacted)
    redactor.redact(&diagnosis.startup)
    if var plan = repair {
      redactor.redact(&plan.before.startup)
      redactor.redact(&plan.after.startup)
      plan.before.findings = plan.before.findings.map(redactor.redacted)
      plan.after.findings = plan.after.findings.map(redactor.redacted)
      repair = plan
    }
    for selector in selectors {
      commandLine = commandLine.map {
        let text = redactor.text(selector)
        if $0 == selector.text { return text }
        return $0 == "--match=" + selector.text ? "--match=" + text : $0
      }
    }
    limits.selectors = selectors.map(redactor.text)
  }
}

/// What is concluded from the series, side by side.
private struct Conclusions {
  let diagnosis: Diagnosis
  let churn: Churn
  let analysis: HistoryAnalysis
  let head: HistoryAnalysis

  init(
    _ directory: DataDirectory, _ read: DirectoryHistory, _ options: Evidence.Options,
    _ limits: Evidence.Limits, _ progress: @escaping @Sendable (Int) -> Void
  ) async {
    let selectors = options.selectors
    let limit = options.limit
    async let analysis = HistoryAnalysis(
      of: read, parts: [.head, .blocks], selectors: selectors, limit: limit, within: limits.range)
    // Without blocks the head is all that there is.
    let isHeadAlone = directory.blocks.isEmpty
    async let head =
      isHeadAlone
      ? nil
      : HistoryAnalysis(
        of: read, parts: .head, selectors: selectors, limit: limit, within: limits.range)
    let growth = Growth(of: read)
    var churnOptions = Churn.Options()
    churnOptions.selectors = selectors
    churnOptions.minTime = limits.since
    churnOptions.maxTime = limits.until
    churnOptions.limit = limit
    async let churn = Churn.make(
      of: read, options: churnOptions, growth: .some(growth))
    var diagnosis = await Diagnosis.make(
      of: directory, read, growth: .some(growth), jobs: options.jobs, startup: options.startup,
      progress: progress)
    // Room that suffices is no fact of the incident, and is another at every look.
    if diagnosis.startup.first.outcome == .starts { diagnosis.startup.space = nil }
    self.diagnosis = diagnosis
    self.churn = await churn
    self.analysis = await analysis
    self.head = await head ?? self.analysis
  }
}

extension Evidence.Limits {
  init(_ options: Evidence.Options, _ end: Int64) {
    since = options.since?.time(end)
    until = options.until?.time(end)
    selectors = options.selectors.map(\.text)
    redaction = options.redactor?.labels
  }

  /// The time that is looked at; nil where it is not limited.
  var range: TimeRange? {
    if since == nil, until == nil { return nil }
    return TimeRange(minTime: since ?? .min, maxTime: until ?? .max)
  }

  /// True if `time` is looked at.
  func contains(_ time: Int64) -> Bool {
    time >= since ?? .min && time <= until ?? .max
  }
}
