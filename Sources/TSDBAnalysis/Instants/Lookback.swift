internal import TSDBFormat

/// How far an instant query looks back for the last sample of a series (Prometheus: promql/engine.go,
/// `vectorSelectorSingle`; `--query.lookback-delta`).
///
/// A series is found until its marker of staleness, or until its last sample is five minutes old. Since 3.0 the
/// stretch is open at its start: a sample that is five minutes old to the millisecond is not found; before, it
/// was.
public struct Lookback: Equatable, Sendable {
  /// Milliseconds.
  public static let length: Int64 = 5 * 60 * 1000

  /// As servers look back since 3.0.
  public static let since3 = Lookback(takesOldest: false)
  /// As servers looked back before 3.0.
  public static let before3 = Lookback(takesOldest: true)

  /// Whether a sample that is exactly as old as the stretch is long is found.
  public let takesOldest: Bool

  /// The first millisecond at which a query does not find a sample of `time` any more; the end of time has
  /// none.
  public func end(after time: Int64) -> Int64 {
    (Timestamp(time) + Self.length + (takesOldest ? 1 : 0)).milliseconds
  }
}
