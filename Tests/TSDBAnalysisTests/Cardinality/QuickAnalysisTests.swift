import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct QuickAnalysisTests {
  /// What a whole analysis of the block finds, less what only series tell.
  private func whole(_ folder: BlockFolder) throws -> Cardinality {
    let census = try #require(BlockAnalysis(of: folder, BlockCensus.Options()).census)
    return census.cardinality(range: 1, limit: 1000)
  }

  private func expectSame(_ quick: Cardinality, _ whole: Cardinality, _ what: String) {
    #expect(quick.series == whole.series, "\(what)")
    #expect(quick.labelNames == whole.labelNames, "\(what)")
    #expect(quick.uniquePairs == whole.uniquePairs, "\(what)")
    #expect(quick.totalPairs == whole.totalPairs, "\(what)")
    #expect(quick.commonPairs == whole.commonPairs, "\(what)")
    #expect(quick.valueLengths == whole.valueLengths, "\(what)")
    #expect(quick.labels == whole.labels, "\(what)")
    #expect(quick.metrics == whole.metrics, "\(what)")
    #expect(quick.churningPairs.isEmpty && quick.churningNames.isEmpty && quick.targets.isEmpty)
  }

  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `the offset table tells what the series tell`(fixture: Fixture) throws {
    for folder in try DataDirectory(path: fixture.data).blocks {
      let analysis = QuickAnalysis(of: folder)
      #expect(analysis.damage == [], "\(folder.name)")
      #expect(analysis.series == analysis.meta?.stats.numSeries)
      let quick = try #require(analysis.cardinality(limit: 1000))
      expectSame(quick, try whole(folder), folder.name)
    }
  }

  /// A copy of the base's middle block after `spoil`, beside the sound one.
  private func spoilt(_ spoil: (String) throws -> Void) throws -> (QuickAnalysis, Cardinality) {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    let sound = try whole(try BlockFolder(path: block))
    try spoil(block)
    return (QuickAnalysis(of: try BlockFolder(path: block)), sound)
  }

  @Test func `series that cannot be read are not looked at`() throws {
    let (analysis, sound) = try spoilt { block in
      try damage(block + "/index") { file in
        for offset in stride(from: 2853, to: 4000, by: 16) { file.flip(at: offset) }
      }
    }
    #expect(analysis.damage == [])
    expectSame(try #require(analysis.cardinality(limit: 1000)), sound, "damaged series")
  }

  @Test func `an offset table that cannot be read is said, and nothing else is known`() throws {
    let (analysis, _) = try spoilt { block in
      try damage(block + "/index") { $0.flip(at: 8175) }
    }
    let rules = analysis.damage.map { error -> String in
      if case .damaged(_, let error) = error { error.rule } else { "" }
    }
    #expect(rules == ["index.postings-offset-table.checksum"])
    #expect(analysis.cardinality(limit: 20) == nil)
    #expect(analysis.series == nil)
  }

  @Test func `a meta json with another number of series is a finding`() throws {
    let (analysis, _) = try spoilt { block in
      let text = try readText(block + "/meta.json")
      let parts = text.split(separator: "\"numSeries\": 59", omittingEmptySubsequences: false)
      try writeFile(block + "/meta.json", parts.joined(separator: "\"numSeries\": 60").utf8)
    }
    let problems = analysis.damage.map { error -> DecodeError.Problem? in
      if case .damaged(_, let error) = error { error.problem } else { nil }
    }
    #expect(problems == [.mismatch(what: "numSeries", expected: 59, found: 60)])
  }
}
