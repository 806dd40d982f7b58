import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Chunk segments: what belongs to no chunk, segments that are not there, chunks whose checksums are
/// true and whose content is wrong. The first chunk of the block stands at byte 8.
@Suite struct ChunkCheckTests {
  let block: DamagedBlock
  let segment: String

  init() throws {
    block = try DamagedBlock()
    segment = block.path + "/chunks/000001"
  }

  /// Changes encoding and data of the first chunk, and makes its checksum true.
  func changeChunk(_ change: (inout [UInt8]) -> Void) throws {
    try damage(segment) { bytes in
      let isLong = bytes[8] >= 128
      let length = isLong ? Int(bytes[8] & 0x7f) | Int(bytes[9]) << 7 : Int(bytes[8])
      let start = isLong ? 10 : 9
      let range = start..<start + 1 + length
      var chunk = Array(bytes[range])
      change(&chunk)
      bytes.put(chunk, at: start)
      bytes.fixChecksum(of: range, at: range.upperBound)
    }
  }

  @Test func `bytes that no series refers to are worth knowing`() throws {
    try damage(segment) { $0 += [UInt8](repeating: 0, count: 40) }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.chunk.unreferenced"])
    #expect(findings.first?.severity == .info)
    #expect(findings.first?.offset == 82034)
    #expect(findings.first?.message.text == "40 bytes that belong to no chunk the index knows")
  }

  @Test func `a segment that was renamed is one finding`() throws {
    try move(segment, to: block.path + "/chunks/000002")
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.files.gap"])
    #expect(findings.first?.severity == .loss)
  }

  @Test func `a segment that is not there is one finding with all its chunks`() throws {
    removeTree(segment)
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.files.missing"])
    #expect(findings.first?.lost?.text == "208 chunks")
  }

  @Test func `an encoding that nobody knows is found`() throws {
    try changeChunk { $0[0] = 99 }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.chunk.unknown-code"])
    #expect(findings.first?.severity == .loss)
  }

  @Test func `a chunk without samples is found`() throws {
    try changeChunk { $0.fill(1..<3) }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.chunk.no-samples", "meta.stats"])
  }

  @Test func `samples that cannot be decoded are found by a deep check alone`() throws {
    try changeChunk { $0.put([0x7f, 0xff], at: 1) }
    #expect(try block.rules() == ["meta.stats"])
    #expect(try block.rules(.deep) == ["chunks.data.truncated"])
  }

  @Test func `a cut between two chunks is one finding`() throws {
    let bytes = try readFile(segment)
    let end = try Chunk(of: bytes.rawBytes, at: 8).end
    try damage(segment) { $0.cut(to: end) }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["chunks.chunk.truncated"])
    #expect(findings.first?.offset == end)
    #expect(findings.first?.lost?.text == "207 chunks")
  }
}
