import Synchronization
import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct ResultTableTests {
  /// A table with a cell of each kind.
  private var metrics: ResultTable {
    var table = ResultTable(
      "metrics", "Metrics by series",
      [
        .number("series"), .text("", "metric"), .drawing("births"), .text("first seen"),
        .number("size", "bytes"),
      ])
    table.row([.count(59_192), .value(Array("a|b\"c".utf8)), "▁█", .time(0), .bytes(2048)])
    table.row([.shown("about 7", as: .count(7)), .value([0x3d, 0xff]), "", .empty, .bytes(0)])
    return table
  }

  private func written(_ body: (inout ReportSink) throws -> Void) throws -> String {
    let bytes = Mutex<[UInt8]>([])
    var sink = ReportSink { piece in
      bytes.withLock { all in for index in 0..<piece.byteCount { all.append(piece.byte(at: index)) }
      }
    }
    try body(&sink)
    try sink.finish()
    return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
  }

  @Test
  func
    `counts up to the largest that files claim are exact, and sentences are harmless to people alone`()
    throws
  {
    var table = ResultTable("t", [.number("count"), .prose("why")])
    table.row([.count(UInt64.max), .sentence("a\u{1b}[2J")])
    table.row([.count(Int64.min), .sentence(nil)])
    let text = try written { try CSV(isExact: true).write(table, to: &$0) }
    #expect(
      text == "count,why\n18446744073709551615,\"a\u{1b}[2J\"\n-9223372036854775808,\n")
    let page = Markdown.tables([table])
    #expect(page.contains("| 18,446,744,073,709,551,615 | a\\\\x1b\\[2J |"))
  }

  @Test func `a program gets numbers, times and bytes as they are, and no curves`() throws {
    let table = metrics
    let text = try written { try CSV(isExact: true).write(table, to: &$0) }
    #expect(
      text == """
        series,metric,firstSeen,bytes
        59192,"a|b""c",1970-01-01T00:00:00.000Z,2048
        7,"=\u{fffd}",,0

        """)
  }

  @Test func `several tables as CSV have a first column that names them and a line between`() throws
  {
    var other = ResultTable("labels", [.number("values"), .text("", "label")])
    other.row([.count(3), .value(Array("=x".utf8))])
    let empty = ResultTable("none", [.number("values")])
    let tables = [other, empty]
    let text = try written { try CSV(isExact: false).write(tables, to: &$0) }
    #expect(
      text == """
        table,values,label
        "labels",3,"'=x"

        table,values

        """)
  }

  @Test func `Markdown has the words of people, and nothing that ends a cell`() {
    #expect(
      Markdown.tables([metrics]) == """
        **Metrics by series**

        | series | metric | first seen | size |
        |--:|---|---|--:|
        | 59,192 | `a\\|b"c` | 1970-01-01T00:00:00Z | 2 KiB |
        | about 7 | `=\\xff` |  | 0 B |


        """)
  }

  @Test func `a section has its caption, and says how many rows were left out`() {
    var table = ResultTable("t", "Title", [.number("n")])
    table.note = "3 in all"
    table.rows([1, 2, 3], limit: 2) { [.count($0)] }
    #expect(table.section(color: .none) == "Title  3 in all\n  n\n  1\n  2\n  and 1 more\n")
    #expect(ResultTable("t", "Title", [.number("n")]).section(color: .none) == "")
  }

  @Test func `numbers stand right and words stand left`() {
    var table = ResultTable("t", [.number("series"), .text("metric")])
    table.row(["59,192", "http_requests_total"])
    table.row(["7", "up"])
    #expect(
      table.text() == """
        \u{20} series  metric
        \u{20} 59,192  http_requests_total
        \u{20}      7  up

        """)
  }

  @Test func `wide and combining characters keep the columns aligned`() {
    var table = ResultTable("t", [.text("a"), .text("b")])
    table.row(["日本", "x"])
    table.row(["e\u{301}", "x"])
    table.row(["abcd", "x"])
    #expect(table.text(indent: 0) == "a     b\n日本  x\ne\u{301}     x\nabcd  x\n")
  }

  @Test func `a hostile value cannot drive the terminal`() {
    var table = ResultTable("t", [.text("value")])
    table.row([.value(Array("\u{1b}[2J\u{202e}evil\n".utf8))])
    #expect(table.text(indent: 0) == "value\n\\x1b[2J\\u{202e}evil\\n\n")
  }

  @Test func `a long value loses its middle`() {
    var table = ResultTable("t", [.text("value", limit: 10)])
    table.row(["abcdefghijklmnopqrstuvwxyz"])
    #expect(table.text(indent: 0) == "value\nabcdef…xyz\n")
  }

  @Test func `a table without titles has no title line`() {
    var table = ResultTable("t", [.text(""), .number("")])
    table.row(["series", "12"])
    table.row(["chunks", "1,200"])
    #expect(table.text(indent: 0) == "series     12\nchunks  1,200\n")
  }

  @Test func `missing cells stay empty and surplus cells are dropped`() {
    var table = ResultTable("t", [.text("a"), .text("b")])
    table.row(["1"])
    table.row(["1", "2", "3"])
    #expect(table.text(indent: 0) == "a  b\n1\n1  2\n")
  }

  @Test func `a row in a colour is coloured as a whole`() {
    var table = ResultTable("t", [.text("")])
    table.row(["bad"], role: .bad)
    #expect(
      table.text(indent: 0, color: Color(isEnabled: true)) == "\u{1b}[1;31mbad\u{1b}[0m\n")
  }
}
