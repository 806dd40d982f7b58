import Testing

@testable import TSDBAnalysis

@Suite struct LargeArrayTests {
  private func elements(_ array: LargeArray<UInt64>) -> [UInt64] {
    array.span.indices.map { array.span[$0] }
  }

  private func set(_ index: Int, to value: UInt64, in array: inout LargeArray<UInt64>) {
    var span = array.mutableSpan
    span[index] = value
  }

  @Test func `what is appended is there, over many growths`() {
    var array = LargeArray<UInt64>()
    #expect(array.count == 0)
    #expect(elements(array) == [])
    // More than four megabytes, so that advice is asked for as well.
    for value in 0..<UInt64(700_000) { array.append(value &* 3) }
    #expect(array.count == 700_000)
    #expect(elements(array) == (0..<700_000).map { $0 * 3 })
  }

  @Test func `pieces are appended whole`() {
    var array = LargeArray<UInt64>()
    let piece: [UInt64] = [1, 2, 3]
    array.append(contentsOf: piece.span)
    array.append(contentsOf: [UInt64]().span)
    array.append(contentsOf: piece.span)
    #expect(elements(array) == [1, 2, 3, 1, 2, 3])
  }

  @Test func `a copy does not see what happens to the other`() {
    var one = LargeArray<UInt64>(repeating: 7, count: 4)
    var two = one
    one[0] = 1
    two.append(9)
    var three = two
    set(3, to: 8, in: &three)
    #expect(elements(one) == [1, 7, 7, 7])
    #expect(elements(two) == [7, 7, 7, 7, 9])
    #expect(elements(three) == [7, 7, 7, 8, 9])
  }

  @Test func `an array of nothing has spans of nothing`() {
    var array = LargeArray<UInt64>(repeating: 1, count: 0)
    #expect(array.count == 0)
    #expect(elements(array) == [])
    let copy = array
    array.append(5)
    #expect(elements(copy) == [])
    #expect(elements(array) == [5])
  }
}
