internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

// Options that several commands have: what means the same is called the same.

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

/// `--head` and `--blocks`: which parts of a directory are looked at.
struct PartsOptions: ParsableArguments {
  @Flag(help: "Only the head: what replay would keep of checkpoint and WAL.")
  var head = false

  @Flag(help: "Only the blocks.")
  var blocks = false

  func validate() throws {
    if head && blocks { throw ValidationError("Give --head or --blocks, not both.") }
  }

  /// True where the head is looked at.
  var readsHead: Bool { !blocks }

  /// True where blocks are looked at.
  var readsBlocks: Bool { !head }

  /// The same for a history.
  var parts: DirectoryHistory.Parts { head ? .head : blocks ? .blocks : [.head, .blocks] }
}

/// `--since` and `--until`: which times are looked at, both ends included.
struct TimeRangeOptions: ParsableArguments {
  @Option(
    name: .customLong("since"),
    help: ArgumentHelp(
      "The first time: RFC 3339, milliseconds since 1970, or a duration back from the end of the data.",
      valueName: "time"),
    transform: TimeInput.parse)
  var since: TimeInput?

  @Option(
    name: .customLong("until"),
    help: ArgumentHelp("The last time, given in the same ways.", valueName: "time"),
    transform: TimeInput.parse)
  var until: TimeInput?

  func validate() throws { try AskedTimes(since, until).validate() }

  /// What was asked for.
  var asked: AskedTimes { AskedTimes(since, until) }

  /// The range that was asked for in `parts` of `data`; nil if none was. Durations count back from the
  /// last sample there.
  func range(
    in data: DataDirectory, parts: DirectoryHistory.Parts, jobs: Int
  ) async throws -> TimeRange? {
    guard asked.needsData else { return try asked.range(in: TimeRange()) }
    return try asked.range(in: await AskedTimes.ofData(data, parts: parts, jobs: jobs))
  }
}

/// `--limit`: how many lines a table has.
struct LimitOption: ParsableArguments {
  @Option(help: "How many lines each table has.")
  var limit: Int = 20

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
  }
}

/// Spellings that options had once, or have elsewhere: they are taken for the ones of today, and `--help` does
/// not name them.
enum FormerSpellings {
  private static let today = [
    "--head-only": "--head", "--blocks-only": "--blocks", "--min-time": "--since",
    "--max-time": "--until", "--from": "--since", "--to": "--until", "--redact-key": "--key",
  ]

  /// `arguments` with the spellings of today. What stands behind `--server-flag` is the server's own.
  static func replaced(in arguments: [String]) -> [String] {
    var words = arguments
    for index in words.indices where index == 0 || words[index - 1] != "--server-flag" {
      if words[index] == "--" { break }
      let name = words[index].prefix { $0 != "=" }
      if let known = today[String(name)] {
        words[index] = known + words[index].dropFirst(name.count)
      }
    }
    return words
  }
}
