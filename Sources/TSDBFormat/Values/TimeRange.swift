/// A stretch of time in milliseconds since 1970, both ends included; grows as times are met.
public struct TimeRange: Equatable, Sendable, BitwiseCopyable {
  /// First millisecond; larger than `maxTime` while empty.
  public private(set) var minTime: Int64
  /// Last millisecond.
  public private(set) var maxTime: Int64

  /// The range that holds nothing.
  public init() {
    minTime = .max
    maxTime = .min
  }

  /// The range from `minTime` to `maxTime`, both included.
  public init(minTime: Int64, maxTime: Int64) {
    self.minTime = minTime
    self.maxTime = maxTime
  }

  /// True when no time was met.
  public var isEmpty: Bool { minTime > maxTime }

  /// Takes `time` in.
  public mutating func include(_ time: Int64) {
    if time < minTime { minTime = time }
    if time > maxTime { maxTime = time }
  }

  /// Takes all of `other` in.
  public mutating func include(_ other: TimeRange) {
    guard !other.isEmpty else { return }
    include(other.minTime)
    include(other.maxTime)
  }
}
