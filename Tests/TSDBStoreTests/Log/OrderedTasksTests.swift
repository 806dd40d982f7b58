import Testing

@testable import TSDBStore

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

  @Test func `a failure of the taker ends it, and nothing else is handed over`() async {
    struct Full: Error {}
    var taken: [Int] = []
    await #expect(throws: Full.self) {
      try await inOrder(Array(0..<100), jobs: 3) {
        $0
      } take: { value throws(Full) in
        guard value < 7 else { throw Full() }
        taken.append(value)
      }
    }
    #expect(taken == Array(0..<7))
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
