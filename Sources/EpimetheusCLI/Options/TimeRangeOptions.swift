internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `--min-time` and `--max-time`: which times are looked at, both ends included.
struct TimeRangeOptions: ParsableArguments {
  @Option(
    name: .customLong("min-time"),
    help: ArgumentHelp(
      "The first time: RFC 3339, milliseconds since 1970, or a duration back from the end of the data.",
      valueName: "time"),
    transform: TimeInput.parse)
  var minTime: TimeInput?

  @Option(
    name: .customLong("max-time"),
    help: ArgumentHelp("The last time, given in the same ways.", valueName: "time"),
    transform: TimeInput.parse)
  var maxTime: TimeInput?

  func validate() throws { try AskedTimes(minTime, maxTime).validate() }

  /// What was asked for.
  var asked: AskedTimes { AskedTimes(minTime, maxTime) }

  /// The range that was asked for in `parts` of `data`; nil if none was. Durations count back from the
  /// last sample there.
  func range(
    in data: DataDirectory, parts: DirectoryHistory.Parts, jobs: Int
  ) async throws -> TimeRange? {
    guard asked.needsData else { return try asked.range(in: TimeRange()) }
    return try asked.range(in: await AskedTimes.ofData(data, parts: parts, jobs: jobs))
  }
}

/// The first and the last time that were asked for.
struct AskedTimes {
  private let minTime: TimeInput?
  private let maxTime: TimeInput?

  init(_ minTime: TimeInput?, _ maxTime: TimeInput?) {
    self.minTime = minTime
    self.maxTime = maxTime
  }

  /// Throws where the first is behind the last, as far as that shows without the data.
  func validate() throws {
    if let minTime, let maxTime { try Self.check(minTime, maxTime, "--min-time", "--max-time") }
  }

  /// Throws where the first time is behind the last, as far as that shows without the data.
  static func check(
    _ first: TimeInput, _ last: TimeInput, _ option: String, _ lastOption: String
  ) throws {
    let isBehind =
      switch (first, last) {
      case (.at(let first), .at(let last)): first > last
      case (.back(let first), .back(let last)): first < last
      default: false
      }
    if isBehind {
      throw ValidationError("\(option) is behind \(lastOption): nothing lies between.")
    }
  }

  /// True where only the data can tell what was meant.
  var needsData: Bool {
    minTime.map(\.needsData) ?? false || maxTime.map(\.needsData) ?? false
  }

  /// The range, for data of the times `data`; nil if none was asked for.
  func range(in data: TimeRange) throws -> TimeRange? {
    guard minTime != nil || maxTime != nil else { return nil }
    let first = try minTime?.time(in: data, "--min-time") ?? .min
    let last = try maxTime?.time(in: data, "--max-time") ?? .max
    try Self.check(.at(first), .at(last), "--min-time", "--max-time")
    return TimeRange(minTime: first, maxTime: last)
  }

  /// Says what of the range lies outside of all data.
  func remark(on range: TimeRange?, outside data: TimeRange) {
    guard let range else { return }
    if minTime != nil { TimeInput.remark(range.minTime, "--min-time", outside: data) }
    if maxTime != nil { TimeInput.remark(range.maxTime, "--max-time", outside: data) }
  }

  /// From the first to the last sample of `parts` of `data`: reads all of it.
  static func ofData(
    _ data: DataDirectory, parts: DirectoryHistory.Parts, jobs: Int
  ) async -> TimeRange {
    let progress = Progress(
      "looking for the end of the data",
      total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(data, parts: parts, jobs: jobs) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    return read.history.series.timeRange
  }

  /// Says why nothing came out of a command that looked at what `selectors` select in `range`: nothing
  /// where all was asked for.
  func remarkOnNothing(
    _ selectors: [Selector], _ range: TimeRange?, in data: DataDirectory,
    parts: DirectoryHistory.Parts, jobs: Int
  ) async {
    if let range {
      let times = await Self.ofData(data, parts: parts, jobs: jobs)
      let misses =
        times.isEmpty || range.maxTime < times.minTime || range.minTime > times.maxTime
      remark(on: range, outside: times)
      if misses { return }
    }
    guard !selectors.isEmpty else { return }
    MatcherOptions.remarkOnNothing(selectors, isTimed: range != nil)
  }
}
