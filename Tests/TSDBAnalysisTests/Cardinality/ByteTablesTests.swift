import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct ByteTablesTests {
  /// The tables of a block: by the places of its chunks, or with `readsChunks` by the chunks themselves.
  private func tables(
    _ path: String, readsChunks: Bool, selectors: [String] = []
  ) throws -> (tables: ByteTables, census: BlockCensus) {
    let options = BlockCensus.Options(
      selectors: try selectors.map { try Selector($0) }, readsChunks: readsChunks,
      measuresBytes: true)
    let folder = try BlockFolder(path: path)
    let census = try #require(BlockAnalysis(of: folder, options).census)
    return (try #require(census.byteTables(limit: 10_000)), census)
  }

  /// Key and bytes of each line, whether or not samples are known.
  private func bytes(_ tables: ByteTables) -> [String] {
    func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
    let lines = tables.metrics + tables.labels + tables.pairs
    return ["\(tables.bytes)"] + lines.map { "\($0.bytes) \(text($0.key))" }
      + tables.targets.map { "\($0.bytes) \(text($0.job)) \(text($0.instance))" }
  }

  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `places of chunks tell the bytes that chunks have`(fixture: Fixture) throws {
    for folder in try DataDirectory(path: fixture.data).blocks {
      let places = try tables(folder.path, readsChunks: false).tables
      let chunks = try tables(folder.path, readsChunks: true).tables
      #expect(bytes(places) == bytes(chunks), "\(folder.name)")
      // All of the files but their headers.
      let files = folder.chunks.totalSize - 8 * folder.chunks.count
      #expect(places.bytes == UInt64(files), "\(folder.name)")
      #expect(places.samples == nil && places.metrics.allSatisfy { $0.samples == nil })
      #expect(chunks.samples == (try folder.meta.get()).stats.numSamples)
      #expect(chunks.metrics.reduce(0) { $0 + ($1.samples ?? 0) } == chunks.samples)
    }
  }

  @Test func `what selectors select is what is counted`() throws {
    let (all, census) = try tables(ExampleBlock.path, readsChunks: false)
    let places = try tables(ExampleBlock.path, readsChunks: false, selectors: ["flapper"]).tables
    let chunks = try tables(ExampleBlock.path, readsChunks: true, selectors: ["flapper"]).tables
    #expect(bytes(places) == bytes(chunks))
    #expect(places.bytes < all.bytes && places.bytes > 0)
    #expect(places.metrics.map { String(decoding: $0.key, as: UTF8.self) } == ["flapper"])
    #expect(census.byteTables(limit: 1)?.pairs.count == 1)
  }

  @Test func `zeros behind the last chunk are nobody's`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    let sound = bytes(try tables(block, readsChunks: false).tables)
    let segment = block + "/chunks/000001"
    try writeFile(segment, try readFile(segment) + [UInt8](repeating: 0, count: 5000))
    #expect(bytes(try tables(block, readsChunks: false).tables) == sound)
  }

  /// The chunks of a series that cannot be read are not those of the one before it.
  @Test func `of a damaged index the lengths of the chunks tell`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    let sound = try tables(block, readsChunks: false).tables
    try damage(block + "/index") { $0.flip(at: 2853) }
    let places = try tables(block, readsChunks: false).tables
    #expect(bytes(places) == bytes(try tables(block, readsChunks: true).tables))
    #expect(places.bytes < sound.bytes)
  }

  @Test func `bytes that no series refers to are nobody's`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    // The first chunk, as if it were longer than the next one's place says.
    try damage(block + "/chunks/000001") { file in file.flip(at: 8) }
    let places = try tables(block, readsChunks: false)
    #expect(places.census.damage.count <= 1)
    let sound = try tables(
      Fixture("damaged-base/main").data + "/01M7XPVHDBEN0X46Y430AHYY2Q", readsChunks: false)
    #expect(places.tables.bytes != sound.tables.bytes)
  }

  @Test func `chunks of a segment that is gone are a finding, and take nothing`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    removeTree(block + "/chunks/000001")
    let (tables, census) = try tables(block, readsChunks: false)
    #expect(tables.bytes == 0)
    #expect(
      census.damage.map { error -> String in
        if case .damaged(_, let error) = error { error.rule } else { "" }
      } == ["chunks.files.missing"])
  }
}
