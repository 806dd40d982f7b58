import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LabelHashIndexTests {
  /// Numbers 0, 1, … for these hashes.
  private func index(_ hashes: [UInt64]) -> LabelHashIndex {
    var index = LabelHashIndex()
    for (number, hash) in hashes.enumerated() {
      index.insert(UInt32(number), hash) { hashes[Int($0)] }
    }
    return index
  }

  @Test func `every hash leads to its number, however many there are`() {
    var random = SeededRandom(seed: 7)
    let hashes = (0..<20_000).map { _ in random.next() }
    var index = index(hashes)
    index.touch(hashes)
    for (number, hash) in hashes.enumerated() {
      #expect(index.find(hash) { hashes[Int($0)] == hash } == UInt32(number))
    }
    for _ in 0..<1000 {
      let other = random.next()
      #expect(index.find(other) { hashes[Int($0)] == other } == nil)
    }
  }

  @Test func `hashes that share a slot, or a half, are told apart`() {
    let hashes: [UInt64] = [1, 1 | 1 << 40, 1 << 32 | 1, 2 << 32 | 1, 1025, 0, .max]
    let index = index(hashes)
    for (number, hash) in hashes.enumerated() {
      #expect(index.find(hash) { hashes[Int($0)] == hash } == UInt32(number))
    }
  }

  @Test func `of numbers with one hash, the one that still holds is found`() {
    let index = index([5, 5, 5])
    #expect(index.find(5) { $0 == 1 } == 1)
    #expect(index.find(5) { _ in false } == nil)
  }
}
