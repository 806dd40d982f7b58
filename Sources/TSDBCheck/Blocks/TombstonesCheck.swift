internal import TSDBFormat
internal import TSDBStore

/// The deleted stretches of a block: the file, and whether they are of its series.
enum TombstonesCheck {
  /// Checks the file at `path`; `references` are the series of the block, if all are known.
  static func run(
    path: String, _ references: SeriesReferences?, claimed: UInt64?, level: CheckLevel
  ) -> [Finding] {
    let tombstones: [Tombstone]
    do throws(FileError) {
      tombstones = try Block.readTombstones(path: path)
    } catch {
      guard case .damaged = error else { return [Finding(error, severity: .warning)] }
      return [
        Finding(error, severity: .fatal, lost: "what was deleted: without the file it comes back")
      ]
    }
    guard level > .quick else { return [] }
    var list = FindingList()
    func add(_ rule: Rule, _ severity: Severity, _ message: Message) {
      list.add(
        Finding(
          rule: rule, severity: severity, path: path,
          offset: 5, message: message))
    }
    var last: Tombstone?
    for entry in tombstones {
      if entry.minTime > entry.maxTime {
        add(
          .tombstonesEntriesInterval, .warning,
          "\(time: entry.minTime) to \(time: entry.maxTime) is no stretch of time")
      }
      if let last, last.series == entry.series, last.maxTime >= entry.minTime {
        add(
          .tombstonesEntriesOrder, .info,
          "stretches of series \(ref: entry.series) overlap or are not sorted")
      }
      if let references, !references.contains(entry.series) {
        add(
          .tombstonesEntriesUnknownSeries, .warning,
          "there is no series \(ref: entry.series) in the block")
      }
      last = entry
    }
    if let claimed, claimed != UInt64(tombstones.count) {
      add(
        .tombstonesEntriesCount, .info,
        "meta.json counts \(count: claimed, of: "stretches"), and there are \(tombstones.count)"
      )
    }
    return list.summed()
  }
}
