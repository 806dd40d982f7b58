internal import TSDBFormat

/// How much memory a server needs to replay a head, estimated from what such heads took real servers.
///
/// Fitted to the peak resident memory of Prometheus 3.5.3 while it replayed heads of one to four
/// million series (Docs/benchmarks.md): the same head takes 1.4 to 1.6 times as much in 2.53 and
/// 2.42. What it came to differs by up to 15 % from the estimate.
public struct ReplayMemory: Equatable, Sendable {
  /// Bytes of a server that holds nothing.
  static let base = 50 << 20
  /// Bytes of a series: its labels, its open chunk, its places in postings and tables.
  static let perSeries = 860
  /// Bytes of a label pair that no other series has: its string, its postings list.
  static let perPair = 150
  /// Tenths of a byte of a sample that is in no m-mapped chunk, with the garbage it causes.
  static let tenthsPerSample = 67

  /// Peak resident memory of the replay, in bytes.
  public let estimatedBytes: Int
  /// The part of it that is due to the series of the explosion.
  public let explosionBytes: Int

  /// The estimate for a head of so many series, distinct label pairs, and samples outside of
  /// m-mapped chunks; `culprit` are the series and values that an explosion added to it.
  public init(
    series: Int, pairs: Int, samples: Int, culprit: (series: Int, values: Int)? = nil
  ) {
    let ofSamples = samples / 10 * Self.tenthsPerSample
    estimatedBytes = Self.base + series * Self.perSeries + pairs * Self.perPair + ofSamples
    if let culprit, series > 0 {
      let share = Double(min(culprit.series, series)) / Double(series)
      explosionBytes =
        min(culprit.series, series) * Self.perSeries + min(culprit.values, pairs) * Self.perPair
        + Int(clamping: share * Double(ofSamples))
    } else {
      explosionBytes = 0
    }
  }
}
