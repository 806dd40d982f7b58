import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct BlockAnalysisTests {
  private func analyze(
    _ path: String, _ options: BlockCensus.Options = BlockCensus.Options()
  ) throws -> BlockAnalysis {
    BlockAnalysis(of: try BlockFolder(path: path), options)
  }

  /// What is wrong in a copy of the base's middle block after `spoil`.
  private func damage(
    readsChunks: Bool = false, _ spoil: (_ block: String) throws -> Void
  ) throws -> [FileError] {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    try spoil(block)
    return try analyze(block, BlockCensus.Options(readsChunks: readsChunks)).damage
  }

  private func rules(_ damage: [FileError]) -> [String] {
    damage.map { error in
      let name = String(error.path.split(separator: "/").last ?? "")
      switch error {
      case .damaged(_, let error): return "\(name) \(error.rule)"
      case .system(_, let operation, _): return "\(name) \(operation)"
      }
    }
  }

  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `blocks of real servers have nothing wrong`(fixture: Fixture) throws {
    for folder in try DataDirectory(path: fixture.data).blocks {
      let analysis = BlockAnalysis(of: folder, BlockCensus.Options(readsChunks: true))
      #expect(analysis.damage == [], "\(folder.name)")
      let census = try #require(analysis.census)
      let meta = try #require(analysis.block.meta)
      #expect(census.totalSeries == meta.stats.numSeries)
      #expect(census.chunks == meta.stats.numChunks)
      #expect(census.chunkStatistics?.chunks == meta.stats.numChunks)
      let samples = census.chunkStatistics.map { $0.floatSamples.sum + $0.histogramSamples.sum }
      // Tombstones are not applied to the count in meta.json either.
      #expect(samples == meta.stats.numSamples)
    }
  }

  @Test func `selectors select series, and several are a union`() throws {
    let block = ExampleBlock.path
    func series(_ selectors: [String]) throws -> UInt64? {
      let options = BlockCensus.Options(selectors: try selectors.map { try Selector($0) })
      return try analyze(block, options).census?.series
    }
    #expect(try series([]) == 14)
    #expect(try series(["flapper"]) == 6)
    #expect(try series(["flapper", #"{i="1"}"#]) == 7)
    #expect(try series([#"{job="edge",i=~"[0-2]"}"#]) == 3)
    #expect(try series([#"{missing=""}"#]) == 14)
    #expect(try series([#"{missing!=""}"#]) == 0)
    #expect(try series([#"{job!="edge"}"#]) == 8)
  }

  @Test func `targets are counted by job and instance`() throws {
    let options = BlockCensus.Options(countsTargets: true)
    let census = try #require(try analyze(ExampleBlock.path, options).census)
    let targets = census.cardinality(range: 1, limit: 20).targets
    #expect(
      targets == [
        Cardinality.TargetCount(job: Array("base".utf8), instance: [], series: 8),
        Cardinality.TargetCount(job: Array("edge".utf8), instance: [], series: 6),
      ])
  }

  @Test func `damage is named with its file`() throws {
    #expect(try rules(damage { _ in }) == [])
    func flip(_ name: String, _ offset: Int) throws -> [String] {
      try rules(
        damage(readsChunks: true) { block in
          try TestSupport.damage(block + "/" + name) { $0.flip(at: offset) }
        })
    }
    #expect(try flip("index", 0) == ["index index.header.magic"])
    #expect(try flip("index", 2853) == ["index index.series.checksum"])
    #expect(try flip("index", 4391) == ["index index.label-index.checksum"])
    #expect(try flip("index", 4954) == ["index index.postings.checksum"])
    #expect(try flip("index", 8175) == ["index index.postings-offset-table.checksum"])
    #expect(try flip("index", 9099) == ["index index.toc.checksum"])
    #expect(try flip("chunks/000001", 1000) == ["000001 chunks.chunk.checksum"])
    #expect(try flip("tombstones", 0) == ["tombstones tombstones.header.magic"])
  }

  @Test func `a block without meta json is still counted`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    let sound = try analyze(block)
    removeTree(block + "/meta.json")
    let analysis = try analyze(block)
    #expect(rules(analysis.damage) == ["meta.json block.missing"])
    #expect(analysis.totalSeries == sound.totalSeries)
    #expect(analysis.block.name == "01M7XPVHDBEN0X46Y430AHYY2Q")
    #expect(analysis.range > 0)
  }

  @Test func `a meta json that does not fit its block is a finding`() throws {
    func replace(_ old: String, _ new: String) throws -> [String] {
      try rules(
        damage { block in
          let text = try readText(block + "/meta.json")
          #expect(text.contains(old))
          let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
          try writeFile(block + "/meta.json", parts.joined(separator: new).utf8)
        })
    }
    #expect(try replace("\"numSeries\": 59", "\"numSeries\": 60") == ["meta.json meta.mismatch"])
    #expect(
      try replace("\"maxTime\": 1794888000000", "\"maxTime\": 1794884400000")
        == ["meta.json meta.malformed"])
    #expect(
      try replace(
        "\"ulid\": \"01M7XPVHDBEN0X46Y430AHYY2Q\"",
        "\"ulid\": \"01M7XPVHDBEN0X46Y430AHZZZZ\"")
        == ["meta.json meta.malformed"])
  }

  @Test func `chunks whose segment is gone are one finding`() throws {
    let found = try rules(
      damage(readsChunks: true) { removeTree($0 + "/chunks/000001") })
    #expect(found == ["chunks chunks.files.missing"])
  }

  @Test func `an index of nothing gives nothing`() throws {
    let found = try rules(damage { try writeFile($0 + "/index", []) })
    #expect(
      found == [
        "index index.header.truncated", "index index.toc.truncated",
        "index index.symbols.truncated", "index index.symbols.truncated",
      ])
  }
}
