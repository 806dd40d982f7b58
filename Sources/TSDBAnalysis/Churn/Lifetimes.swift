internal import TSDBFormat

/// How long series lived that were born and died within the data: from the first sample to the last.
public struct Lifetimes: Equatable, Sendable {
  /// What counts as short, in milliseconds: ten minutes.
  public static let short: Int64 = 10 * 60 * 1000

  /// Series that were born and died within the data.
  public let series: Int
  /// Half of them lived shorter, in milliseconds; nil without any.
  public let median: Int64?
  /// Nine of ten lived shorter.
  public let percentile90: Int64?
  /// How many lived shorter than ten minutes.
  public let shorterThanTenMinutes: Int

  /// The figures of these lifetimes, in milliseconds.
  init(_ lifetimes: [Int64]) {
    let sorted = lifetimes.sorted()
    series = sorted.count
    func rank(_ share: Double) -> Int64? {
      guard !sorted.isEmpty else { return nil }
      let index = Int(clamping: (Double(sorted.count) * share).rounded(.up)) - 1
      return sorted[min(max(index, 0), sorted.count - 1)]
    }
    median = rank(0.5)
    percentile90 = rank(0.9)
    shorterThanTenMinutes = sorted.count { $0 < Self.short }
  }
}
