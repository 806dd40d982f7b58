import TSDBFormat
import TestSupport
import Testing

@testable import PrometheusConfig

@Suite struct ExpositionTests {
  private func read(_ text: String) throws(ConfigurationError) -> Exposition {
    try Exposition(Array(text.utf8), file: "metrics")
  }

  private func error(_ line: String) -> String? {
    (try? read("ok 1\n" + line + "\n"))?.refusals.first.map { "\($0)" }
  }

  @Test func `the text format is read`() throws {
    let text = """
      # HELP a Help with \\n and "quotes".
      # TYPE a counter

      a 1
      a{x="1",y="with \\"quotes\\", \\\\ and \\n"} +Inf 1395066363000
      a_bucket { le = "0.5" , } 3.5e-7
      a{z=""} NaN
      """
    #expect(
      try read(text).scrapes == [
        [
          [Label("__name__", "a")],
          [Label("__name__", "a"), Label("x", "1"), Label("y", "with \"quotes\", \\ and \n")],
          [Label("__name__", "a_bucket"), Label("le", "0.5")],
          [Label("__name__", "a")],
        ]
      ])
  }

  @Test func `OpenMetrics is read, with exemplars, and scrapes one behind the other`() throws {
    let text = """
      # TYPE a counter
      a_total{x="1"} 1 1.5 # {trace_id="b"} 0.5
      # EOF
      a_total{x="1"} 2
      a_total{x="2"} 1
      # EOF

      """
    let first = [Label("__name__", "a_total"), Label("x", "1")]
    let second = [Label("__name__", "a_total"), Label("x", "2")]
    #expect(try read(text).scrapes == [[first], [first, second]])
  }

  @Test func `names that need quotation marks stand in braces`() throws {
    #expect(
      try read(#"{"my.metric", "a.b"="c"} 1"#).scrapes
        == [[[Label("__name__", "my.metric"), Label("a.b", "c")]]])
  }

  @Test func `what is wrong has its line and column`() {
    #expect(error("a{x=1} 1") == "metrics:2:5: expected a value in quotation marks")
    #expect(error("a{x=\"1} 1") == "metrics:2:5: expected a value in quotation marks")
    #expect(error("a{x=\"1\" y=\"2\"} 1") == nil)
    #expect(error("a 1\r") == "metrics:2:3: expected a number, found \"1\r\"")
    #expect(error("a{5=\"1\"} 1") == "metrics:2:3: expected a label name")
    #expect(error("a{x=\"1\",x=\"2\"} 1") == "metrics:2:1: the label x is given twice")
    #expect(error("a") == "metrics:2:2: expected a number, found \"\"")
    #expect(error("a one") == "metrics:2:3: expected a number, found \"one\"")
    #expect(error("{x=\"1\"} 1") == "metrics:2:8: expected a metric name")
    #expect(error("<html>") == "metrics:2:1: expected a metric name")
  }

  @Test func `what gzip packed is unpacked first`() throws {
    // printf 'a 1\n' | gzip -n
    let packed: [UInt8] = [
      0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x54, 0x30, 0xe4, 2, 0, 0x36, 0xe7, 0x1b, 0xbc, 4,
      0,
      0, 0,
    ]
    let found = try Exposition(packed, file: "metrics.gz").scrapes
    #expect(found == [[[Label("__name__", "a")]]])
    #expect(
      throws: ConfigurationError(
        file: "f", line: 1, column: 1, problem: "what gzip packed is damaged or cut off")
    ) { try Exposition(Array(packed.dropLast(9)), file: "f") }
  }

  @Test func `OpenMetrics is told by its name or its lines`() throws {
    let text = Array("# TYPE g gauge\ng 1\n".utf8)
    #expect(try Exposition(text, file: "a.txt").refusals == [])
    #expect(
      try Exposition(text, file: "a.om").refusals.map(\.problem)
        == ["the data do not end with # EOF"])
  }

  @Test func `any bytes give scrapes or an error`() {
    let text = Array("# EOF\na{x=\"1\\n\",\"b.c\"=\"d\"} 1e5 7\n{\"m\"} Nan\n".utf8)
    for length in 0...text.count { _ = try? Exposition(Array(text.prefix(length)), file: "f") }
    for bit in 0..<text.count * 8 {
      var damaged = text
      damaged[bit / 8] ^= 1 << (bit % 8)
      _ = try? Exposition(damaged, file: "f")
    }
  }
}
