import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// What `meta.json` says against what the block holds.
@Suite struct MetaCheckTests {
  private func listing(_ files: String, of block: DamagedBlock) throws -> [Finding] {
    let path = block.path + "/meta.json"
    let text = try readText(path)
    let end = try #require(text.lastIndex(of: "}"))
    try writeFile(
      path, Array((text[..<end] + ", \"thanos\": {\"files\": [\(files)]}}").utf8))
    return try block.findings().filter { $0.rule == .metaFiles }
  }

  @Test func `files of another size and files that are not there are found by the list of Thanos`()
    throws
  {
    let block = try DamagedBlock()
    let size = try readFile(block.path + "/chunks/000001").count
    let found = try listing(
      """
      {"rel_path": "chunks/000001", "size_bytes": \(size)}, {"rel_path": "meta.json"},
      {"rel_path": "index", "size_bytes": 12}, {"rel_path": "chunks/000002", "size_bytes": 7}
      """, of: block)
    #expect(
      found.map { "\($0.message)" } == [
        "lists index with another size than it has", "lists chunks/000002, which is not there",
      ])
    #expect(found.map(\.severity) == [.warning, .warning])
  }

  @Test func `an object store has no tombstones`() throws {
    let block = try DamagedBlock(DamagedBlock.first)
    removeTree(block.path + "/tombstones")
    #expect(try block.findings().first { $0.rule == .tombstonesMissing }?.severity == .warning)
    _ = try listing("", of: block)
    #expect(try block.findings().first { $0.rule == .tombstonesMissing }?.severity == .info)
  }

  let block: DamagedBlock

  init() throws {
    block = try DamagedBlock()
  }

  func replace(_ text: String, with other: String) throws {
    try damage(block.path + "/meta.json") { bytes in
      bytes = Array(String(decoding: bytes, as: UTF8.self).replacing(text, with: other).utf8)
    }
  }

  @Test func `wrong counts are one finding`() throws {
    try replace("\"numSeries\": 59", with: "\"numSeries\": 64")
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["meta.stats"])
    #expect(findings.first?.expected?.text == "59 series")
    #expect(findings.first?.found?.text == "64 series")
    #expect(try block.rules(.quick).isEmpty)
  }

  @Test func `chunks outside of the block's time are one finding`() throws {
    try replace("\"maxTime\": 1794888000000", with: "\"maxTime\": 1794884400000")
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["meta.times"])
    #expect(findings.first?.severity == .warning)
  }

  @Test func `marks of compaction are worth knowing`() throws {
    try replace("\"level\": 1", with: "\"level\": 1, \"failed\": true, \"deletable\": true")
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["meta.failed", "meta.deletable"])
    #expect(findings.allSatisfy { $0.severity == .info })
  }

  @Test func `a block that a server passes over stops no server`() throws {
    removeTree(block.path + "/meta.json")
    removeTree(block.path + "/index")
    let findings = try block.findings(.quick)
    #expect(findings.map(\.rule.id) == ["block.missing", "block.missing"])
    #expect(findings.map(\.severity) == [.loss, .loss])
  }
}
