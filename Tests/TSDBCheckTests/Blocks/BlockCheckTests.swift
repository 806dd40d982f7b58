import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Blocks as a whole: sound ones, damaged ones of the fixtures, and sweeps over a small one.
@Suite struct BlockCheckTests {
  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"), CheckLevel.allCases)
  func `nothing is wrong with the blocks of a sound directory`(
    fixture: Fixture, level: CheckLevel
  ) throws {
    let directory = try DataDirectory(path: fixture.data)
    for block in directory.blocks {
      let result = BlockCheck.run(block, level: level)
      #expect(result.findings.filter { $0.severity > .info } == [], "\(block.name)")
    }
    let set = BlockSetCheck.run(directory, level: level)
    #expect(set.findings.filter { $0.severity > .info } == [])
  }

  @Test func `a full check reads every byte and a quick one few`() throws {
    let block = try DamagedBlock()
    let folder = try BlockFolder(path: block.path)
    let full = BlockCheck.run(folder, level: .standard)
    #expect(full.files == 4)
    #expect(full.bytes == folder.size)
    let quick = BlockCheck.run(folder, level: .quick)
    #expect(quick.files == 4)
    #expect(quick.bytes == 3558)
  }

  /// Rule, severity, file and where the damage lies, by the name of the fixture.
  static let damages:
    [(name: String, rule: String, severity: Severity, file: String, at: Range<Int>?)] = [
      ("chunks-bitflip", "chunks.chunk.checksum", .loss, "chunks/000001", 40876..<41152),
      ("chunks-dir-missing", "block.missing", .fatal, "chunks", nil),
      ("chunks-empty", "chunks.header.truncated", .fatal, "chunks/000001", 0..<1),
      ("chunks-truncated", "chunks.chunk.truncated", .loss, "chunks/000001", 48914..<49220),
      ("index-bad-magic", "index.header.magic", .fatal, "index", 0..<4),
      ("index-bitflip-label-index", "index.label-index.checksum", .warning, "index", 4391..<4460),
      ("index-bitflip-postings-all", "index.postings.checksum", .loss, "index", 4944..<5188),
      (
        "index-bitflip-postings-offset-table", "index.postings-offset-table.checksum", .fatal,
        "index", 8175..<9084
      ),
      ("index-bitflip-series", "index.series.checksum", .loss, "index", 2816..<2866),
      ("index-bitflip-toc", "index.toc.checksum", .fatal, "index", 9084..<9136),
      ("index-crcok-chunk-ref", "index.series.chunk-reference", .loss, "index", 1360..<1390),
      ("index-empty", "index.header.truncated", .fatal, "index", 0..<1),
      ("index-missing", "block.missing", .fatal, "index", nil),
      ("index-zeroed", "index.header.magic", .fatal, "index", 0..<4),
      ("meta-empty", "meta.truncated", .loss, "meta.json", 0..<1),
      ("meta-invalid-json", "meta.truncated", .loss, "meta.json", 0..<137),
      ("meta-missing", "block.missing", .loss, "meta.json", nil),
      ("meta-ulid-mismatch", "meta.name", .warning, "meta.json", 0..<1),
      ("meta-wrong-stats", "meta.stats", .warning, "meta.json", nil),
      ("meta-wrong-times", "meta.range", .warning, "meta.json", 0..<1),
      ("tombstones-bad-magic", "tombstones.header.magic", .fatal, "tombstones", 0..<4),
      ("tombstones-bitflip", "tombstones.entries.checksum", .fatal, "tombstones", 5..<22),
      ("tombstones-empty", "tombstones.header.truncated", .fatal, "tombstones", 0..<1),
      ("tombstones-missing", "tombstones.missing", .warning, "tombstones", nil),
      ("block-empty-dir", "block.missing", .warning, "meta.json", nil),
      ("compaction-failed", "chunks.chunk.checksum", .loss, "chunks/000001", 40876..<41152),
      (
        "f18-damaged-child-parents-on-disk", "chunks.chunk.checksum", .loss, "chunks/000001",
        136_438..<137_726
      ),
    ]

  @Test(arguments: Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
  func `each damaged block of the full set has one finding`(fixture: Fixture) throws {
    let name = String(fixture.name.split(separator: "/").last ?? "")
    let damage = Self.damages.first { $0.name == name }
    var found: [Finding] = []
    for block in (try? DataDirectory(path: fixture.data))?.blocks ?? [] {
      found += BlockCheck.run(block, level: .deep).findings
    }
    found.removeAll { $0.severity == .info }
    #expect(found.map(\.rule.id) == (damage.map { [$0.rule] } ?? []))
    guard let damage, let first = found.first else { return }
    #expect(first.severity == damage.severity)
    #expect(first.path.hasSuffix("/" + damage.file))
    #expect((first.offset == nil) == (damage.at == nil))
    if let offset = first.offset, let range = damage.at { #expect(range.contains(offset)) }
  }

  @Test func `every flipped bit of a small index is found, but for padding`() throws {
    let whole = try ExampleBlock.index()
    let block = try SmallBlock()
    var unnoticed: [Int] = []
    for offset in whole.indices {
      var spoilt = whole
      spoilt.flip(at: offset, bit: offset % 8)
      try writeFile(block.path + "/index", spoilt)
      let found = try block.findings()
      if found.allSatisfy({ $0.severity == .info }) { unnoticed.append(offset) }
      #expect(found.count < 10, "\(offset)")
    }
    #expect(unnoticed.allSatisfy { whole[$0] == 0 }, "\(unnoticed)")
    #expect(unnoticed.count < 150)
  }

  @Test func `every shorter index is found`() throws {
    let whole = try ExampleBlock.index()
    let block = try SmallBlock()
    for count in 0..<whole.count {
      try writeFile(block.path + "/index", whole[..<count])
      #expect(try block.findings().contains { $0.severity == .fatal }, "\(count)")
    }
  }

  @Test func `flipped bits and cuts all over a small chunk segment are found`() throws {
    let whole = try ExampleBlock.chunks()
    let block = try SmallBlock()
    let file = block.path + "/chunks/000001"
    // Bytes 5 to 7 are padding; behind them, every seventh is looked at.
    for offset in Array(0..<5) + stride(from: 8, to: whole.count, by: 7) {
      var spoilt = whole
      spoilt.flip(at: offset, bit: offset % 8)
      try writeFile(file, spoilt)
      let found = try block.findings().filter { $0.severity > .info }
      #expect(found.count == 1 && found[0].path == file, "\(offset) \(found)")
      try writeFile(file, whole[..<offset])
      #expect(try block.findings().contains { $0.severity > .info }, "\(offset)")
    }
  }
}

/// A copy of the small block of the format pages.
private struct SmallBlock {
  let copy: TemporaryDirectory
  let path: String

  init() throws {
    copy = try Fixture("states/wal-multi-ref").copy()
    path = copy.data + "/" + ExampleBlock.path.lastName
  }

  func findings() throws -> [Finding] {
    BlockCheck.run(try BlockFolder(path: path), level: .standard).findings
  }
}
