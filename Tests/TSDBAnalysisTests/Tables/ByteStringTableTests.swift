import TSDBFormat
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct ByteStringTableTests {
  @Test func `random strings are found again, and strangers are not`() {
    var random = SeededRandom(seed: 4)
    var table = ByteStringTable()
    var known: [[UInt8]: UInt32] = [:]
    for _ in 0..<4000 {
      // Short strings of few letters, so that many meet again.
      let count = Int.random(in: 0...17, using: &random)
      let string = (0..<count).map { _ in UInt8.random(in: 0...1, using: &random) }
      let tag = UInt32(string.count % 3)
      let hash = ByteStringTable.hash(tag: UInt64(tag), string.rawBytes)
      let before = table.find(tag: tag, string.rawBytes, hash: hash)
      let id = table.intern(tag: tag, string.rawBytes, hash: hash)
      if before != known[string] || id != known[string] ?? UInt32(known.count) {
        Issue.record("seed \(random.seed): \(string)")
      }
      known[string] = id
    }
    #expect(table.count == known.count, "seed \(random.seed)")
    for (string, id) in known where [UInt8](table.bytes(id)) != string {
      Issue.record("seed \(random.seed): \(string)")
    }
    let stranger: [UInt8] = [0, 1]
    let hash = ByteStringTable.hash(tag: 9, stranger.rawBytes)
    #expect(table.find(tag: 9, stranger.rawBytes, hash: hash) == nil)
    #expect(table.tag(0) < 3)
  }
}
