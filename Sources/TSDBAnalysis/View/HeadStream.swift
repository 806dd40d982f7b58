internal import TSDBFormat
internal import TSDBStore

/// The wanted series of a head, one after the other in label order, part by part.
struct HeadStream {
  /// One series: where to find what happens to it.
  struct Series: Sendable {
    let labels: [Label]
    /// Its place among all series of the head.
    let rank: Int
    let part: HeadPart
    let place: Int
    let chunks: HeadChunkIndex
    let keepsAll: Bool

    /// The series after replay.
    var replayed: HeadSeries { HeadSeries(part, place: place, chunks, keepsAll: keepsAll) }
  }

  /// The next series; nil behind the last.
  private(set) var next: Series?
  private var replay: HeadReplay
  private let keepsAll: Bool
  private var part: HeadPart?
  private var partNumber = -1
  private var ranks = 0..<0
  private var rank = 0
  private var known: [(pair: LabelPairTable.PairID, label: Label)] = []

  /// The series of `replay`. Throws `FileError.system` if the temporary file cannot be read.
  init(_ replay: HeadReplay, keepsAll: Bool = false) throws(FileError) {
    self.keepsAll = keepsAll
    self.replay = replay
    try advance()
  }

  /// Steps to the next series.
  mutating func advance() throws(FileError) {
    next = nil
    let count = replay.list.order.count
    while rank >= ranks.upperBound {
      partNumber += 1
      part = nil
      guard partNumber < replay.events.partCount, rank < count else { return }
      ranks = replay.events.ranks(of: partNumber, count: count)
      part = try replay.events.take(part: partNumber)
    }
    guard let part else { return }
    next = Series(
      labels: replay.list.labels(at: rank, &known), rank: rank, part: part,
      place: rank - ranks.lowerBound,
      chunks: replay.chunks, keepsAll: keepsAll)
    rank += 1
  }
}
