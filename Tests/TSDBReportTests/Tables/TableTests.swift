import Testing

@testable import TSDBReport

@Suite struct TableTests {
  @Test func `numbers stand right and words stand left`() {
    var table = Table([.right("series"), .left("metric")])
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
    var table = Table([.left("a"), .left("b")])
    table.row(["日本", "x"])
    table.row(["e\u{301}", "x"])
    table.row(["abcd", "x"])
    #expect(table.text(indent: 0) == "a     b\n日本  x\ne\u{301}     x\nabcd  x\n")
  }

  @Test func `a hostile value cannot drive the terminal`() {
    var table = Table([.left("value")])
    table.row(["\u{1b}[2J\u{202e}evil\n"])
    #expect(table.text(indent: 0) == "value\n\\x1b[2J\\u{202e}evil\\n\n")
  }

  @Test func `a long value loses its middle`() {
    var table = Table([.left("value", limit: 10)])
    table.row(["abcdefghijklmnopqrstuvwxyz"])
    #expect(table.text(indent: 0) == "value\nabcdef…xyz\n")
  }

  @Test func `a table without titles has no title line`() {
    var table = Table([.left(""), .right("")])
    table.row(["series", "12"])
    table.row(["chunks", "1,200"])
    #expect(table.text(indent: 0) == "series     12\nchunks  1,200\n")
  }

  @Test func `missing cells stay empty and surplus cells are dropped`() {
    var table = Table([.left("a"), .left("b")])
    table.row(["1"])
    table.row(["1", "2", "3"])
    #expect(table.text(indent: 0) == "a  b\n1\n1  2\n")
  }

  @Test func `a row in a colour is coloured as a whole`() {
    var table = Table([.left("")])
    table.row(["bad"], role: .bad)
    #expect(
      table.text(indent: 0, color: Color(isEnabled: true)) == "\u{1b}[1;31mbad\u{1b}[0m\n")
  }
}
