internal import ArgumentParser
internal import TSDBStore

/// `--match`: which series, as PromQL selectors; several are a union.
struct MatcherOptions: ParsableArguments {
  @Option(
    name: .customLong("match"),
    help: ArgumentHelp(
      "Only series that this PromQL selector selects; several are a union.",
      valueName: "selector"),
    transform: { try Selector($0) })
  var selectors: [Selector] = []
}
