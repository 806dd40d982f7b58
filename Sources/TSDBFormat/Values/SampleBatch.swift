/// Samples of one series in columns, floats and native histograms mixed; filled again and again, so
/// that decoding floats allocates nothing.
public struct SampleBatch: Sendable {
  /// What a sample is.
  public enum Value: Equatable, Sendable {
    /// The bits of a float.
    case float(UInt64)
    /// A native histogram of either kind.
    case histogram(Histogram)
  }

  /// Milliseconds since 1970.
  public internal(set) var times: [Int64] = []
  /// When the counter was started, in milliseconds since 1970, 0 where that is not known; empty if it
  /// is known of no sample.
  public internal(set) var startTimes: [Int64] = []
  /// Bits of the float; of a histogram, its index in `histograms`.
  public internal(set) var values: [UInt64] = []
  /// The histograms, in the order of the samples.
  public internal(set) var histograms: [Histogram] = []
  /// Which samples are histograms; empty if none is.
  public internal(set) var areHistograms: [Bool] = []

  /// No samples.
  public init() {}

  /// How many samples there are.
  public var count: Int { times.count }
  /// True where there is no sample.
  public var isEmpty: Bool { times.isEmpty }

  /// When the counter of a sample was started; 0 if that is not known.
  public func startTime(at index: Int) -> Int64 { startTimes.isEmpty ? 0 : startTimes[index] }

  /// True if a sample is a histogram.
  public func isHistogram(at index: Int) -> Bool { !areHistograms.isEmpty && areHistograms[index] }

  /// What a sample is.
  public func value(at index: Int) -> Value {
    isHistogram(at: index)
      ? .histogram(histograms[Int(truncatingIfNeeded: values[index])]) : .float(values[index])
  }

  /// Forgets all samples and keeps their memory.
  public mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    // Most batches hold floats, and there is nothing to forget.
    if !startTimes.isEmpty { startTimes.removeAll(keepingCapacity: true) }
    if !histograms.isEmpty { histograms.removeAll(keepingCapacity: true) }
    if !areHistograms.isEmpty { areHistograms.removeAll(keepingCapacity: true) }
  }

  /// Appends a float.
  public mutating func append(time: Int64, startTime: Int64 = 0, bits: UInt64) {
    appendTimes(time, startTime)
    values.append(bits)
    if !areHistograms.isEmpty { areHistograms.append(false) }
  }

  /// Appends a histogram.
  public mutating func append(time: Int64, startTime: Int64 = 0, histogram: Histogram) {
    if areHistograms.isEmpty { areHistograms = [Bool](repeating: false, count: count) }
    appendTimes(time, startTime)
    values.append(UInt64(histograms.count))
    histograms.append(histogram)
    areHistograms.append(true)
  }

  /// Makes room for `count` more samples.
  mutating func reserve(_ count: Int) {
    // What is asked for must not be what is allocated, or many small batches copy all again.
    guard times.capacity - times.count < count || values.capacity - values.count < count else {
      return
    }
    let wanted = max(times.count + count, times.count * 2)
    times.reserveCapacity(wanted)
    values.reserveCapacity(wanted)
  }

  /// Makes the columns that may be left out as long as the others, behind floats that were put into
  /// `times` and `values` alone.
  mutating func fillUp() {
    if !startTimes.isEmpty {
      startTimes.append(contentsOf: repeatElement(0, count: count - startTimes.count))
    }
    if !areHistograms.isEmpty {
      areHistograms.append(contentsOf: repeatElement(false, count: count - areHistograms.count))
    }
  }

  /// Appends a sample of another batch.
  public mutating func append(_ other: SampleBatch, at index: Int) {
    switch other.value(at: index) {
    case .float(let bits):
      append(time: other.times[index], startTime: other.startTime(at: index), bits: bits)
    case .histogram(let histogram):
      append(
        time: other.times[index], startTime: other.startTime(at: index), histogram: histogram)
    }
  }

  private mutating func appendTimes(_ time: Int64, _ startTime: Int64) {
    if startTime != 0 && startTimes.isEmpty {
      startTimes = [Int64](repeating: 0, count: count)
    }
    times.append(time)
    // The first sample of all may be the one with a start: then the column is empty, and wanted.
    if startTime != 0 || !startTimes.isEmpty { startTimes.append(startTime) }
  }
}
