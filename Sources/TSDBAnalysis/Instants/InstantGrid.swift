internal import TSDBFormat

/// The instants at which those that are alive are counted, one for each step: its last millisecond, and of the
/// last step the end of the time looked at.
struct InstantGrid: Equatable, Sendable {
  private let grid: TimeGrid
  private let last: Int64

  /// The instants of `grid`, none of which is behind `last`.
  init(_ grid: TimeGrid, last: Int64) {
    self.grid = grid
    self.last = last
  }

  /// How many there are.
  var count: Int { grid.count }

  /// The instant of a step.
  func time(of step: Int) -> Int64 {
    min((Timestamp(grid.time(of: step &+ 1)) - 1).milliseconds, last)
  }

  /// The first instant that is not before `time`; `count` where all are.
  func index(notBefore time: Int64) -> Int {
    time > last ? count : min(grid.index(of: time), count)
  }
}
