/// Runs `work` on all of `items`, with `jobs` tasks at most, and hands the results over in the order
/// of the items: what is found does not depend on how many tasks there are.
///
/// A few results at most wait for their turn, so memory is bounded by the largest of them.
func inOrder<Item: Sendable, Value: Sendable>(
  _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) -> Value,
  take: (Value) -> Void
) async {
  await withTaskGroup(of: (Int, Value).self) { group in
    var started = 0
    func start() {
      guard started < items.count else { return }
      let (index, item) = (started, items[started])
      started += 1
      group.addTask { (index, work(item)) }
    }
    for _ in 0..<max(jobs, 1) { start() }
    var waiting: [Int: Value] = [:]
    var turn = 0
    while let (index, value) = await group.next() {
      waiting[index] = value
      while let next = waiting.removeValue(forKey: turn) {
        take(next)
        turn += 1
      }
      // Those who wait for a slow one must not become many.
      while started < items.count, started - turn < max(jobs, 1) + 2,
        started - turn - waiting.count < max(jobs, 1)
      {
        start()
      }
    }
  }
}
