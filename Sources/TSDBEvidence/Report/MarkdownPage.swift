internal import TSDBReport
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
    paragraph("# \(Markdown.escaped(report.title))")
    paragraph(report.subtitle.map(Markdown.prose).joined(separator: "  \n"))
    paragraph("> **\(Markdown.prose(report.verdict))**")
    for line in report.consequences { paragraph(Markdown.prose(line)) }
    if !report.answers.isEmpty {
      paragraph("## In short")
      facts(report.answers)
    }
    for section in report.sections {
      paragraph("## \(Markdown.escaped(section.title))")
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
    case .paragraph(let prose): paragraph(Markdown.prose(prose))
    case .list(let items):
      paragraph(items.map { "- " + Markdown.prose($0) }.joined(separator: "\n"))
    case .facts(let facts): self.facts(facts)
    case .timeline(let moments): timeline(moments)
    case .table(let table): self.table(table)
    case .chart(let chart, let table):
      paragraph("**\(Markdown.escaped(chart.title))**")
      paragraph(Markdown.escaped(chart.description))
      if table.rows.count <= Self.mostRows { self.table(table) }
    case .code(let code, let caption):
      paragraph(Markdown.prose(caption))
      paragraph(Markdown.block(code))
    case .heading(let title): paragraph("### \(Markdown.escaped(title))")
    }
  }

  private mutating func facts(_ facts: [ReportDocument.Fact]) {
    paragraph(
      facts.map { "- **\(Markdown.escaped($0.name))** \(Markdown.prose($0.text))" }.joined(
        separator: "\n"))
  }

  private mutating func timeline(_ moments: [ReportDocument.Moment]) {
    var table = ResultTable("timeline", "", [.text("UTC"), .text("until"), .text("what")])
    for moment in moments {
      let end: Prose = moment.end.map { $0 == moment.time ? "" : "\(time: $0)" } ?? ""
      table.row([.time(moment.time), .prose(end), .prose(moment.text)])
    }
    self.table(table)
  }

  private mutating func table(_ table: ResultTable) {
    text += Markdown.table(table, mostRows: Self.mostRows)
  }
}
