/// Steps of equal width over a stretch of time. What is counted over time has an array with a place for each;
/// how many there are is bounded, whatever times a file claims.
public struct TimeGrid: Equatable, Sendable {
  /// First millisecond of the first step.
  public let start: Int64
  /// Milliseconds in a step, at least one.
  public let step: Int64
  /// How many steps there are; none over an empty range.
  public let count: Int

  /// These steps.
  public init(start: Int64, step: Int64, count: Int) {
    self.start = start
    self.step = max(step, 1)
    self.count = max(count, 0)
  }

  /// Steps of `width` milliseconds over `range` from its beginning on, or wider ones where those would be
  /// more than `most`. As no step is longer than an Int64 can say, all of time takes three.
  public init(over range: TimeRange, width: Int64, most: Int) {
    let least = Int64(clamping: range.length / UInt64(clamping: max(most, 1)))
    step = max(width, 1, least == .max ? least : least + 1)
    start = range.isEmpty ? 0 : range.minTime
    count = range.isEmpty ? 0 : Self.steps(in: range.length, of: step) + 1
  }

  /// Steps of `width` milliseconds that cover `range` and begin at multiples of their width; nil where
  /// those would be more than `most`, or none.
  public init?(over range: TimeRange, alignedTo width: Int64, most: Int) {
    guard !range.isEmpty, width > 0 else { return nil }
    let start = Timestamp(range.minTime).floored(to: width)
    let last = Self.steps(in: start.distance(to: Timestamp(range.maxTime)), of: width)
    guard last < most else { return nil }
    self.init(start: start.milliseconds, step: width, count: last + 1)
  }

  /// The step that `time` lies in: the first for times before, a number past the last for times behind.
  public func index(of time: Int64) -> Int {
    guard time > start else { return 0 }
    return Self.steps(in: Timestamp(start).distance(to: Timestamp(time)), of: step)
  }

  /// First millisecond of a step, or of one that would follow the last.
  public func time(of index: Int) -> Int64 {
    guard index > 0 else { return start }
    let (offset, overflow) = step.magnitude.multipliedReportingOverflow(by: UInt64(index))
    let room = Timestamp(start).distance(to: Timestamp(.max))
    return overflow || offset > room ? .max : start &+ Int64(truncatingIfNeeded: offset)
  }

  /// Milliseconds of that many steps.
  public func length(of steps: Int) -> Int64 {
    let (length, overflow) = step.multipliedReportingOverflow(by: Int64(steps))
    return overflow ? (steps < 0 ? .min : .max) : length
  }

  /// How many whole steps there are in so many milliseconds.
  public func steps(in length: Int64) -> Int {
    length > 0 ? Self.steps(in: length.magnitude, of: step) : 0
  }

  /// `step` is at least one.
  private static func steps(in length: UInt64, of step: Int64) -> Int {
    Int(clamping: length / step.magnitude)
  }
}
