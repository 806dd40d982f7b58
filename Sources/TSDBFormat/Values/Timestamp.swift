/// A moment in milliseconds since 1970, as a file claims it.
///
/// A damaged file claims any Int64, so two of them may lie further apart than an Int64 can say. No operation
/// here traps or wraps around: a length is a UInt64, which every one fits into, and what would lie beyond an
/// end of time lies at that end. `make lint` refuses plain arithmetic on an Int64.
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Milliseconds since 1970.
  public let milliseconds: Int64

  /// That many milliseconds after 1970.
  public init(_ milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// True for the earlier time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Milliseconds to `other`, whichever comes first.
  public func distance(to other: Timestamp) -> UInt64 {
    let (early, late) = (min(self, other).milliseconds, max(self, other).milliseconds)
    return UInt64(bitPattern: late &- early)
  }

  /// Milliseconds from `right` to `left`; the largest or smallest number where they do not fit.
  public static func - (left: Timestamp, right: Timestamp) -> Int64 {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
    return overflow ? (left < right ? .min : .max) : difference
  }

  /// The time that many milliseconds after `left`, or the end of time.
  public static func + (left: Timestamp, right: Int64) -> Timestamp {
    let (sum, overflow) = left.milliseconds.addingReportingOverflow(right)
    return Timestamp(overflow ? (right < 0 ? .min : .max) : sum)
  }

  /// The time that many milliseconds before `left`, or the end of time.
  public static func - (left: Timestamp, right: Int64) -> Timestamp {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right)
    return Timestamp(overflow ? (right > 0 ? .min : .max) : difference)
  }

  /// The multiple of `width`, which is positive, at or before this; the beginning of time has none before.
  public func floored(to width: Int64) -> Timestamp {
    guard width > 0 else { return self }
    let rest = milliseconds.remainderReportingOverflow(dividingBy: width).partialValue
    return self - (rest < 0 ? rest &+ width : rest)
  }
}

extension TimeRange {
  /// Milliseconds from the first to the last; 0 while empty.
  public var length: UInt64 {
    isEmpty ? 0 : Timestamp(minTime).distance(to: Timestamp(maxTime))
  }

  /// The same as a signed number, which ends at the largest.
  public var duration: Int64 { Int64(clamping: length) }

  /// The first millisecond behind the range; the end of time has none.
  public var end: Int64 { (Timestamp(maxTime) + 1).milliseconds }

  /// The range from `minTime` up to `end`, which does not belong to it.
  public init(minTime: Int64, end: Int64) {
    self.init(minTime: minTime, maxTime: (Timestamp(end) - 1).milliseconds)
  }
}
