internal import TSDBFormat
internal import TSDBStore

/// Blocks by the labels of their next series, the first in front: a heap, so that a series costs the
/// logarithm of how many blocks there are, and not all of them.
struct BlockQueue {
  /// In the order in which they were added.
  private(set) var blocks: [BlockStream] = []
  /// Indices of those that have a next series; none is behind one of the two at twice its place.
  private var heap: [Int] = []

  /// Adds a block.
  mutating func add(_ block: BlockStream) {
    blocks.append(block)
    guard block.next != nil else { return }
    heap.append(blocks.count - 1)
    var place = heap.count - 1
    while place > 0, isBefore(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// The labels of the series in front; nil when there is none left.
  var labels: [Label]? { heap.first.flatMap { blocks[$0].next?.labels } }

  /// Takes the series in front out if it has these labels, block by block as they were added.
  mutating func next(with labels: [Label]) -> [SampleRun]? {
    guard let first = heap.first, let series = blocks[first].next, series.labels == labels else {
      return nil
    }
    blocks[first].advance()
    if blocks[first].next == nil {
      let last = heap.removeLast()
      if heap.isEmpty { return series.runs }
      heap[0] = last
    }
    sink()
    return series.runs
  }

  /// Lets the one in front sink to its place.
  private mutating func sink() {
    var place = 0
    while true {
      var first = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && isBefore(heap[child], heap[first]) {
        first = child
      }
      if first == place { return }
      heap.swapAt(place, first)
      place = first
    }
  }

  /// By labels; of equal ones the block that was added first.
  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    guard let mine = blocks[left].next?.labels, let theirs = blocks[right].next?.labels else {
      return false
    }
    if mine.isOrdered(before: theirs) { return true }
    return left < right && !theirs.isOrdered(before: mine)
  }
}
