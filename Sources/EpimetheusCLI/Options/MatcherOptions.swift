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

  /// Says which selectors of `option` select nothing.
  static func remark(unmatched selectors: [Selector], _ option: String = "--match") {
    for selector in selectors {
      StandardError.remark("no series is selected by \(option) \(selector.text)")
    }
  }

  /// Says that `selectors` select nothing; `isTimed` where a range of time was asked for as well.
  static func remarkOnNothing(_ selectors: [Selector], isTimed: Bool = false) {
    let texts = selectors.map(\.text).joined(separator: ", ")
    let time = isTimed ? " in the time that was asked for" : ""
    StandardError.remark("no series is selected by --match \(texts)\(time)")
  }
}
