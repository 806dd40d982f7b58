import TSDBFormat
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
    #expect(Rule.of("index.postings.unsorted")?.id == "index.*")
    #expect(Rule.of("nonsense") == nil)
    #expect(Rule.of("index.") == nil)
  }
}
