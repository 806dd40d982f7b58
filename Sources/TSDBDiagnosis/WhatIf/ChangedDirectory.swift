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
    let headChunks = HeadChunks(parts.contains(.head) ? directory.headChunks : [])
    return ChangedDirectory(
      whatIf: WhatIf(of: read, parts: parts, changes), mappedSamples: headChunks.samples,
      problems: read.problems(withThoseOf: directory, parts) + headChunks.damage,
      unmatched: read.history.unmatched(changes.dropped + changes.kept))
  }

  /// The memory of both sides; `mappedSamples` of the head are in chunks that need none.
  init(
    whatIf: WhatIf, mappedSamples: UInt64, problems: [FileError] = [], unmatched: [Selector] = []
  ) {
    self.whatIf = whatIf
    self.unmatched = unmatched
    self.problems = problems
    let unmapped = max(0, whatIf.before.headSamples - Int(clamping: mappedSamples))
    memoryBefore = ReplayMemory(whatIf.before, unmapped: unmapped)
    // The change takes its share of those in memory as of all.
    let share = Double(whatIf.after.headSamples) / Double(max(1, whatIf.before.headSamples))
    memoryAfter = ReplayMemory(whatIf.after, unmapped: Int(clamping: Double(unmapped) * share))
  }
}

extension ReplayMemory {
  fileprivate init(_ side: WhatIf.Side, unmapped: Int) {
    self.init(series: side.headSeries, pairs: side.headPairs, samples: unmapped)
  }
}
