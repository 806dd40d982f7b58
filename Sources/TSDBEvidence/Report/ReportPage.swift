internal import TSDBReport
internal import Wording

/// A report as one HTML page that needs nothing else: no script, no picture, no network.
struct ReportPage {
  private let report: ReportDocument
  private var out = HTMLWriter()
  private var charts = 0
  /// Rows of a chart's table that are printed, at most.
  private static let mostOnPaper = 40

  private init(_ report: ReportDocument) { self.report = report }

  /// The page.
  static func text(_ report: ReportDocument) -> String {
    var page = ReportPage(report)
    page.write()
    return page.out.text
  }

  private mutating func write() {
    out.literal("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    out.literal("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
    out.literal("<meta name=\"color-scheme\" content=\"light dark\">\n")
    // Nothing may be fetched, and no script may run, whatever a value holds.
    out.literal("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
    out.literal("style-src 'unsafe-inline'; img-src data:\">\n")
    // Without it, browsers ask the server of the page for a picture.
    out.literal("<link rel=\"icon\" href=\"data:,\">\n")
    out.element("title", words: "\(report.title): \(report.verdict.plain)")
    out.line()
    out.style()
    out.literal("</head>\n<body>\n")
    header()
    out.open("main")
    out.line()
    answers()
    for section in report.sections { self.section(section) }
    out.close("main")
    out.line()
    out.element("footer") { out in
      out.element("p") { out in
        out.words(
          "Times are UTC. Sizes are binary: 1 MiB is 1,048,576 bytes. This page is complete: ")
        out.words("it loads nothing and runs no script.")
      }
    }
    out.literal("\n</body>\n</html>\n")
  }

  private mutating func header() {
    out.open("header")
    out.element("h1", words: report.title)
    for line in report.subtitle {
      out.element("p", ["class": "meta"]) { $0.prose(line) }
      out.line()
    }
    out.element("section", ["class": "verdict \(report.tone.rawValue)", "id": "verdict"]) { out in
      out.element("h2") { $0.prose(report.verdict) }
      for line in report.consequences { out.element("p") { $0.prose(line) } }
    }
    out.line()
    out.element("nav", ["aria-label": "Contents"]) { out in
      out.element("ul") { out in
        for section in report.sections {
          out.element("li") { $0.element("a", ["href": "#\(section.id)"], words: section.title) }
        }
      }
    }
    out.close("header")
    out.line()
  }

  private mutating func answers() {
    guard !report.answers.isEmpty else { return }
    out.open("section", ["id": "answers"])
    out.element("h2", words: "In short")
    facts(report.answers)
    out.close("section")
    out.line()
  }

  private mutating func section(_ section: ReportDocument.Section) {
    out.open("section", ["id": section.id])
    out.element("h2", words: section.title)
    out.line()
    for block in section.blocks { self.block(block) }
    out.close("section")
    out.line()
  }

  private mutating func block(_ block: ReportDocument.Block) {
    switch block {
    case .paragraph(let prose): out.element("p") { $0.prose(prose) }
    case .list(let items):
      out.element("ul") { out in
        for item in items { out.element("li") { $0.prose(item) } }
      }
    case .facts(let facts): self.facts(facts)
    case .timeline(let moments): timeline(moments)
    case .table(let table): self.table(table)
    case .chart(let chart, let table): self.chart(chart, table)
    case .code(let text, let caption):
      out.element("p", ["class": "copy"]) { $0.prose(caption) }
      out.element("pre", ["tabindex": "0"]) { $0.element("code") { $0.lines(text) } }
    case .heading(let title): out.element("h3", words: title)
    }
    out.line()
  }

  private mutating func facts(_ facts: [ReportDocument.Fact]) {
    out.element("dl") { out in
      for fact in facts {
        out.element("dt", words: fact.name)
        out.element("dd") { $0.prose(fact.text) }
        out.line()
      }
    }
  }

  private mutating func timeline(_ moments: [ReportDocument.Moment]) {
    out.element("ol", ["class": "timeline"]) { out in
      for moment in moments {
        out.element("li", ["class": moment.tone?.rawValue ?? "plain"]) { out in
          out.element("span", ["class": "when"]) { out in
            out.prose("\(time: moment.time)")
            if let end = moment.end, end != moment.time {
              out.prose(" to \(time: end), \(TimeText.duration(from: moment.time, to: end))")
            }
          }
          out.prose(moment.text)
        }
        out.line()
      }
    }
  }

  private mutating func chart(_ chart: any ReportChart, _ table: ResultTable) {
    charts += 1
    let id = "chart-\(charts)"
    out.open("figure")
    out.element("figcaption", words: chart.title)
    chart.draw(.wide, id: id, into: &out)
    chart.draw(.narrow, id: "\(id)-narrow", into: &out)
    out.element("p", words: chart.description)
    out.close("figure")
    out.line()
    // On paper nothing can be opened: a short table is printed, a long one is named.
    let isShort = table.rows.count <= Self.mostOnPaper
    out.open("details", ["class": isShort ? "short" : "long"])
    out.element("summary", words: "The numbers of this chart: \(table.caption)")
    self.table(table)
    out.close("details")
    if !isShort {
      out.element(
        "p", ["class": "paper"],
        words:
          "The numbers of this chart are \(Units.count(table.rows.count)) rows, in the page itself "
          + "and in report.json.")
    }
  }

  private mutating func table(_ table: ResultTable) {
    // What scrolls can be reached by keyboard, and says what it is.
    out.open(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": table.caption])
    out.open("table")
    // The span is as wide as what is seen of the table, and the caption as wide as all of it.
    out.element("caption") { $0.element("span", words: table.caption) }
    out.element("thead") { out in
      out.element("tr") { out in
        for column in table.columns {
          out.element("th", ["scope": "col", "class": column.style], words: column.title)
        }
      }
    }
    out.line()
    out.open("tbody")
    for row in table.rows { self.row(row, table) }
    out.close("tbody")
    out.close("table")
    out.close("div")
    if table.omitted > 0 {
      out.element("p", ["class": "more"], words: "and \(Units.count(table.omitted)) more")
    }
  }

  /// The first cell that is no number names the row.
  private mutating func row(_ row: [ResultTable.Cell], _ table: ResultTable) {
    let name = table.columns.firstIndex { !$0.isNumber }
    out.element("tr") { out in
      for (number, (cell, column)) in zip(row, table.columns).enumerated() {
        if number == name {
          out.element("th", ["scope": "row"]) { $0.prose(cell.prose) }
        } else {
          out.element("td", ["class": column.style]) { $0.prose(cell.prose) }
        }
      }
    }
    out.line()
  }
}
