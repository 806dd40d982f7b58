import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Lists of postings whose checksums are true and that hold the wrong series.
@Suite struct PostingsCheckTests {
  let block: DamagedBlock
  let all: Int

  init() throws {
    block = try DamagedBlock()
    all = try #require(try block.list("", ""))
  }

  @Test func `a list that does not ascend is found where it does not`() throws {
    try block.changeList(at: all) { body in
      let first = Array(body[4..<8])
      body.put(Array(body[8..<12]), at: 4)
      body.put(first, at: 8)
    }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.postings.order"])
    #expect(findings.first?.severity == .loss)
    #expect(findings.first?.offset == all + 12)
  }

  @Test func `a reference that leads nowhere is found`() throws {
    try block.changeList(at: all) { $0[$0.count - 1] += 1 }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.postings.unknown-series"])
    #expect(findings.first?.offset == all)
    #expect(
      findings.first?.message.text == "the list of all series refers to 1 place where no series is")
  }

  @Test func `a list that lacks a series is found`() throws {
    let first = try #require(try block.list("__name__", "up"))
    try damage(block.path + "/index") { bytes in
      let length = bytes[first..<first + 4].reduce(0) { $0 << 8 | Int($1) }
      let count = length / 4 - 1
      bytes.put(bigEndianBytes(UInt32(length - 4)), at: first)
      bytes.put(bigEndianBytes(UInt32(count - 1)), at: first + 4)
      bytes.fixChecksum(of: first + 4..<first + length, at: first + length)
    }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.postings.incomplete"])
    #expect(findings.first?.message.text == "a list of series with one label lacks 1 series")
    #expect(findings.first?.offset == first)
  }

  @Test func `a list with the series of another label is found`() throws {
    let up = try #require(try block.list("__name__", "up"))
    let index = try readFile(block.path + "/index")
    let others = try Postings(of: index.rawBytes, at: all).references()
    let own = try Postings(of: index.rawBytes, at: up).references()
    let foreign = try #require(others.first { $0 < own[0] })
    try block.changeList(at: up) { $0.put(bigEndianBytes(foreign), at: 4) }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.postings.foreign"])
    #expect(findings.first?.offset == up)
  }

  @Test func `a label of the table that is no symbol is found`() throws {
    let table = try block.contents().postingsOffsetTable
    try block.changeList(at: table) { body in
      let start = body.firstRange(of: Array("__name__".utf8))?.lowerBound ?? 0
      body[start] = UInt8(ascii: "a")
    }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.postings-offset-table.unknown-symbol"])
    #expect(findings.first?.offset == table)
  }

  @Test func `a label that the table lacks is told as a label, not as words`() throws {
    let table = try block.contents().postingsOffsetTable
    let index = try readFile(block.path + "/index")
    var entries: [Label] = []
    var reader = try PostingsOffsetTable(of: index.rawBytes, at: table)
    while let entry = try reader.next() {
      entries.append(Label(name: [UInt8](entry.name), value: [UInt8](entry.value)))
    }
    let (kept, lost) = try #require(
      zip(entries, entries.dropFirst()).first {
        $0.name == $1.name && $0.value.count == $1.value.count
      })
    func written(_ label: Label) -> [UInt8] {
      [2, UInt8(label.name.count)] + label.name + [UInt8(label.value.count)] + label.value
    }
    try block.changeList(at: table) { body in
      body.put(written(kept), at: body.firstRange(of: written(lost))?.lowerBound ?? 0)
    }
    let found = try block.findings().first { $0.rule == .indexPostingsOffsetTableIncomplete }
    #expect(
      found?.message.parts == [
        .words("lacks "), .count(1, unit: "label"), .words(" that series carry, such as "),
        .label(lost.name), .words("="), .value(lost.value, of: lost.name),
      ])
  }

  @Test func `a series that cannot be read costs no list a finding`() throws {
    try damage(block.path + "/index") { $0.flip(at: 2853, bit: 2) }
    let findings = try block.findings()
    #expect(findings.map(\.rule.id) == ["index.series.checksum"])
    #expect(findings.first?.lost?.text == "1 series")
  }
}
