import Testing

@testable import TSDBCheck

@Suite struct OrderedTasksTests {
  @Test(arguments: [1, 2, 3, 16])
  func `results come in the order of the items`(jobs: Int) async {
    var taken: [Int] = []
    await inOrder(Array(0..<100), jobs: jobs) {
      $0 * 2
    } take: {
      taken.append($0)
    }
    #expect(taken == (0..<100).map { $0 * 2 })
  }

  @Test func `no items give no results`() async {
    var taken = 0
    await inOrder([Int](), jobs: 4) {
      $0
    } take: { _ in
      taken += 1
    }
    #expect(taken == 0)
  }
}
