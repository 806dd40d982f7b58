internal import TSDBFormat

/// Who was born when: the births of each account of a ledger, in buckets of equal width.
///
/// The buckets are those that `Churn` chooses for the same time, so that both can be laid side by side.
public struct GrowthBirths: Equatable, Sendable {
  /// The buckets.
  private let grid: TimeGrid
  /// By cause: births in each bucket.
  public let causes: [[Int]]
  /// Births of what took the place of others.
  public let ordinary: [Int]
  /// Births that nothing explains.
  public let unexplained: [Int]

  /// How many buckets there are.
  public var count: Int { grid.count }
  /// First millisecond of the first bucket.
  public var start: Int64 { grid.start }
  /// Milliseconds in a bucket.
  public var step: Int64 { grid.step }
  /// First millisecond of a bucket.
  public func time(of bucket: Int) -> Int64 { grid.time(of: bucket) }

  init(
    _ growth: GrowthHistory, causes members: [[SeriesTable.SeriesID]],
    ordinary: [SeriesTable.SeriesID]
  ) {
    let range = growth.history.series.timeRange
    let step = ChurnBuckets.automaticStep(over: range)
    let grid =
      TimeGrid(over: range, alignedTo: step, most: ChurnBuckets.most)
      ?? TimeGrid(start: 0, step: step, count: 0)
    let times = growth.history.series.times
    func count(_ members: [SeriesTable.SeriesID]) -> [Int] {
      var births = [Int](repeating: 0, count: grid.count)
      for series in members {
        let bucket = grid.index(of: times[Int(series)].minTime)
        if births.indices.contains(bucket) { births[bucket] += 1 }
      }
      return births
    }
    self.grid = grid
    causes = members.map(count)
    self.ordinary = count(ordinary)
    var rest = [Int](repeating: 0, count: grid.count)
    for (series, birth) in growth.births.enumerated() where birth == .born || birth == .returned {
      let bucket = grid.index(of: times[series].minTime)
      if rest.indices.contains(bucket) { rest[bucket] += 1 }
    }
    for account in causes + [self.ordinary] {
      for (bucket, births) in account.enumerated() { rest[bucket] -= births }
    }
    unexplained = rest
  }
}
