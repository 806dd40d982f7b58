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

  @Test(arguments: Section.allCases.filter(\.isRule))
  func `what can be wrong in one way only has one rule`(section: Section) {
    #expect(Rule(section, .malformed).id == section.rawValue)
    #expect(Rule.of(section.rawValue)?.id == section.rawValue)
  }

  @Test(arguments: Section.allCases.filter { !$0.isRule })
  func `every way in which a structure can be wrong has a rule`(section: Section) {
    for code in DecodeError.Code.allCases {
      let id = "\(section.rawValue).\(code.rawValue)"
      #expect(Rule.of(id) != nil, "\(id)")
      #expect(Rule(section, code).id == id)
      #expect(Rule(section, code).meaning == Rule.of(id)?.meaning)
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

  @Test func `a rule is known by its id, and what covers it is not the same`() {
    #expect(Rule.chunksChunkShared != .chunks)
    #expect(Rule.chunks.covers(.chunksChunkShared))
    #expect(!Rule.chunksChunkShared.covers(.chunks))
    #expect(Rule.walSegmentsGap == Rule(.walSegments, .gap))
    #expect(Rule(.walFragment, .checksum).area == .wal)
    #expect(Rule.chunksHeadRefsForeign.area == .chunksHead)
    #expect(Rule.all.allSatisfy { $0.area != nil || $0 == .tooLarge || Rule.policy.contains($0) })
  }

  @Test func `what a reader meets costs what its rule says`() {
    #expect(Rule(.walFragment, .checksum).severity == .loss)
    #expect(Rule(.indexTOC, .checksum).severity == .fatal)
    #expect(Rule(.indexSeries, .checksum).severity == .loss)
    #expect(Rule(.chunk, .checksum).severity == .loss)
    #expect(Rule(.chunk, .tooLarge).severity == .warning)
    #expect(Rule(.headChunk, .checksum).severity == .warning)
    #expect(Rule(.seriesState, .malformed).severity == .info)
  }

  /// Who adds a rule and forgets the list is told by this.
  @Test func `every constant is in the catalogue`() throws {
    let folder = String(Fixture.testData.dropLast("TestData".count)) + "Sources/TSDBCheck"
    var constants = 0
    for name in try namesInFolder(folder) where name.hasSuffix("Rules.swift") {
      constants += try readText(folder + "/" + name).matches(of: #/static let \w+ = Rule\(/#).count
    }
    #expect(constants == Rule.all.count)
  }
}
