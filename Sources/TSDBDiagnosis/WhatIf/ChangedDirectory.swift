public import TSDBAnalysis
internal import TSDBFormat
public import TSDBStore

/// What a change would have made of a directory, and of the memory that its replay takes.
public struct ChangedDirectory: Sendable {
  /// The series.
  public let whatIf: WhatIf
  /// What a server needs to replay the head as it is.
  public let memoryBefore: ReplayMemory
  /// The same after the change.
  public let memoryAfter: ReplayMemory
  /// Damage, and what could not be looked at.
  public let problems: [FileError]
  /// Selectors of the change that select nothing.
  public let unmatched: [Selector]

  /// Reads `parts` of `directory` with `jobs` tasks at most, and makes the changes; `progress` gets the
  /// bytes read as they are done.
  public static func make(
    of directory: DataDirectory, parts: DirectoryHistory.Parts, _ changes: SeriesChanges, jobs: Int,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> ChangedDirectory {
    let read = await DirectoryHistory.read(directory, parts: parts, jobs: jobs, progress: progress)
    let files = parts.contains(.head) ? directory.headChunks : []
    let headChunks = HeadChunks(files)
    return ChangedDirectory(
      whatIf: WhatIf(of: read, parts: parts, changes),
      replay: ReplayLoad(read, headChunks: files, release: .newest),
      problems: read.problems(withThoseOf: directory, parts) + headChunks.damage,
      unmatched: read.history.unmatched(changes.dropped + changes.kept))
  }

  /// The memory of both sides, where `replay` is what a replay loads as it is.
  init(
    whatIf: WhatIf, replay: ReplayLoad, problems: [FileError] = [], unmatched: [Selector] = []
  ) {
    self.whatIf = whatIf
    self.unmatched = unmatched
    self.problems = problems
    memoryBefore = ReplayMemory(replay)
    var after = replay
    after.head = replay.head.scaled(from: whatIf.before.load, to: whatIf.after.load)
    after.samples = whatIf.after.headSamples
    // The change takes its share of all that is no series.
    let share = Double(after.samples) / Double(max(1, replay.samples))
    after.decodedSamples = Int(clamping: Double(replay.decodedSamples) * share)
    after.largestRecord = Int(clamping: Double(replay.largestRecord) * share)
    after.histogramBytes = Int(clamping: Double(replay.histogramBytes) * share)
    after.outOfOrderSamples = Int(clamping: Double(replay.outOfOrderSamples) * share)
    memoryAfter = ReplayMemory(after)
  }
}
