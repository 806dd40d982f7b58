/// One label (`job="api"`) and how many series carry it.
public struct LabelPair: Equatable, Sendable {
  /// The label's name, as an index into `LabelPairs.names`.
  public var name: Int
  /// Bytes of its value.
  public var valueLength: Int
  /// Series that carry it.
  public var series: UInt64
  /// Milliseconds of the range that its series do not cover, all added up; wraps around, as in
  /// promtool.
  public var uncovered: UInt64

  /// A label and its figures.
  public init(name: Int, valueLength: Int, series: UInt64, uncovered: UInt64) {
    self.name = name
    self.valueLength = valueLength
    self.series = series
    self.uncovered = uncovered
  }
}

/// The distinct labels of some series: all that `Cardinality` needs to know, whether they come from an
/// index or from the head.
///
/// Values are asked for only where a table shows them, so that millions of them stay where they are.
public protocol LabelPairs {
  /// The label names; every name once.
  var names: [[UInt8]] { get }

  /// Calls `body` once for each distinct label, with a number that stands for it in the other
  /// functions; the numbers are up to the source.
  func forEachPair(_ body: (_ pair: LabelPair, _ number: Int) -> Void)

  /// The value of the label with this number.
  func value(of number: Int) -> [UInt8]

  /// The label with this number as `name=value`.
  func key(of number: Int) -> [UInt8]

  /// True if the key of the one comes before that of the other, bytewise; asked often where many
  /// labels have equal counts.
  func isOrdered(_ number: Int, before other: Int) -> Bool
}
