import Testing

@testable import TSDBCheck

@Suite struct PagedArrayTests {
  @Test func `elements stay where they were put, over many pages`() {
    var array = PagedArray<Int>()
    for number in 0..<50_000 { array.append(number * 3) }
    #expect(array.count == 50_000)
    array[16_383] = -1
    array[16_384] -= 10
    array[49_999] += 1
    for number in 0..<50_000 {
      let expected =
        switch number {
        case 16_383: -1
        case 16_384: 49_142
        case 49_999: 149_998
        default: number * 3
        }
      #expect(array[number] == expected)
    }
  }

  @Test func `a copy does not change with the array`() {
    var array = PagedArray<Int>()
    array.append(1)
    let copy = array
    array[0] = 2
    array.append(3)
    #expect(copy.count == 1)
    #expect(copy[0] == 1)
    #expect(array[0] == 2)
  }
}
