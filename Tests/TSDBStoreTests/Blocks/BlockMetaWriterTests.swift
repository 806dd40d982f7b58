import TSDBFormat
import TestSupport
import Testing

@testable import TSDBStore

@Suite struct BlockMetaWriterTests {
  @Test(
    arguments: (Fixture.all("sound") + Fixture.all("states") + Fixture.all("damaged-base")
      + Fixture.allOfFullSet("sound")))
  func `the meta.json of real servers is written again to the byte`(fixture: Fixture) throws {
    for name in try namesInFolder(fixture.data) where ULID(name) != nil {
      let bytes = try readFile(fixture.file(name + "/meta.json"))
      #expect(try BlockMeta(json: bytes).json == bytes, "\(name)")
    }
  }

  @Test func `everything that it can say comes back`() throws {
    let ulid = ULID(high: 5, low: 6)
    let meta = BlockMeta(
      ulid: ulid, minTime: -7, maxTime: 9, version: 1,
      stats: BlockMeta.Stats(
        numSamples: 1, numFloatSamples: 2, numHistogramSamples: 3, numSeries: 4, numChunks: 5,
        numTombstones: 6),
      compaction: BlockMeta.Compaction(
        level: 2, sources: [ulid], parents: [.init(ulid: ulid, minTime: 1, maxTime: 2)],
        deletable: true, failed: true, hints: ["from-out-of-order", "a\"b\\c\n"]),
      extras: [.init(key: "thanos", json: "{\"labels\": {}}")])
    #expect(try BlockMeta(json: meta.json) == meta)
  }
}
