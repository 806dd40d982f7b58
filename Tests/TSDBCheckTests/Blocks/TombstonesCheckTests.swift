import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Tombstones of the first block of the base: one stretch in a file of 22 bytes.
@Suite struct TombstonesCheckTests {
  let block: DamagedBlock

  init() throws {
    block = try DamagedBlock(DamagedBlock.first)
  }

  /// Writes tombstones with a true checksum.
  func write(_ body: [UInt8]) throws {
    var bytes: [UInt8] = [0x01, 0x30, 0xba, 0x30, 1] + body + [0, 0, 0, 0]
    bytes.fixChecksum(of: 5..<5 + body.count, at: 5 + body.count)
    try writeFile(block.path + "/tombstones", bytes)
  }

  @Test func `a tombstone of no series is found`() throws {
    try write([1, 2, 4])
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["tombstones.entries.unknown-series"])
    #expect(findings.first?.severity == .warning)
    #expect(try block.rules(.quick).isEmpty)
  }

  @Test func `a stretch that ends before it begins is found`() throws {
    try write([1, 4, 2])
    #expect(try block.rules().contains("tombstones.entries.interval"))
  }

  @Test func `another count than that of meta is worth knowing`() throws {
    try write([])
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["tombstones.entries.count"])
    #expect(findings.first?.severity == .info)
  }
}
