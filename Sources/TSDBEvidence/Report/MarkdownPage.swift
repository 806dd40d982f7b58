internal import Wording

/// A report as Markdown (CommonMark, with the tables of GitHub), to be pasted.
struct MarkdownPage {
  /// Tables with more rows are for the page and the files; a document is read.
  private static let mostRows = 30

  private let report: ReportDocument
  private var text = ""

  private init(_ report: ReportDocument) { self.report = report }

  /// The document.
  static func text(_ report: ReportDocument) -> String {
    var page = MarkdownPage(report)
    page.write()
    return page.text
  }

  private mutating func write() {
    paragraph("# \(Self.escaped(report.title))")
    paragraph(report.subtitle.map(Self.prose).joined(separator: "  \n"))
    paragraph("> **\(Self.prose(report.verdict))**")
    for line in report.consequences { paragraph(Self.prose(line)) }
    if !report.answers.isEmpty {
      paragraph("## In short")
      facts(report.answers)
    }
    for section in report.sections {
      paragraph("## \(Self.escaped(section.title))")
      for block in section.blocks { self.block(block) }
    }
    paragraph("Times are UTC. Sizes are binary: 1 MiB is 1,048,576 bytes.")
    text.removeLast()
  }

  private mutating func paragraph(_ paragraph: String) {
    if !paragraph.isEmpty { text += paragraph + "\n\n" }
  }

  private mutating func block(_ block: ReportDocument.Block) {
    switch block {
    case .paragraph(let prose): paragraph(Self.prose(prose))
    case .list(let items):
      paragraph(items.map { "- " + Self.prose($0) }.joined(separator: "\n"))
    case .facts(let facts): self.facts(facts)
    case .timeline(let moments): timeline(moments)
    case .table(let table): self.table(table)
    case .chart(let chart, let table):
      paragraph("**\(Self.escaped(chart.title))**")
      paragraph(Self.escaped(chart.description))
      if table.rows.count <= Self.mostRows { self.table(table) }
    case .code(let code, let caption):
      paragraph(Self.prose(caption))
      paragraph(Self.block(code))
    case .heading(let title): paragraph("### \(Self.escaped(title))")
    }
  }

  private mutating func facts(_ facts: [ReportDocument.Fact]) {
    paragraph(
      facts.map { "- **\(Self.escaped($0.name))** \(Self.prose($0.text))" }.joined(separator: "\n"))
  }

  private mutating func timeline(_ moments: [ReportDocument.Moment]) {
    var table = ReportTable("", [.text("UTC"), .text("until"), .text("what")])
    for moment in moments {
      let end: Prose = moment.end.map { $0 == moment.time ? "" : "\(time: $0)" } ?? ""
      table.row(["\(time: moment.time)", end, moment.text])
    }
    self.table(table)
  }

  private mutating func table(_ table: ReportTable) {
    if !table.caption.isEmpty { paragraph("**\(Self.escaped(table.caption))**") }
    text += "| " + table.columns.map { Self.escaped($0.title) }.joined(separator: " | ") + " |\n"
    text += "|" + table.columns.map { $0.isNumber ? "--:|" : "---|" }.joined() + "\n"
    for row in table.rows.prefix(Self.mostRows) {
      let cells = row.map { Self.cell(Self.prose($0)) }
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    text += "\n"
    let omitted = table.omitted + max(0, table.rows.count - Self.mostRows)
    if omitted > 0 { paragraph("and \(Units.count(omitted)) more") }
  }

  // MARK: Text

  /// Words with their marks.
  static func prose(_ prose: Prose) -> String {
    prose.pieces.map { piece in
      switch piece {
      case .words(let text), .said(let text): escaped(text)
      case .strong(let text): "**\(escaped(text))**"
      case .code(let text), .value(let text): code(text)
      case .time(let time): TimeText.seconds(time)
      }
    }.joined()
  }

  /// Words without what Markdown or HTML would take for markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    // Scalars, not characters: `<` with a mark on it is still the beginning of a tag.
    for scalar in DisplayText.escaped(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "#", "~": result += "\\\(scalar)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What stands in a cell: a bar ends it, even in code, unless a backslash is before it.
  private static func cell(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "|" { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// Text in type of one width, between more backticks than it has in a row. No markup counts in it.
  static func code(_ text: String) -> String {
    let text = DisplayText.escaped(text)
    guard !text.isEmpty else { return "" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
    let edge = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") ? " " : ""
    return fence + edge + text + edge + fence
  }

  /// Lines to be copied.
  private static func block(_ text: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { DisplayText.escaped(String($0)) }
    let body = lines.joined(separator: "\n")
    return "\(fence)\n\(body)\(body.hasSuffix("\n") ? "" : "\n")\(fence)"
  }

  private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for next in text.unicodeScalars {
      run = next == scalar ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
