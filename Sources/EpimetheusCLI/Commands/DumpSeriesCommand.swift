internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump series DIR`: every series that a server would know, without its samples.
struct DumpSeriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series",
    abstract: "Writes out series with the times of their first and last samples.",
    discussion: """
      --format promtool writes the labels alone, one series a line, as they stand in front of the \
      samples in `promtool tsdb dump`.
      """)

  /// The formats of series.
  enum Format: String, OutputFormat {
    case text, promtool, json, csv
    static var standard: Self { .text }
  }

  @Argument(help: "The data directory or block.", completion: .directory)
  var directory: String

  @Option(help: "How series are written.")
  var format: Format = .standard

  @OptionGroup var exact: CSVOptions
  @OptionGroup var options: ViewOptions

  func validate() throws { try exact.check(format == .csv) }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let view = try await options.view(of: data)
    let writer: any SeriesWriter =
      switch format {
      case .text: TextSeries()
      case .promtool: PromtoolSeries()
      case .json: JSONSeries()
      case .csv: CSVSeries(csv: exact.csv)
      }
    var isEmpty = true
    let problems = try await StandardOutput.write { out in
      out.write(writer.header)
      return try await view.writeSeries {
        writer.append($0, $1, to: &$2)
      } to: {
        isEmpty = isEmpty && $0.count == 0
        try out.write($0.bytes)
      }
    }
    if isEmpty { try await options.remarkOnNothing(in: data) }
    StandardError.write(FindingsText(directory: directory, color: .none).text(problems))
    try ExitStatus(problems).end()
  }
}
