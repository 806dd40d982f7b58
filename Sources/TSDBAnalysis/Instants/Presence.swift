internal import Synchronization
internal import TSDBFormat
public import TSDBStore

/// What instant queries find of the series of a history, from the samples that a server serves of them.
///
/// Memory grows with series, not with samples: each keeps its first and last sample and a few bits.
public struct Presence: Sendable {
  typealias SeriesID = SeriesTable.SeriesID

  /// How far queries look back.
  public let lookback: Lookback
  /// How many series have no sample left, because tombstones delete every one.
  public private(set) var deleted = 0
  /// By step of the grid, how many more are found than at the one before.
  private var changes: [Int]
  /// By series: first and last sample; empty where no server serves one.
  private var times: [TimeRange]
  private var bits: [UInt8]

  private static let endsStale: UInt8 = 1 << 7
  private static let isDeleted: UInt8 = 1 << 6

  private init(series: Int, _ question: PresenceQuestion) {
    lookback = question.lookback
    changes = [Int](repeating: 0, count: (question.grid?.count ?? 0) + 1)
    times = [TimeRange](repeating: TimeRange(), count: series)
    bits = [UInt8](repeating: 0, count: series)
  }

  /// Looks at every series of `directory` that `view` selects, in the order of `history`, which was read from
  /// it and has the values that are on disk; series that it does not know are left out. Gives what was wrong
  /// with the data as well. Throws `FileError.system` where a temporary file cannot be written.
  static func read(
    _ directory: DataDirectory, of history: SeriesHistory, view: SampleView.Options,
    _ question: PresenceQuestion
  ) async throws -> (presence: Presence, problems: [FileError]) {
    let found = Mutex(Presence(series: history.series.count, question))
    let problems = try await SampleView(directory, options: view).examineSeries { works in
      var search = SeriesSearch()
      var findings: [(SeriesID, SeriesExam.Finding)] = []
      var problems: [FileError] = []
      for work in works {
        var exam = SeriesExam(question)
        problems += exam.examine(work.runs)
        if let series = search.series(with: work.labels, in: history) {
          findings.append((series, exam.finding))
        }
      }
      found.withLock { presence in
        for (series, finding) in findings { presence.add(finding, series) }
      }
      return problems
    }
    return (found.withLock { $0 }, problems)
  }

  /// Looks at what is found at one or two instants.
  public static func read(
    _ directory: DataDirectory, of history: SeriesHistory, view: SampleView.Options,
    at instants: [Int64], lookback: Lookback
  ) async throws -> (presence: Presence, problems: [FileError]) {
    let question = PresenceQuestion(lookback: lookback, marks: Array(instants.prefix(2)))
    return try await read(directory, of: history, view: view, question)
  }

  private mutating func add(_ finding: SeriesExam.Finding, _ series: SeriesID) {
    let index = Int(series)
    times[index] = finding.times
    bits[index] = finding.marks
    if finding.endsStale { bits[index] |= Self.endsStale }
    if finding.isDeleted {
      bits[index] |= Self.isDeleted
      deleted &+= 1
    }
    for steps in finding.steps {
      changes[steps.lowerBound] &+= 1
      changes[steps.upperBound] &-= 1
    }
  }

  /// First and last sample of a series; empty where none is served.
  func times(of series: SeriesID) -> TimeRange { times[Int(series)] }

  /// The first millisecond at which a query does not find the series any more, for good.
  func end(of series: SeriesID) -> Int64 {
    let last = times[Int(series)].maxTime
    return bits[Int(series)] & Self.endsStale != 0 ? last : lookback.end(after: last)
  }

  /// True if a query at an instant finds the series; instants are counted from 0.
  public func finds(_ series: SeriesTable.SeriesID, atInstant number: Int) -> Bool {
    bits[Int(series)] &>> UInt8(truncatingIfNeeded: number) & 1 != 0
  }

  /// True if tombstones delete every sample of the series.
  public func isDeleted(_ series: SeriesTable.SeriesID) -> Bool {
    bits[Int(series)] & Self.isDeleted != 0
  }

  /// How many series are found at each instant of the grid.
  var found: [Int] {
    var sum = 0
    return changes.dropLast().map { change in
      sum &+= change
      return sum
    }
  }
}

extension Presence {
  /// How many of the series of `directory` that `view` selects have samples of which tombstones delete every
  /// one. Throws `FileError.system` where a temporary file cannot be written.
  public static func deletedSeries(
    of directory: DataDirectory, view: SampleView.Options
  ) async throws -> Int {
    let deleted = Mutex(0)
    _ = try await SampleView(directory, options: view).examineSeries { works in
      var problems: [FileError] = []
      for work in works {
        var exam = SeriesExam(PresenceQuestion())
        problems += exam.examine(work.runs)
        if exam.finding.isDeleted { deleted.withLock { $0 &+= 1 } }
      }
      return problems
    }
    return deleted.withLock { $0 }
  }
}
