internal import ArgumentParser
internal import TSDBCheck
internal import TSDBFormat

/// `epimetheus explain [RULE]`: what a rule of `check` or `policy` means.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tells what a rule means, what Prometheus does about it, and what to do.",
    discussion: "Without a rule, lists all of them.")

  @Argument(help: "The id of a rule, as findings print it.")
  var rule: String?

  @Flag(help: "The pages of all rules.")
  var all = false

  @OptionGroup var output: OutputOptions<ExplainFormat>

  func validate() throws {
    if let rule {
      if all { throw ValidationError("Give a rule or --all, not both.") }
      if !Self.isKnown(rule) {
        let near = Nearest.name(to: rule, among: Self.ids).map { " Did you mean '\($0)'?" } ?? ""
        throw ValidationError(
          "There is no rule '\(rule)'; `epimetheus explain` lists them all.\(near)")
      }
    }
  }

  /// True for a rule of its own, and for one way in which a structure can be wrong.
  private static func isKnown(_ id: String) -> Bool {
    guard let rule = Rule.of(id) else { return false }
    if rule.id == id { return true }
    let codes = DecodeError.Code.allCases.map(\.rawValue)
    let structures =
      Section.allCases.filter { !$0.isRule }.map { $0.rawValue + "." } + [
        String(rule.id.dropLast())
      ]
    return structures.contains { structure in
      id.hasPrefix(structure) && codes.contains(String(id.dropFirst(structure.count)))
    }
  }

  /// All ids that there are.
  private static var ids: [String] {
    Rule.all.flatMap { rule in
      rule.id.hasSuffix(".*")
        ? DecodeError.Code.allCases.map { rule.id.dropLast() + $0.rawValue } : [rule.id]
    }
  }

  func run() throws {
    try StandardOutput.write { out in
      if let rule, let page = Rule.of(rule) {
        out.write(RulePage(page, askedFor: rule).text(output.format, output.colors))
      } else if all || output.format == .markdown {
        out.write(RulePage.all(output.format, output.colors))
      } else {
        for rule in Rule.all {
          out.line("\(output.colors(.heading, rule.id))\n    \(rule.meaning)")
        }
      }
    }
  }
}
