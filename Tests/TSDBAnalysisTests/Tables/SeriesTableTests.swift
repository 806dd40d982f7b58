import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct SeriesTableTests {
  private func pairs(_ series: SeriesTable.SeriesID, in table: SeriesTable) -> [UInt32] {
    let own = table.pairs(of: series)
    return own.indices.map { own[$0] }
  }

  private func intern(_ pairs: [UInt32], _ table: inout SeriesTable) -> SeriesTable.SeriesID {
    table.intern(pairs.span)
  }

  @Test func `the same pairs are the same series, in their order`() {
    var table = SeriesTable()
    #expect(intern([1, 2, 3], &table) == 0)
    #expect(intern([1, 2], &table) == 1)
    #expect(intern([], &table) == 2)
    #expect(intern([3, 2, 1], &table) == 3)
    #expect(intern(Array([9, 1, 2, 3, 9][1..<4]), &table) == 0)
    #expect(intern([], &table) == 2)
    #expect(table.count == 4)
    #expect(table.labelCount == 8)
    #expect(pairs(1, in: table) == [1, 2])
    #expect(pairs(2, in: table) == [])
    #expect(pairs(3, in: table) == [3, 2, 1])
  }

  @Test func `ids stay over several doublings`() {
    var table = SeriesTable()
    for round in 0..<2 {
      for index in 0..<5000 as Range<UInt32> {
        let id = intern([index, index / 2, .max], &table)
        if id != index { Issue.record("round \(round): \(index) has id \(id)") }
      }
    }
    #expect(table.count == 5000)
  }

  @Test func `a series without samples has an empty range that grows`() {
    var table = SeriesTable()
    let id = intern([1], &table)
    #expect(table.times[0].isEmpty == true)
    table.include(TimeRange(minTime: 5, maxTime: 9), of: id)
    table.include(TimeRange(), of: id)
    table.include(TimeRange(minTime: -1, maxTime: 6), of: id)
    #expect(table.times[0] == TimeRange(minTime: -1, maxTime: 9))
  }
}
