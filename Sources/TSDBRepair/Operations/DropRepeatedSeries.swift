internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `drop-repeated-series`: the second and later records of a series under the same ref go. Replay
/// empties the open chunk of a series that is defined again.
enum DropRepeatedSeries {
  /// The step; nil where no series is defined twice.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    var filter = LogFilter()
    filter.dropsRepeated = true
    let rewrite = try LogRewrite(context.directory, filter, context.memory)
    guard !rewrite.changed.isEmpty else { return nil }
    let count = rewrite.changed.values.reduce(0) { $0 + $1.repeated }
    let names = rewrite.changed.keys.sorted()
    return RepairStep(
      operation: .dropRepeatedSeries,
      why:
        "\(names.joined(separator: ", ")): \(Units.count(count)) series are defined again, at which replay "
        + "drops their samples before that", loss: Loss(),
      changes: rewrite.changes() + SnapshotSteps.behind(names, context.directory), isDoubtful: true)
  }
}
