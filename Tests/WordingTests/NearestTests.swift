import Testing

@testable import Wording

@Suite struct NearestTests {
  @Test(arguments: [
    ("jsn", "json"), ("tetx", "text"), ("JSON", "json"), ("promtol", "promtool"),
    ("prom", "promtool"),
  ]) func `a slip leads to what was meant`(text: String, meant: String) {
    #expect(Nearest.name(to: text, among: ["text", "json", "promtool"]) == meant)
  }

  @Test(arguments: ["", "x", "yaml", "xml", "csv-with-header"])
  func `what is near to nothing leads nowhere`(text: String) {
    #expect(Nearest.name(to: text, among: ["text", "json", "promtool"]) == nil)
  }

  @Test func `changes are counted letter by letter, and neighbours that changed places are one`() {
    func distance(_ from: String, _ to: String) -> Int {
      Nearest.distance(Array(from.utf8), Array(to.utf8))
    }
    #expect(distance("", "abc") == 3)
    #expect(distance("abc", "abc") == 0)
    #expect(distance("abc", "acb") == 1)
    #expect(distance("kitten", "sitting") == 3)
  }
}
