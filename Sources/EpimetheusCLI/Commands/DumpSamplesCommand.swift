internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump samples DIR`: every sample that a server would serve, past any damage.
struct DumpSamplesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "samples",
    abstract: "Writes out samples, series by series: blocks and head merged, past any damage.",
    discussion: """
      --format promtool prints what `promtool tsdb dump` prints, --format openmetrics what \
      `promtool tsdb dump-openmetrics` prints: text that `promtool tsdb create-blocks-from \
      openmetrics` takes, without native histograms, for which OpenMetrics has no words.
      """)

  /// The formats of samples.
  enum Format: String, OutputFormat {
    case text, promtool, openmetrics, json, csv
    static var standard: Self { .text }
  }

  @Argument(help: "The data directory or block.", completion: .directory)
  var directory: String

  @Option(help: "How samples are written.")
  var format: Format = .standard

  @Option(
    help: ArgumentHelp(
      """
      Which of the five aggregates to write of blocks that Thanos downsampled; other blocks and the \
      head are left out then.
      """, valueName: "count|sum|min|max|counter"),
    transform: {
      guard let aggregate = Aggregate(rawValue: $0) else {
        throw ValidationError("'\($0)' is not count, sum, min, max or counter")
      }
      return aggregate
    })
  var aggregate: Aggregate?

  @OptionGroup var exact: CSVOptions
  @OptionGroup var options: ViewOptions

  func validate() throws { try exact.check(format == .csv) }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    try refuseWithoutAggregate(data)
    let view = try await options.view(of: data, aggregate: aggregate)
    let openMetrics = OpenMetricsSamples()
    let writer: any SampleWriter =
      switch format {
      case .text: TextSamples()
      case .promtool: PromtoolSamples()
      case .openmetrics: openMetrics
      case .json: JSONSamples()
      case .csv: CSVSamples(csv: exact.csv)
      }
    var isEmpty = true
    let problems = try await StandardOutput.write { out in
      out.write(writer.header)
      let problems = try await view.writeSamples {
        writer.append($0, $1, to: &$2)
      } to: {
        isEmpty = isEmpty && $0.count == 0
        try out.write($0.bytes)
      }
      out.write(writer.footer)
      return problems
    }
    if isEmpty { try await options.remarkOnNothing(in: data) }
    if openMetrics.skippedHistograms > 0 {
      StandardError.remark(
        "left out \(Units.count(openMetrics.skippedHistograms)) native histograms, which "
          + "OpenMetrics has no words for; --format json has them")
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(problems))
    try ExitStatus(problems).end()
  }

  /// Of a block that Thanos downsampled, nobody knows which of its aggregates is meant.
  private func refuseWithoutAggregate(_ data: DataDirectory) throws {
    let resolutions = data.blocks.compactMap { (try? $0.meta.get())?.resolutionText }
    if aggregate != nil, resolutions.isEmpty {
      throw ValidationError(
        "--aggregate is for blocks that Thanos downsampled, and there is none in \(directory).")
    }
    guard aggregate == nil, data.kind == .block, let resolution = resolutions.first else { return }
    throw ValidationError(
      "\(directory) was downsampled by Thanos to \(resolution), and has five aggregates in the place of samples: "
        + "give one with --aggregate count, sum, min, max or counter.")
  }
}
