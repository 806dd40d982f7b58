@testable import TSDBAnalysis
import TSDBFormat

/// Histories written by hand: series by their labels, first and last sample in minutes.
struct HistoryBuilder {
  private(set) var history = SeriesHistory()

  mutating func add(_ labels: [String: String], from first: Double, to last: Double) {
    var pairs: [LabelPairTable.PairID] = []
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      let id = history.pairs.intern(name: Array(name.utf8).rawBytes)
      pairs.append(history.pairs.intern(name: id, value: Array(value.utf8).rawBytes))
    }
    let series = history.series.intern(pairs.span)
    history.series.include(
      TimeRange(minTime: Int64(first * 60_000), maxTime: Int64(last * 60_000)), of: series)
  }

  /// A server with `count` series that are always there.
  mutating func addBaseline(_ count: Int, minutes: Double) {
    for index in 0..<count {
      add(["__name__": "base_\(index % 20)", "i": "\(index)"], from: 0, to: minutes)
    }
  }
}
