internal import Synchronization
public import TSDBFormat
public import TSDBStore

/// How many samples a directory has in each second, or in each wider part where the data is long.
public struct SampleOccupancy: Equatable, Sendable {
  private static let mostParts = 1 << 20

  /// First millisecond of the first part.
  public let start: Int64
  /// Milliseconds in a part.
  public let step: Int64
  /// Samples in each part.
  public let counts: [Int]

  /// Samples in parts of `step` milliseconds from `start` on.
  public init(start: Int64, step: Int64, counts: [Int]) {
    self.start = start
    self.step = step
    self.counts = counts
  }

  /// Counts the samples of `directory` within `range`, which is not empty. Gives what was wrong with the
  /// data as well. Throws `FileError.system` where a temporary file cannot be written.
  public static func read(
    _ directory: DataDirectory, range: TimeRange, options: SampleView.Options
  ) async throws -> (occupancy: SampleOccupancy, problems: [FileError]) {
    let grid = TimeGrid(over: range, width: 1000, most: mostParts)
    let counts = Mutex([Int](repeating: 0, count: grid.count))
    let problems = try await SampleView(directory, options: options).writeSamples {
      _, samples, _ in
      counts.withLock { counts in
        for time in samples.times where time >= range.minTime && time <= range.maxTime {
          counts[grid.index(of: time)] &+= 1
        }
      }
    } to: { _ in
    }
    return (
      SampleOccupancy(start: grid.start, step: grid.step, counts: counts.withLock { $0 }),
      problems
    )
  }

  /// A stretch in which one directory has no samples at all, and the other has some.
  public struct Gap: Equatable, Sendable {
    /// First millisecond without samples.
    public let start: Int64
    /// First millisecond after it.
    public let end: Int64
    /// Samples that the other directory has in it.
    public let samplesOfOther: Int
  }

  /// The gaps of these samples that `other`, which covers the same time in the same parts, can fill:
  /// three usual distances between samples long, and half a minute at least.
  public func gaps(filledBy other: SampleOccupancy) -> [Gap] {
    guard other.start == start, other.step == step else { return [] }
    let grid = TimeGrid(start: start, step: step, count: counts.count)
    let least = leastGap(grid)
    var gaps: [Gap] = []
    var empty = 0
    func close(at end: Int) {
      let first = end - empty
      guard grid.length(of: empty) >= least else { return }
      let filled = other.counts[first..<end].reduce(0, +)
      guard filled > 0 else { return }
      gaps.append(
        Gap(
          start: grid.time(of: first), end: grid.time(of: end), samplesOfOther: filled))
    }
    for part in 0..<min(counts.count, other.counts.count) {
      if counts[part] == 0 {
        empty += 1
      } else {
        close(at: part)
        empty = 0
      }
    }
    close(at: min(counts.count, other.counts.count))
    return gaps
  }

  /// What counts as a gap, in milliseconds.
  private func leastGap(_ grid: TimeGrid) -> Int64 {
    var distances: [Int] = []
    var last: Int?
    for part in counts.indices where counts[part] > 0 {
      if let last { distances.append(part - last) }
      last = part
    }
    distances.sort()
    let usual = distances.isEmpty ? 1 : distances[distances.count / 2]
    return max(30_000, grid.length(of: usual.multipliedReportingOverflow(by: 3).partialValue))
  }
}
