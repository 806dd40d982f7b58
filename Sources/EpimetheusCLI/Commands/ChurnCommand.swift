internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus churn`: what came and what went, and when.
struct ChurnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "churn",
    abstract: "Shows which series were born and died when, how long they lived, and who did it.",
    discussion: """
      Head and blocks are one history: a series is born with its first sample, and dies when an instant \
      query does not find it any more, for good: at its marker of staleness, or five minutes after its \
      last sample. Births of series that are there when the data begins, or that only a checkpoint tells \
      of, are known as "not later than" and counted apart. Alive is what an instant query finds at the \
      end of a step, away what it does not find then and does later: those that were born less those that \
      died are alive or away.
      """)

  @Argument(help: "A Prometheus data directory, or a single block.", completion: .directory)
  var directory: String

  @Option(
    help: ArgumentHelp(
      "How long a bucket is, such as 15s or 5m; chosen if not given.", valueName: "duration"),
    transform: { text in
      guard let step = PrometheusDuration.milliseconds(text), step > 0 else {
        throw ValidationError("it takes \(PrometheusDuration.form), above 0")
      }
      return step
    })
  var step: Int64?

  @Option(
    help: ArgumentHelp(
      """
      What births are told apart by: metric, label (new values of each), pair, metric-label (new \
      values of each label within each metric), target, or the name of a label; several may be given.
      """, valueName: "key"))
  var by: [String] = []

  @OptionGroup var matchers: MatcherOptions

  @OptionGroup var times: TimeRangeOptions

  @OptionGroup var instant: InstantOptions

  @OptionGroup var wanted: PartsOptions

  @OptionGroup var limit: LimitOption
  @OptionGroup var output: OutputOptions<TableFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
  }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let parts = wanted.parts
    let progress = Progress(
      "reading", total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(
      data, parts: parts.union(.quarantine), jobs: jobs.count
    ) { progress.advance(bytes: $0) }
    progress.finish()
    let dataTimes = read.history.series.timeRange
    let range = try times.asked.range(in: dataTimes)
    times.asked.remark(on: range, outside: dataTimes)
    MatcherOptions.remark(unmatched: read.history.unmatched(matchers.selectors))
    var view = try instant.view(of: data, jobs)
    view.readsHead = wanted.readsHead
    view.readsBlocks = wanted.readsBlocks
    let (churn, met) = try await count(read, data, view, options(within: range))
    if churn.buckets == nil, !churn.range.isEmpty, let step {
      // Nothing is wrong with the line: how long the data is can only be known now.
      StandardError.remark(
        "--step \(TimeText.duration(step)) makes more than \(Units.count(ChurnBuckets.most)) buckets "
          + "of the time that the data claims; give a longer one")
      throw ExitStatus.incomplete
    }
    var servers: [ServerMetrics.Server] = []
    if let buckets = churn.buckets, ServerMetrics.areIn(read.history) {
      servers = try await ServerMetrics.read(data, buckets: buckets, options: view).servers
    }
    let known = read.problems(withThoseOf: data, parts)
    let damage = known + met.without(known)
    let growth = churn.growth?.json(
      in: read, of: data, release: instant.prometheusVersion)
    try write(churn, growth, servers, damage)
    StandardError.write(FindingsText(directory: directory, color: .none).text(damage))
    try ExitStatus(damage).end()
  }

  /// Series beyond which samples are not read again: that would take ten times as long as all else.
  private static let mostExact = 500_000

  /// Counts what instant queries find; of very many series, what their first and last samples tell.
  private func count(
    _ read: DirectoryHistory, _ data: DataDirectory, _ view: SampleView.Options,
    _ options: Churn.Options
  ) async throws -> (churn: Churn, problems: [FileError]) {
    let series = read.history.series.count
    guard series > Self.mostExact else {
      return try await Churn.make(of: read, in: data, view: view, options: options)
    }
    StandardError.remark(
      "\(Units.count(series)) series are counted by their first and last samples alone: outages within "
        + "their lives are not seen, and ends not before five minutes; diff --since --until is exact"
    )
    return (await Churn.make(of: read, options: options), [])
  }

  private func options(within range: TimeRange?) -> Churn.Options {
    var options = Churn.Options()
    options.selectors = matchers.selectors
    options.minTime = times.since == nil ? nil : range?.minTime
    options.maxTime = times.until == nil ? nil : range?.maxTime
    options.step = step
    options.lookback = instant.lookback
    options.limit = limit.limit
    if !by.isEmpty { options.groupings = by.map { ChurnGrouping(key: $0) } }
    return options
  }

  private func write(
    _ churn: Churn, _ growth: JSONObject?, _ servers: [ServerMetrics.Server],
    _ damage: [FileError]
  ) throws {
    try StandardOutput.write { out in
      switch output.format {
      case .text:
        ChurnText(
          churn: churn, servers: servers, directory: directory, limit: limit.limit,
          color: output.colors
        ).write(to: &out)
      case .json:
        out.write(
          try JSONOutput.report(
            churn.json(
              directory: directory, selectors: matchers.selectors.map(\.text), growth: growth,
              servers: servers, damage: damage)))
      case .csv:
        try exact.csv.write(churn.bucketTable, to: &out)
      case .markdown: out.write(Markdown.tables([churn.bucketTable]))
      }
    }
  }
}

extension ChurnGrouping {
  /// What `--by` names: a grouping, else a label.
  init(key: String) {
    switch key {
    case "metric": self = .metric
    case "label": self = .label
    case "pair": self = .pair
    case "metric-label": self = .metricLabel
    case "target": self = .target
    default: self = .values(of: Array(key.utf8))
    }
  }
}
