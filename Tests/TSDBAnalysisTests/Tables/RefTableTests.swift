import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct RefTableTests {
  @Test func `a ref that was not set is unknown`() {
    var table = RefTable()
    for ref in [0, 1, 63, 64, 1 << 40, .max] as [UInt64] { #expect(table.entry(of: ref) == -1) }
    table.set(5, to: 0)
    #expect(table.entry(of: 4) == -1)
    #expect(table.entry(of: 5) == 0)
  }

  @Test func `refs as sparse and as large as can be are found`() {
    var table = RefTable()
    let refs: [UInt64] = [0, 63, 64, 1 << 20, (1 << 40) - 1, 1 << 40, 1 << 63, .max - 1, .max]
    for (index, ref) in refs.enumerated() { table.set(ref, to: UInt32(index)) }
    for (index, ref) in refs.enumerated() { #expect(table.entry(of: ref) == index) }
    for ref in [1, 65, (1 << 40) + 1, .max - 2] as [UInt64] { #expect(table.entry(of: ref) == -1) }
  }

  @Test func `the last one wins where a ref is set again`() {
    var table = RefTable()
    table.set(7, to: 1)
    table.set(700, to: 2)
    table.set(7, to: 3)
    #expect(table.entry(of: 7) == 3)
    #expect(table.entry(of: 700) == 2)
  }

  @Test func `a table that doubled several times knows all its refs`() {
    var random = SeededRandom(seed: 8)
    var table = RefTable()
    var known: [UInt64: UInt32] = [:]
    for index in 0..<6000 as Range<UInt32> {
      let ref = index % 2 == 0 ? UInt64(index) : UInt64.random(in: .min ... .max, using: &random)
      table.set(ref, to: index)
      known[ref] = index
    }
    let wrong = known.filter { table.entry(of: $0.key) != Int($0.value) }
    #expect(wrong.isEmpty == true, "seed \(random.seed)")
  }
}
