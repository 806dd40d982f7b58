public import PrometheusConfig
internal import TSDBFormat

/// Saved scrapes as a history, in which the time of a sample is the number of its scrape, from 0 on.
public struct ExpositionHistory: Sendable {
  /// The series of all scrapes.
  public private(set) var history = SeriesHistory()
  /// By scrape: its series.
  public private(set) var series: [Int] = []
  /// By scrape: series that no scrape before had.
  public private(set) var births: [Int] = []

  /// Puts the scrapes of `expositions` one behind the other.
  public init(_ expositions: [Exposition]) {
    for scrape in expositions.flatMap(\.scrapes) { add(scrape) }
  }

  private mutating func add(_ scrape: [[Label]]) {
    let time = Int64(series.count)
    let known = history.series.count
    var seen: Set<SeriesTable.SeriesID> = []
    for labels in scrape {
      var pairs: [LabelPairTable.PairID] = []
      for label in labels {
        let name = history.pairs.intern(name: label.name.rawBytes)
        pairs.append(history.pairs.intern(name: name, value: label.value.rawBytes))
      }
      let number = history.series.intern(pairs.span)
      history.series.include(TimeRange(minTime: time, maxTime: time), of: number)
      seen.insert(number)
    }
    series.append(seen.count)
    births.append(history.series.count - known)
  }
}
