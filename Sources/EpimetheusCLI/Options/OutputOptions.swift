internal import ArgumentParser

/// A choice of formats; each command takes the one that names what it can write.
protocol OutputFormat: ExpressibleByArgument, CaseIterable, RawRepresentable
where RawValue == String {
  /// The format without `--format`.
  static var standard: Self { get }
}

extension ReportFormat: OutputFormat { static var standard: Self { .text } }

extension TableFormat: OutputFormat { static var standard: Self { .text } }

extension DiagnosisFormat: OutputFormat { static var standard: Self { .text } }

extension PeerFormat: OutputFormat { static var standard: Self { .text } }

extension DumpFormat: OutputFormat { static var standard: Self { .text } }

extension ExplainFormat: OutputFormat { static var standard: Self { .text } }

extension FindingsFormat: OutputFormat { static var standard: Self { .text } }

/// `--color`.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// How the result is written.
///
///     @OptionGroup var output: OutputOptions<PeerFormat>
struct OutputOptions<Format: OutputFormat>: ParsableArguments {
  @Option(help: "How the result is written.")
  var format: Format = .standard

  @Option(help: "Colours: on a terminal, always or never. NO_COLOR is honoured.")
  var color: ColorChoice = .auto

  /// The colours for standard output.
  var colors: Color {
    switch color {
    case .always: return Color(isEnabled: true)
    case .never: return .none
    case .auto:
      let refused = Terminal.environment("NO_COLOR").map { !$0.isEmpty } ?? false
      return Color(isEnabled: !refused && Terminal.isTerminal(1))
    }
  }
}
