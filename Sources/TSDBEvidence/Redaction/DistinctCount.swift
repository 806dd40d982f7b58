/// Counts different things by their hashes, in bounded memory: exactly while they are few, then by a
/// sample.
///
/// Only hashes that end in so many zero bits are kept; each time too many are kept, one more bit is asked
/// for, which throws half of them out (adaptive sampling, Wegman). With 64 Ki to 128 Ki of them the error is
/// below one percent, in all likelihood.
struct DistinctCount {
  private var kept: Set<UInt64> = []
  private var zeros: UInt64 = 0
  private let most: Int

  /// Nothing counted yet; at most `most` hashes are kept.
  init(most: Int = 1 << 17) {
    self.most = most
  }

  /// Counts what has this hash, whose bits must all look random.
  mutating func insert(_ hash: UInt64) {
    guard hash.trailingZeroBitCount >= zeros else { return }
    kept.insert(hash)
    while kept.count > most, zeros < 63 {
      zeros &+= 1
      kept = kept.filter { $0.trailingZeroBitCount >= zeros }
    }
  }

  /// How many different hashes were inserted, or about so many.
  var count: Int {
    kept.count.multipliedReportingOverflow(by: 1 << Int(truncatingIfNeeded: zeros)).partialValue
  }

  /// True if that is the exact number.
  var isExact: Bool { zeros == 0 }
}
