package import TSDBCheck
internal import TSDBFormat

/// What is known about a rule, as text and as Markdown.
package struct RulePage {
  private let rule: Rule
  private let id: String

  /// The page of `rule`; `id` is what it was asked for by, such as one of the ids that it covers.
  package init(_ rule: Rule, askedFor id: String? = nil) {
    self.rule = rule
    self.id = id ?? rule.id
  }

  /// The page.
  package func text(_ format: ExplainFormat, _ color: Color) -> String {
    switch format {
    case .text: plain(color)
    case .markdown: markdown
    }
  }

  private func plain(_ color: Color) -> String {
    var text = color(.heading, id) + "\n"
    if id != rule.id { text += "  one of \(rule.id)\n" }
    text += "\n  \(rule.meaning)\n"
    if rule.id.hasSuffix(".*"),
      let code = DecodeError.Code.allCases.first(where: { id.hasSuffix("." + $0.rawValue) })
    {
      text += "  \(code.rawValue): \(code.meaning).\n"
    }
    text += "\n  Start: \(rule.startup.words).\n  Prometheus: \(rule.server)\n"
    text += "  What to do: \(rule.remedy)\n"
    if !rule.codes.isEmpty { text += "  States: \(rule.codes.joined(separator: ", "))\n" }
    return text
  }

  private var markdown: String {
    var text = "### `\(rule.id)`\n\n\(rule.meaning)\n\n"
    text += "- Start: `\(rule.startup.rawValue)`, \(rule.startup.words).\n"
    text += "- Prometheus: \(rule.server)\n- What to do: \(rule.remedy)\n"
    if !rule.codes.isEmpty { text += "- States: \(rule.codes.joined(separator: ", "))\n" }
    return text
  }

  /// The pages of all rules.
  package static func all(_ format: ExplainFormat, _ color: Color) -> String {
    let pages = Rule.all.map { RulePage($0).text(format, color) }.joined(separator: "\n")
    guard format == .markdown else { return pages }
    var text = """
      # Findings

      Every rule of `epimetheus check` and `policy`, what Prometheus does about it, and what to do. This file is
      written by `epimetheus explain --all --format markdown > Docs/findings.md`; a test keeps it so.

      A rule whose id ends in `.*` stands for all ways in which one structure can be wrong. The last part
      of a finding's rule then is one of these:

      | code | |
      |---|---|

      """
    for code in DecodeError.Code.allCases { text += "| `\(code.rawValue)` | \(code.meaning) |\n" }
    text += "\nWhat a start does:\n\n| word | |\n|---|---|\n"
    for startup in Startup.allCases { text += "| `\(startup.rawValue)` | \(startup.words) |\n" }
    return text + "\n## Rules\n\n" + pages
  }
}

extension Startup {
  /// What it means.
  var words: String {
    switch self {
    case .refuses: "the server does not start"
    case .truncates: "the server starts, and its repair drops this and everything behind it"
    case .drops: "the server starts without it, and does not serve it"
    case .deletes: "the server starts, and deletes files"
    case .replays: "the server starts, and takes the samples from elsewhere"
    case .continues: "the server starts as if nothing were, and fails or loses something later"
    case .ignores: "it makes no difference to the server"
    case .unknown: "that depends on what could not be looked at"
    }
  }
}
