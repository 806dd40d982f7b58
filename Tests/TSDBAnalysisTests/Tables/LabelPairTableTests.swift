import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct LabelPairTableTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `the same pair has the same id, and only it`() {
    var table = LabelPairTable()
    let job = table.intern(name: bytes("job").rawBytes)
    let instance = table.intern(name: bytes("instance").rawBytes)
    #expect(table.intern(name: bytes("job").rawBytes) == job)
    #expect(job != instance)
    let first = table.intern(name: job, value: bytes("a").rawBytes)
    #expect(table.intern(name: job, value: bytes("a").rawBytes) == first)
    #expect(table.intern(name: instance, value: bytes("a").rawBytes) != first)
    #expect(table.intern(name: job, value: bytes("b").rawBytes) != first)
    #expect(table.count == 3)
    #expect(table.nameCount == 2)
    #expect(table.label(ofPair: first) == Label(name: bytes("job"), value: bytes("a")))
    #expect(table.nameID(of: bytes("instance")) == instance)
    #expect(table.nameID(of: bytes("inst")) == nil)
  }

  @Test func `empty strings, zero bytes and long ones are told apart`() {
    var table = LabelPairTable()
    let name = table.intern(name: [UInt8]().rawBytes)
    var ids: [LabelPairTable.PairID] = []
    for count in [0, 1, 2, 7, 8, 9, 70_000, 70_001] {
      ids.append(table.intern(name: name, value: [UInt8](repeating: 0, count: count).rawBytes))
    }
    #expect(ids == Array(0..<8))
    #expect(table.valueLength(ofPair: 7) == 70_001)
    #expect(table.valueLength(ofPair: 0) == 0)
    #expect(table.label(ofPair: 0) == Label(name: [], value: []))
  }

  @Test func `ids stay over several doublings`() {
    var table = LabelPairTable()
    let name = table.intern(name: bytes("request_id").rawBytes)
    for index in 0..<5000 {
      let id = table.intern(name: name, value: bytes("value \(index)").rawBytes)
      if id != UInt32(index) { Issue.record("value \(index) has id \(id)") }
    }
    for index in stride(from: 0, to: 5000, by: 7) {
      let again = table.intern(name: name, value: bytes("value \(index)").rawBytes)
      if again != UInt32(index) { Issue.record("value \(index) is new: \(again)") }
    }
    #expect(table.count == 5000)
    #expect([UInt8](table.value(ofPair: 4321)) == bytes("value 4321"))
  }

  @Test func `a pair is found only where it is in`() {
    var table = LabelPairTable()
    let name = table.intern(name: bytes("a").rawBytes)
    let other = table.intern(name: bytes("b").rawBytes)
    let pair = table.intern(name: name, value: bytes("1").rawBytes)
    #expect(table.pairID(name: name, value: bytes("1").rawBytes) == pair)
    #expect(table.pairID(name: name, value: bytes("2").rawBytes) == nil)
    #expect(table.pairID(name: other, value: bytes("1").rawBytes) == nil)
  }
}
