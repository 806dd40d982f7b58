internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus analyze`: cardinality and churn.
struct AnalyzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Shows which metrics, labels and label values make up the series, and which churn.",
    discussion: """
      Without a block, --head or --blocks, head and all blocks are merged and looked at as one, and \
      what grew is put to its accounts; as \
      promtool does, --format promtool, --extended and --bytes look at the newest block instead, and \
      --quick looks at each. Every \
      checksum on the way is checked; what is damaged is reported on standard error, and the rest \
      is still counted.
      """)

  @Argument(help: "A Prometheus data directory, or a single block.")
  var directory: String

  @Argument(help: "The block to look at.")
  var block: String?

  @Option(
    name: .customLong("block"), help: "A block to look at; several are shown one after the other.")
  var blocks: [String] = []

  @Flag(name: .customLong("blocks"), help: "All blocks, merged.")
  var merged = false

  @Flag(help: "The head: what replay would keep of checkpoint and WAL.")
  var head = false

  @Option(
    help: ArgumentHelp(
      """
      Only the series that an instant query finds at this time: RFC 3339, milliseconds, or a duration \
      back from the end of the data.
      """, valueName: "time"),
    transform: TimeInput.parse)
  var at: TimeInput?

  @OptionGroup var instant: InstantOptions
  @OptionGroup var matchers: MatcherOptions
  @OptionGroup var drillDown: DrillDownOptions
  @OptionGroup var limit: LimitOption

  @Flag(
    help: """
      Read every chunk, and show how many samples, bytes and buckets chunks have, and the samples of metrics, \
      labels and targets.
      """)
  var extended = false

  @Flag(
    help: "What takes room: bytes of the chunks by metric, label and target. Reads no chunk.")
  var bytes = false

  @Flag(
    help: """
      Read nothing but the offset table of each index, which is exact: metrics, labels and label pairs, and \
      neither churn nor targets. Without a block, of all blocks.
      """)
  var quick = false

  @OptionGroup var output: OutputOptions<PeerFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
    let names = blocks.count + (block == nil ? 0 : 1)
    if names > 0 && (head || merged) {
      throw ValidationError("Name blocks, or ask for --head or --blocks, not both.")
    }
    if (extended || bytes) && (head || merged) {
      let option = extended ? "--extended" : "--bytes"
      throw ValidationError("\(option) reads the chunks of blocks: name them, or none.")
    }
    if bytes && (drillDown.isAsked || at != nil || output.format == .promtool) {
      throw ValidationError(
        "--bytes is of whole blocks, and neither for --by, --metric, --label and --at nor for --format promtool."
      )
    }
    if quick {
      try validateQuick()
    }
    if at != nil && (names > 0 || extended || output.format == .promtool) {
      throw ValidationError(
        "--at looks at the head, at blocks merged or at all: give the folder of a block as DIR to look "
          + "at it alone.")
    }
    if drillDown.isAsked && (names > 0 || extended || output.format == .promtool) {
      throw ValidationError(
        "--by, --metric and --label look at the head, at blocks merged or at all: give the folder of "
          + "a block as DIR to look at it alone.")
    }
  }

  /// What nobody can tell from the offset table alone.
  private func validateQuick() throws {
    if head || merged {
      throw ValidationError(
        "--quick looks at blocks one by one, and at no head: name blocks, or none for all of them.")
    }
    if !matchers.selectors.isEmpty || drillDown.isAsked || at != nil || extended || bytes {
      throw ValidationError(
        "--quick reads no series, which --match, --by, --metric, --label, --at, --bytes and --extended need."
      )
    }
    if output.format == .promtool {
      throw ValidationError("--quick does not know all that --format promtool prints.")
    }
  }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    if quick { return try runQuick(data) }
    var subjects: [AnalysisSubject] = []
    var damage: [FileError] = []
    var growth: Growth?
    var ledger: JSONObject?
    if let parts = parts(of: data) {
      let progress = Progress(
        "reading", total: DirectoryHistory.bytesToRead(in: data, parts: parts))
      let read = await DirectoryHistory.read(
        data, parts: parts.union(.quarantine), jobs: jobs.count
      ) { progress.advance(bytes: $0) }
      progress.finish()
      damage = read.problems(withThoseOf: data, parts)
      MatcherOptions.remark(unmatched: read.history.unmatched(matchers.selectors))
      let time = try askedInstant(in: read.history.series.timeRange)
      let found = try await presence(data, read, parts, at: time)
      damage += (found?.problems ?? []).without(damage)
      let analysis = HistoryAnalysis(
        of: read, parts: parts, selectors: matchers.selectors, limit: limit.limit,
        presence: found?.presence, isInstant: time != nil)
      if drillDown.isAsked {
        var proposals: Proposals?
        if let metric = drillDown.metric {
          proposals = await Proposals.make(for: Array(metric.utf8), in: read, of: data)
        }
        try drillDown.write(
          analysis, parts: parts, directory: directory, selectors: matchers.selectors,
          limit: limit.limit, output: output, exact.csv, damage,
          proposals: proposals, memory: jobs.memory)
        StandardError.write(FindingsText(directory: directory, color: .none).text(damage))
        return try ExitStatus(damage).end()
      }
      var subject = AnalysisSubject(analysis, parts: parts)
      subject.instant = time
      subjects.append(subject)
      if parts == [.head, .blocks], matchers.selectors.isEmpty {
        growth = Growth(of: read)
        ledger = growth?.json(in: read, of: data, release: instant.prometheusVersion)
      }
    } else {
      let names = (block.map { [$0] } ?? []) + blocks
      var selected: UInt64 = 0
      for folder in try folders(names, in: data) {
        let analysis = BlockAnalysis(of: folder, options)
        damage += analysis.damage
        if var subject = AnalysisSubject(block: analysis, limit: limit.limit) {
          subject.deletedSeries = try await deletedSeries(in: analysis.block)
          selected &+= subject.cardinality.series
          subjects.append(subject)
        }
      }
      if selected == 0, !matchers.selectors.isEmpty {
        MatcherOptions.remarkOnNothing(matchers.selectors)
      }
    }
    try write(subjects, growth, ledger, damage)
    StandardError.write(FindingsText(directory: directory, color: .none).text(damage))
    try ExitStatus(damage).end()
  }

  /// `--quick`: the blocks that were named, or all.
  private func runQuick(_ data: DataDirectory) throws {
    let names = (block.map { [$0] } ?? []) + blocks
    let folders = names.isEmpty ? data.blocks : try folders(names, in: data)
    guard !folders.isEmpty else { throw AnalyzeFailure.noBlocks(directory: directory) }
    var subjects: [AnalysisSubject] = []
    var damage: [FileError] = []
    for folder in folders {
      let analysis = QuickAnalysis(of: folder)
      damage += analysis.damage
      if let subject = AnalysisSubject(quick: analysis, limit: limit.limit) {
        subjects.append(subject)
      }
    }
    try write(subjects, nil, nil, damage)
    if output.format == .csv || output.format == .markdown {
      StandardError.remark(AnalysisSubject.leftOutWords)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(damage))
    try ExitStatus(damage).end()
  }

  /// The time of `--at`, in milliseconds.
  private func askedInstant(in range: TimeRange) throws -> Int64? {
    guard let time = try at?.time(in: range, "--at") else { return nil }
    TimeInput.remark(time, "--at", outside: range)
    return time
  }

  /// What a query finds at the instant that was asked for, and what tombstones delete whole; nil where nothing
  /// is asked and there are none, so that no samples need to be read.
  private func presence(
    _ data: DataDirectory, _ read: DirectoryHistory, _ parts: DirectoryHistory.Parts,
    at time: Int64?
  ) async throws -> (presence: Presence, problems: [FileError])? {
    guard time != nil || read.hasTombstones else { return nil }
    var view = try instant.view(of: data, jobs)
    view.readsHead = parts.contains(.head)
    view.readsBlocks = parts.contains(.blocks)
    return try await Presence.read(
      data, of: read.history, view: view, at: time.map { [$0] } ?? [], lookback: instant.lookback)
  }

  /// How many of the selected series of a block its tombstones delete whole.
  private func deletedSeries(in block: Block) async throws -> Int {
    guard block.tombstones?.isEmpty == false, output.format != .promtool else { return 0 }
    let data = try DataDirectory(path: block.folder.path)
    var view = try instant.view(of: data, jobs)
    view.selectors = matchers.selectors
    return try await Presence.deletedSeries(of: data, view: view)
  }

  /// What is merged; nil where blocks are looked at one by one.
  private func parts(of data: DataDirectory) -> DirectoryHistory.Parts? {
    if head || merged {
      return head && merged ? [.head, .blocks] : head ? .head : .blocks
    }
    let namesBlock = block != nil || !blocks.isEmpty
    if drillDown.isAsked || at != nil { return data.kind == .block ? .blocks : [.head, .blocks] }
    if namesBlock || extended || bytes || output.format == .promtool || data.kind == .block {
      return nil
    }
    return [.head, .blocks]
  }

  private var options: BlockCensus.Options {
    BlockCensus.Options(
      selectors: matchers.selectors, countsTargets: output.format != .promtool,
      readsChunks: extended, measuresBytes: (bytes || extended) && output.format != .promtool)
  }

  /// The blocks of these names; without names the newest, which for promtool is the one made last
  /// (`DBReadOnly.LastBlockID` in tsdb/db.go).
  private func folders(
    _ names: [String], in data: DataDirectory
  ) throws(AnalyzeFailure) -> [BlockFolder] {
    if names.isEmpty {
      var newest: BlockFolder?
      for folder in data.blocks {
        let known = newest?.ulid?.milliseconds ?? .min
        if newest == nil || (folder.ulid?.milliseconds ?? .min) > known { newest = folder }
      }
      guard let newest else { throw .noBlocks(directory: directory) }
      return [newest]
    }
    return try names.map { name throws(AnalyzeFailure) in
      guard let folder = data.blocks.first(where: { $0.name == name }) else {
        throw .unknownBlock(name: name, directory: directory)
      }
      return folder
    }
  }

  private func write(
    _ subjects: [AnalysisSubject], _ growth: Growth?, _ report: JSONObject?,
    _ damage: [FileError]
  ) throws {
    let selectors = matchers.selectors.map(\.text)
    let tables = subjects.flatMap { AnalysisText.tables(of: $0) }
    try StandardOutput.write { out in
      switch output.format {
      case .promtool:
        for subject in subjects { PromtoolAnalysis(subject, selectors).write(to: &out) }
      case .csv: try exact.csv.write(tables, to: &out)
      case .markdown: out.write(Markdown.tables(tables))
      case .json:
        let report = JSONObject(
          directory: directory, selectors: selectors, subjects: subjects, growth: report,
          damage: damage)
        out.write(try JSONOutput.report(report))
      case .text:
        for subject in subjects {
          AnalysisText(subject: subject, selectors: selectors, color: output.colors)
            .write(to: &out)
        }
        let ledger = growth.map { GrowthText($0, color: output.colors).text } ?? ""
        if !ledger.isEmpty { out.write(ledger + "\n") }
      }
    }
  }
}

/// Why there is nothing to analyze.
enum AnalyzeFailure: Error, CustomStringConvertible {
  case noBlocks(directory: String)
  case unknownBlock(name: String, directory: String)

  var description: String {
    switch self {
    case .noBlocks(let directory): "there are no blocks in \(directory)"
    case .unknownBlock(let name, let directory): "there is no block \(name) in \(directory)"
    }
  }
}
