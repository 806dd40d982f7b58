internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// The first and the last time that were asked for.
struct AskedTimes {
  private let since: TimeInput?
  private let until: TimeInput?

  init(_ since: TimeInput?, _ until: TimeInput?) {
    self.since = since
    self.until = until
  }

  /// Throws where the first is behind the last, as far as that shows without the data.
  func validate() throws {
    if let since, let until { try Self.check(since, until, "--since", "--until") }
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
    since.map(\.needsData) ?? false || until.map(\.needsData) ?? false
  }

  /// The range, for data of the times `data`; nil if none was asked for.
  func range(in data: TimeRange) throws -> TimeRange? {
    guard since != nil || until != nil else { return nil }
    let first = try since?.time(in: data, "--since") ?? .min
    let last = try until?.time(in: data, "--until") ?? .max
    try Self.check(.at(first), .at(last), "--since", "--until")
    return TimeRange(minTime: first, maxTime: last)
  }

  /// Says what of the range lies outside of all data.
  func remark(on range: TimeRange?, outside data: TimeRange) {
    guard let range else { return }
    if since != nil { TimeInput.remark(range.minTime, "--since", outside: data) }
    if until != nil { TimeInput.remark(range.maxTime, "--until", outside: data) }
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
