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
      valueName: "time"))
  var minTime: TimeInput?

  @Option(
    name: .customLong("max-time"),
    help: ArgumentHelp("The last time, given in the same ways.", valueName: "time"))
  var maxTime: TimeInput?

  /// The range that was asked for in `parts` of `data`; nil if none was. Durations count back from the
  /// last sample there.
  func range(
    in data: DataDirectory, parts: DirectoryHistory.Parts, jobs: Int
  ) async -> TimeRange? {
    guard minTime != nil || maxTime != nil else { return nil }
    let end = await dataEnd(of: data, parts, jobs)
    return TimeRange(
      minTime: minTime?.time(dataEnd: end) ?? .min, maxTime: maxTime?.time(dataEnd: end) ?? .max)
  }

  /// The time of the last sample that is looked at, where a duration counts back from it; else 0.
  private func dataEnd(
    of data: DataDirectory, _ parts: DirectoryHistory.Parts, _ jobs: Int
  ) async -> Int64 {
    let isNeeded = [minTime, maxTime].contains { time in
      if case .back = time { return true }
      return false
    }
    guard isNeeded else { return 0 }
    let progress = Progress(
      "looking for the end of the data",
      total: DirectoryHistory.bytesToRead(in: data, parts: parts))
    let read = await DirectoryHistory.read(data, parts: parts, jobs: jobs) {
      progress.advance(bytes: $0)
    }
    progress.finish()
    let range = read.history.series.timeRange
    return range.isEmpty ? 0 : range.maxTime
  }
}
