import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Series whose checksums are true and whose content is wrong. The first series of the block stands at
/// byte 1360: a count of labels, then two bytes for each, then its chunks.
@Suite struct SeriesCheckTests {
  let block: DamagedBlock
  static let first = 1360

  init() throws {
    block = try DamagedBlock()
  }

  @Test func `labels that are not sorted are one finding`() throws {
    try block.changeSeries(at: Self.first) { body in
      let label = Array(body[1..<3])
      body.put(Array(body[3..<5]), at: 1)
      body.put(label, at: 3)
    }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.series.label-order"])
    #expect(findings.first?.offset == Self.first)
    #expect(findings.first?.severity == .warning)
  }

  @Test func `a label name that is there twice is found`() throws {
    try block.changeSeries(at: Self.first) { $0[3] = $0[1] }
    #expect(try block.rules().contains("index.series.label-duplicate"))
  }

  @Test func `series that are not sorted are found`() throws {
    try block.changeSeries(at: Self.first) { $0[2] = 58 }
    #expect(try block.rules().contains("index.series.order"))
  }

  @Test func `a symbol that does not exist is found in its series`() throws {
    try block.changeSeries(at: Self.first) { $0[2] = 0x7f }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.series.range"])
    #expect(findings.first?.severity == .loss)
    #expect(findings.first?.lost?.text == "1 series")
  }

  @Test func `times that chunks do not have are found by a deep check alone`() throws {
    // The time of the first sample is a varint behind the count of chunks.
    try block.changeSeries(at: Self.first) { body in
      let chunks = 1 + Int(body[0]) * 2
      body[chunks + 1] ^= 2
    }
    #expect(try block.rules().isEmpty)
    let findings = try block.findings(.deep)
    #expect(findings.map(\.rule.id) == ["index.series.chunk-times"])
    #expect(findings.first?.offset == Self.first)
  }

  @Test func `symbols that are not sorted are found`() throws {
    let symbols = try block.contents().symbols
    try block.changeList(at: symbols) { body in
      let start = body.firstRange(of: Array("__name__".utf8))?.lowerBound ?? 0
      body[start] = UInt8(ascii: "z")
    }
    let findings = try block.findings()
    #expect(findings.first?.rule.id == "index.symbols.order")
    #expect(findings.count == 1)
  }
}
