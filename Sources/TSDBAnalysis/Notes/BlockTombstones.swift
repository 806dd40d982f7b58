public import TSDBFormat
public import TSDBStore

/// What was deleted from the series of a block and is still in its chunks.
public struct BlockTombstones: Sendable {
  /// A deleted stretch and the labels of its series.
  public struct Entry: Sendable {
    /// The stretch.
    public let tombstone: Tombstone
    /// The labels; nil where the index has no such series.
    public let labels: [Label]?
  }

  /// The stretches of series that are wanted, in label order, then by time.
  public private(set) var entries: [Entry] = []
  /// Damage, and files that could not be looked at.
  public private(set) var problems: [FileError] = []

  /// Reads the tombstones of `folder`; those of series that one of `selectors` selects, if there are
  /// any selectors.
  public init(of folder: BlockFolder, selectors: [Selector]) {
    guard let file = folder.tombstones else { return }
    let tombstones: [Tombstone]
    do throws(FileError) {
      tombstones = try Block.readTombstones(path: file.path)
    } catch {
      problems.append(error)
      return
    }
    guard !tombstones.isEmpty else { return }
    let labels = labels(of: Set(tombstones.map(\.series)), in: folder)
    entries = tombstones.map { Entry(tombstone: $0, labels: labels[$0.series]) }
    if !selectors.isEmpty {
      entries = entries.filter { entry in
        guard let labels = entry.labels else { return false }
        return selectors.contains { $0.matches(labels) }
      }
    }
    entries.sort(by: Self.isOrdered)
  }

  private static func isOrdered(_ left: Entry, _ right: Entry) -> Bool {
    let (mine, theirs) = (left.labels ?? [], right.labels ?? [])
    if mine != theirs { return mine.isOrdered(before: theirs) }
    return (left.tombstone.series, left.tombstone.minTime, left.tombstone.maxTime)
      < (right.tombstone.series, right.tombstone.minTime, right.tombstone.maxTime)
  }

  /// The labels of the series that these references stand for in the block's index.
  private mutating func labels(
    of wanted: Set<UInt64>, in folder: BlockFolder
  ) -> [UInt64: [Label]] {
    guard let entry = folder.index else { return [:] }
    let index: IndexFile
    do throws(FileError) {
      index = try IndexFile(path: entry.path)
    } catch {
      problems.append(error)
      return [:]
    }
    var found: [UInt64: [Label]] = [:]
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        if wanted.contains(series.reference) {
          found[series.reference] = sequence.batch.labels[start..<series.labelsEnd].map {
            Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
          }
        }
        start = series.labelsEnd
      }
    }
    problems += index.damage + sequence.damage
    return found
  }
}
