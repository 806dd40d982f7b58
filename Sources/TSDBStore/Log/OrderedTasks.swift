internal import Synchronization

/// Runs `work` on all of `items`, with a task more than `jobs` at most, and hands the results over in the order
/// of the items: what is found does not depend on how many tasks there are.
///
/// The one task more has the next result ready when the last one was taken. Those that wait for a slow one
/// count as well, so memory is bounded by the largest of a few.
public func inOrder<Item: Sendable, Value: Sendable, Failure: Error>(
  _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) -> Value,
  take: (Value) throws(Failure) -> Void
) async throws(Failure) {
  let outcome = await withTaskGroup(of: (Int, Value).self) { group -> Result<Void, Failure> in
    var started = 0
    func start() {
      guard started < items.count else { return }
      let (index, item) = (started, items[started])
      started += 1
      group.addTask { (index, work(item)) }
    }
    for _ in 0..<max(jobs, 1) + 1 { start() }
    var waiting: [Int: Value] = [:]
    var turn = 0
    do throws(Failure) {
      while let (index, value) = await group.next() {
        waiting[index] = value
        while let next = waiting.removeValue(forKey: turn) {
          try take(next)
          turn += 1
          start()
        }
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }
  try outcome.get()
}

/// What tasks filled and nobody needs any more: its memory serves those that come, because memory that is asked
/// for anew comes page by page, and costs as much as what is done in it.
public final class Spare<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  private let make: @Sendable () -> Value

  /// Nothing; where nothing is left, `make` makes one.
  public init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  /// One that was given, or a new one.
  public func take() -> Value { values.withLock { $0.popLast() } ?? make() }

  /// Keeps one for who comes next.
  public func give(_ value: sending Value) { values.withLock { $0.append(value) } }
}
