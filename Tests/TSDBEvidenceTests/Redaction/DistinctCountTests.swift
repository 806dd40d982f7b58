import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct DistinctCountTests {
  @Test func `few things are counted exactly`() {
    var count = DistinctCount(most: 100)
    var random = SeededRandom(seed: 3)
    let hashes = (0..<100).map { _ in random.next() }
    for hash in hashes + hashes { count.insert(hash) }
    #expect(count.count == 100)
    #expect(count.isExact)
  }

  @Test func `many are counted about`() {
    var count = DistinctCount(most: 4096)
    var random = SeededRandom(seed: 4)
    for _ in 0..<200_000 { count.insert(random.next()) }
    #expect(!count.isExact)
    #expect((185_000...215_000).contains(count.count), "\(count.count)")
  }
}
