internal import TSDBAnalysis
internal import TSDBFormat

/// Alerts on the series of the head and on their growth, sized from what was usual before an explosion,
/// and when they would have fired.
public struct HeadAlerts: Equatable, Sendable {
  /// An alert.
  public struct Alert: Equatable, Sendable {
    /// Series above which it fires.
    public let threshold: Int
    /// When it would have fired, in milliseconds; nil if it would not have.
    public let firesAt: Int64?
  }

  /// Milliseconds over which growth is measured.
  public static let growthSpan: Int64 = 10 * 60_000
  /// Milliseconds that an alert waits before it fires.
  public static let patience: Int64 = 2 * 60_000
  /// How long a series without samples stays in the head, about.
  private static let headSpan: Int64 = 3 * 3_600_000

  /// Series in the head before the onset.
  public let usual: Int
  /// On the series of the head.
  public let size: Alert
  /// On their growth within ten minutes.
  public let growth: Alert

  /// How far above what was usual an alert lies, the widest first: the first that the incident reaches is
  /// taken, so that what was usual and a little more fires nothing.
  private static let margins = [0.5, 0.25, 0.1]
  /// The same for growth, in shares of what was usual.
  private static let growths = [0.2, 0.1, 0.05]

  /// Alerts that would have caught `explosion`, whose series are among `series`; nil where it was there when
  /// the data begin, so that nothing says what was usual.
  init?(_ explosion: Explosion, _ series: SeriesTable) {
    guard !explosion.isOngoingAtStart else { return nil }
    let bins = BirthTimeline(over: series.timeRange)
    var change = [Int](repeating: 0, count: bins.births.count + 1)
    let end = series.timeRange.maxTime
    series.forEachWithSamples { _, times in
      change[bins.bin(of: times.minTime)] += 1
      let gone = (Timestamp(times.maxTime) + Self.headSpan).milliseconds
      if gone < end { change[bins.bin(of: gone) + 1] -= 1 }
    }
    var sizes: [Int] = []
    sizes.reserveCapacity(bins.births.count)
    var size = 0
    for bin in 0..<bins.births.count {
      size += change[bin]
      sizes.append(size)
    }
    let onset = bins.births.isEmpty ? 0 : bins.bin(of: max(explosion.onset, bins.start))
    let usual = max(explosion.allSeriesBefore, onset > 0 ? sizes[onset - 1] : 0)
    let grid = TimeGrid(start: bins.start, step: bins.step, count: sizes.count)
    let curve = HeadCurve(sizes: sizes, grid: grid)
    // A head that was larger before the incident, as after a rollout, is no reason to fire.
    let largest = max(usual, sizes[..<onset].max() ?? 0)
    self.usual = usual
    self.size = Self.first(
      of: Self.margins.map { max(largest + Int(clamping: $0 * Double(largest)), 100) }, on: curve)
    // What the head grows by when it begins tells nothing of growth.
    let grown = curve.growth(over: Self.growthSpan)
    let first = min(onset, grid.steps(in: Self.growthSpan &+ 300_000))
    let most = grown[first..<max(first, onset)].max() ?? 0
    let growing = HeadCurve(
      sizes: grown.enumerated().map { $0.offset < first ? 0 : $0.element }, grid: grid)
    growth = Self.first(
      of: zip(Self.growths, Self.margins).map { share, margin in
        let above = most + Int(clamping: 2 * margin * Double(most))
        return max(Int(clamping: share * Double(usual)), above, 100)
      }, on: growing)
  }

  /// The first of `limits` that the curve crosses for long enough, or else the first of all.
  private static func first(of limits: [Int], on curve: HeadCurve) -> Alert {
    let alerts = limits.map(Rounding.up).map { limit in
      Alert(threshold: limit, firesAt: curve.time { $0 > limit })
    }
    return alerts.first { $0.firesAt != nil } ?? alerts[0]
  }

  /// Alerting rules in a file of their own, as Prometheus reads them.
  public var rules: String {
    """
    groups:
      - name: head-series
        rules:
          - alert: PrometheusHeadSeriesHigh
            expr: prometheus_tsdb_head_series > \(size.threshold)
            for: 2m
            labels:
              severity: warning
            annotations:
              summary: '{{ $labels.instance }} holds {{ $value }} series; \(usual) are usual.'
          - alert: PrometheusHeadSeriesGrowing
            expr: prometheus_tsdb_head_series - prometheus_tsdb_head_series offset 10m > \(growth.threshold)
            for: 2m
            labels:
              severity: critical
            annotations:
              summary: '{{ $labels.instance }} got {{ $value }} series more in 10 minutes.'

    """
  }
}

/// A number of series over time, in bins.
private struct HeadCurve {
  let sizes: [Int]
  let grid: TimeGrid

  /// The time at which something has held for as long as an alert waits.
  func time(_ holds: (Int) -> Bool) -> Int64? {
    let wait = grid.steps(in: HeadAlerts.patience)
    var since: Int?
    for (bin, size) in sizes.enumerated() {
      if !holds(size) {
        since = nil
      } else if since == nil {
        since = bin
      }
      if let since, bin - since >= wait { return grid.time(of: bin) }
    }
    return nil
  }

  /// By bin: how many more there are than so many milliseconds before.
  func growth(over span: Int64) -> [Int] {
    let width = max(1, grid.steps(in: span))
    return sizes.indices.map { sizes[$0] - ($0 >= width ? sizes[$0 - width] : 0) }
  }
}
