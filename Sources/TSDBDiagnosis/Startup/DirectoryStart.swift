public import TSDBAnalysis
public import TSDBStore
internal import TSDBFormat

/// What a start of a server meets in a directory, and what it does about it. `check`, `preflight`, `diagnose`,
/// `repair` and `evidence` all say what this says.
public struct DirectoryStart: Sendable {
  /// What lies in the directory.
  public let directory: DataDirectory
  /// The head, counted from checkpoint, WAL and WBL.
  public let head: Diagnosis.Head
  /// The m-mapped chunks of the head.
  public let headChunks: HeadChunks
  /// What a server needs to replay the head.
  public let memory: ReplayMemory
  /// Damage, and what could not be looked at.
  public let problems: [FileError]
  /// What the next start does.
  public let prediction: StartupPrediction
  /// All that can be read, where what is served was counted; nil elsewhere.
  public let everything: ReplayPlan?

  /// Reads `directory` and predicts the start of a server of `options`, with `jobs` tasks at most;
  /// `progress` gets the bytes read as they are done. With `countsServed`, what it would serve is counted
  /// even where nothing is wrong; what was counted of a log of which this one is a part is taken out of `known`.
  /// Reading never fails: what cannot be read is a problem in the result.
  public static func read(
    _ directory: DataDirectory, _ options: StartupOptions = StartupOptions(), jobs: Int,
    countsServed: Bool = false, known: CountedSeries? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> DirectoryStart {
    let read = await DirectoryHistory.read(
      directory, parts: [.head, .blocks], jobs: jobs, progress: progress)
    return await make(
      directory, read, ReplayLoad(read, headChunks: directory.headChunks, release: options.version),
      options, jobs: jobs, countsServed: countsServed, known: known, progress: progress)
  }

  /// Bytes that `read` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    DirectoryHistory.bytesToRead(in: directory, parts: [.head, .blocks])
      + directory.headChunks.totalSize
      + directory.blocks.reduce(0) { $0 + $1.chunks.totalSize }
  }

  /// The same from what was `read` of head and blocks before, and the `load` that it is for a server.
  static func make(
    _ directory: DataDirectory, _ read: DirectoryHistory, _ load: ReplayLoad,
    _ options: StartupOptions, jobs: Int, countsServed: Bool, known: CountedSeries? = nil,
    progress: @escaping @Sendable (Int) -> Void
  ) async -> DirectoryStart {
    let headChunks = HeadChunks(directory.headChunks)
    progress(directory.headChunks.totalSize)
    let met =
      directory.problemsOfForm(options)
      + read.problems(withThoseOf: directory, [.head, .blocks]) + headChunks.damage
      + BlockDamage.ofChunks(in: directory, progress: progress)
    let problems = met.filter { !directory.isBeingWritten($0) }
    let head = Diagnosis.Head(read, load.head)
    let memory = ReplayMemory(load)
    let all = problems + unreadSnapshot(of: directory, options)
    let evidence = StartupEvidence(
      directory: directory, head: head, problems: all,
      suspects: LogSuspects(all, met: met, head.records.keys), memory: memory,
      headChunkTimes: headChunks.timeRange,
      mappedSamples: Int(clamping: headChunks.samples), chunkBins: headChunks.bins,
      hasRepeatedSeries: head.records[.series]?.entries ?? 0 > read.headSeries)
    let walk = StartupWalk(directory, options, suspects: evidence.suspects)
    let prediction = await StartupPrediction.make(
      evidence, walk, read, options, jobs: jobs, countsAlways: countsServed, known: known)
    var everything: ReplayPlan?
    if countsServed {
      everything = await Everything.plan(evidence, walk, jobs: jobs)
    }
    return DirectoryStart(
      directory: directory, head: head, headChunks: headChunks, memory: memory,
      problems: directory.withoutForeign(problems),
      prediction: prediction, everything: everything)
  }

  /// What cannot be read of a chunk snapshot, where the server reads it; else nobody opens it.
  private static func unreadSnapshot(
    of directory: DataDirectory, _ options: StartupOptions
  ) -> [FileError] {
    guard options.enables("memory-snapshot-on-shutdown") else { return [] }
    return (directory.snapshots.last?.segments ?? []).compactMap { segment in
      do throws(FileError) {
        _ = try MappedFile(path: segment.path)
        return nil
      } catch {
        return error
      }
    }
  }
}
