import TSDBReport

@testable import TSDBEvidence

/// A report that has one of everything, with values as an enemy would choose them.
enum SampleReport {
  static let hostile: [[UInt8]] = [
    Array("</script><script>alert(1)</script>".utf8), Array("\"><img src=x onerror=alert(1)>".utf8),
    Array("`**_[a](http://example.com)_**` | <b>".utf8), [0xff, 0xfe, 0x80],
    Array("שלום \u{202e}evil\u{2066}".utf8), [UInt8](repeating: UInt8(ascii: "x"), count: 65_536),
    Array("<\u{0338}script>".utf8), Array("a\r\n# heading".utf8), [0],
  ]

  static var document: ReportDocument {
    var table = ResultTable(caption: "Values <all>", [.text("value"), .number("series")])
    table.rows(hostile, limit: 100) { ["\(value: $0)", "1"] }
    table.omitted = 3
    let chart = BarChart(
      title: "Bars", description: "Two & more.", axis: "series", unit: .count,
      bars: hostile.map { BarChart.Bar(name: ForeignText.short($0), value: 7) })
    return ReportDocument(
      title: "Report", subtitle: ["of \(value: hostile[0])"], tone: .bad,
      verdict: "It is \(value: hostile[1]).", consequences: ["So \(strong: "there")."],
      answers: hostile.map { ReportDocument.Fact(name: "Why?", text: "\(value: $0)") },
      sections: [
        ReportDocument.Section(
          id: "one", title: "One",
          blocks: [
            .heading("Inside"), .paragraph("Text with \(code: "code")."),
            .list(hostile.map { "\(value: $0)" }),
            .timeline([
              ReportDocument.Moment(time: 0, end: 60_000, tone: .bad, text: "\(said: "a | b")"),
              ReportDocument.Moment(time: .max, tone: nil, text: "end"),
            ]),
            .table(table), .chart(chart, table),
            .code("a: <b>\n```\n", caption: "Copy:"),
          ])
      ])
  }
}
