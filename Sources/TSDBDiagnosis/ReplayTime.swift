internal import TSDBFormat

/// How long a server takes to replay a head, estimated from what such heads took real servers.
///
/// Fitted to Prometheus 3.5.3 on two cores, from start until ready: 22 s for 3.0 million series with 13
/// million samples, 27 s for one million series with 120 million samples. Slower disks and fewer cores
/// take longer; 2.42 took up to twice as long. It tells seconds from minutes, no more.
public struct ReplayTime: Equatable, Sendable {
  /// Nanoseconds of a series: its labels are decoded, it gets its places in postings and tables.
  static let perSeries = 6600
  /// Nanoseconds of a sample, decompressed, decoded and appended.
  static let perSample = 170
  /// Milliseconds of a server that holds nothing.
  static let base = 500

  /// Milliseconds until the head is replayed.
  public let estimatedMilliseconds: Int

  /// The estimate for a head of so many series and samples in the log.
  public init(series: Int, samples: Int) {
    let nanoseconds =
      Double(series) * Double(Self.perSeries) + Double(samples) * Double(Self.perSample)
    estimatedMilliseconds = Self.base + Int(clamping: min(nanoseconds / 1e6, 0x1p62))
  }
}
