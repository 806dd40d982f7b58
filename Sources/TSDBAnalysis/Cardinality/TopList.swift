/// The largest of many entries, in bounded memory: count descending, and among equals the key that
/// comes first.
public struct TopList {
  /// One entry: a count and the number that stands for its key.
  public struct Entry: Equatable {
    /// What it is sorted by.
    public let count: UInt64
    /// What stands for its key.
    public let number: Int
  }

  private let limit: Int
  /// A heap with the entry that would leave next on top.
  private var heap: [Entry] = []

  /// A list of `limit` entries at most.
  public init(limit: Int) {
    self.limit = max(limit, 0)
  }

  /// Takes the entry in if it is among the largest so far.
  public mutating func insert(
    count: UInt64, number: Int, isOrdered: (_ number: Int, _ other: Int) -> Bool
  ) {
    let entry = Entry(count: count, number: number)
    if heap.count < limit {
      heap.append(entry)
      siftUp(isOrdered)
    } else if let worst = heap.first, Self.isBetter(entry, worst, isOrdered) {
      heap[0] = entry
      siftDown(isOrdered)
    }
  }

  /// The entries, largest first.
  public func sorted(isOrdered: (_ number: Int, _ other: Int) -> Bool) -> [Entry] {
    heap.sorted { Self.isBetter($0, $1, isOrdered) }
  }

  private static func isBetter(
    _ entry: Entry, _ other: Entry, _ isOrdered: (Int, Int) -> Bool
  ) -> Bool {
    entry.count == other.count
      ? isOrdered(entry.number, other.number) : entry.count > other.count
  }

  private mutating func siftUp(_ isOrdered: (Int, Int) -> Bool) {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isBetter(heap[parent], heap[child], isOrdered) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown(_ isOrdered: (Int, Int) -> Bool) {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Self.isBetter(heap[worst], heap[child], isOrdered) { worst = child }
      }
      guard worst != parent else { return }
      heap.swapAt(worst, parent)
      parent = worst
    }
  }
}
