import TSDBFormat
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct RuleTests {
  @Test func `every id occurs once and every page is complete`() {
    #expect(Set(Rule.all.map(\.id)).count == Rule.all.count)
    for rule in Rule.all {
      #expect(rule.meaning.hasSuffix("."), "\(rule.id)")
      #expect(rule.server.hasSuffix(".") && rule.remedy.hasSuffix("."), "\(rule.id)")
    }
  }

  @Test(arguments: Section.allCases)
  func `every way in which a structure can be wrong has a rule`(section: Section) {
    for (code, _) in Rule.codes {
      #expect(Rule.of("\(section.rawValue).\(code)") != nil, "\(section.rawValue).\(code)")
    }
  }

  @Test func `a rule of its own comes before that of its stem, and a longer stem before a shorter`()
  {
    #expect(Rule.of("chunks-head.header.empty")?.id == "chunks-head.header.empty")
    #expect(Rule.of("chunks-head.header.magic")?.id == "chunks-head.header.*")
    #expect(Rule.of("index.toc.checksum")?.id == "index.toc.*")
    #expect(Rule.of("index.postings.unsorted")?.id == "index.postings.*")
    #expect(Rule.of("index.label.unsorted")?.id == "index.*")
    #expect(Rule.of("nonsense") == nil)
    #expect(Rule.of("index.") == nil)
  }

  /// Ids that are made of a structure and a code, by structure.
  private static let made = [
    "index.symbols": ["order"],
    "index.series": [
      "chunk-reference", "chunk-times", "label-order", "label-duplicate", "label-missing", "order",
      "duplicate", "chunk-order", "chunk-missing",
    ],
    "index.postings": ["unknown-series", "incomplete", "foreign"],
    "index.postings-offset-table": ["order", "unknown-symbol", "incomplete", "missing"],
    "chunks.data": ["count", "order"],
    "meta": ["failed", "deletable", "version-2"],
    "tombstones.entries": ["interval", "order", "unknown-series", "count"],
    "block": ["parents", "damaged-child"],
  ]

  @Test func `every id that a check makes has a page of its own`() throws {
    let folder = String(Fixture.testData.dropLast("TestData".count)) + "Sources/TSDBCheck"
    for id in Self.made.flatMap({ stem, codes in codes.map { "\(stem).\($0)" } }) {
      #expect(Rule.of(id)?.id == id)
    }
    var ids: Set<String> = []
    for place in [folder, folder + "/Blocks", folder + "/Logs"] {
      for name in try namesInFolder(place) where name.hasSuffix(".swift") {
        let text = try readText(place + "/" + name)
        for match in text.matches(of: #/(?:rule: |rule = |make\(\s*)"([a-z0-9.-]+)"/#) {
          ids.insert(String(match.1))
        }
      }
    }
    #expect(ids.count > 40)
    for id in ids.sorted() {
      // What a decoder may find as well is explained with its structure.
      let isCode = Rule.codes.contains { id.hasSuffix("." + $0.code) }
      #expect(Rule.of(id)?.id == id || isCode && Rule.of(id) != nil, "\(id)")
    }
  }
}
