public import TSDBAnalysis
public import TSDBStore
internal import TSDBFormat

extension Diagnosis {
  /// Reads `directory` and draws the conclusions, with `jobs` tasks at most; `progress` gets the
  /// bytes read as they are done. The start is predicted for a server of `startup`; with
  /// `countsServed`, what it would serve is counted even where nothing is wrong. Reading never fails: what cannot be read is a problem in the
  /// result.
  public static func make(
    of directory: DataDirectory, jobs: Int, startup: StartupOptions = StartupOptions(),
    countsServed: Bool = false, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Diagnosis {
    let read = await DirectoryHistory.read(
      directory, parts: [.head, .blocks], jobs: jobs, progress: progress)
    return await make(
      of: directory, read, jobs: jobs, startup: startup, countsServed: countsServed,
      progress: progress)
  }

  /// The same from what was `read` of head and blocks before. What grew is looked for unless
  /// somebody did so, and says what was found, or that nothing was.
  public static func make(
    of directory: DataDirectory, _ read: DirectoryHistory, growth known: Growth?? = nil,
    jobs: Int, startup: StartupOptions = StartupOptions(), countsServed: Bool = false,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Diagnosis {
    let headChunks = HeadChunks(directory.headChunks)
    progress(directory.headChunks.totalSize)
    let history = read.history
    async let growth = known ?? Growth(of: read)
    let replay = ReplayLoad(
      read, headChunks: directory.headChunks, release: startup.version)
    let timeline = timeline(of: history)
    var diagnosis = Diagnosis(
      of: directory, read, headChunks: headChunks, timeline: timeline,
      growth: await growth, replay)
    if let growth = diagnosis.growth {
      diagnosis.proposals = await Proposals.make(
        for: growth, in: read, replay: replay)
    }
    let evidence = StartupEvidence(
      directory: directory, head: diagnosis.head,
      problems: diagnosis.problems + BlockDamage.ofChunks(in: directory, progress: progress)
        + unreadSnapshot(of: directory, startup),
      memory: diagnosis.memory, headChunkTimes: headChunks.timeRange,
      mappedSamples: Int(clamping: headChunks.samples),
      hasRepeatedSeries: diagnosis.head.records[.series]?.entries ?? 0 > read.headSeries)
    diagnosis.startup = await StartupPrediction.make(
      evidence, startup, jobs: jobs, countsAlways: countsServed)
    if countsServed {
      let walk = StartupWalk(directory, startup, suspects: Set(diagnosis.problems.map(\.path)))
      diagnosis.everything = await Everything.plan(evidence, walk, jobs: jobs)
    }
    diagnosis.actions = Action.all(for: diagnosis)
    return diagnosis
  }

  /// Bytes that `make` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    DirectoryHistory.bytesToRead(in: directory, parts: [.head, .blocks])
      + directory.headChunks.totalSize
      + directory.blocks.reduce(0) { $0 + $1.chunks.totalSize }
  }

  /// What cannot be read of a chunk snapshot, where the server reads it; else nobody opens it.
  private static func unreadSnapshot(
    of directory: DataDirectory, _ startup: StartupOptions
  ) -> [FileError] {
    guard startup.enables("memory-snapshot-on-shutdown") else { return [] }
    return (directory.snapshots.last?.segments ?? []).compactMap { segment in
      do throws(FileError) {
        _ = try MappedFile(path: segment.path)
        return nil
      } catch {
        return error
      }
    }
  }

  private static func timeline(of history: SeriesHistory) -> BirthTimeline {
    var timeline = BirthTimeline(over: history.series.timeRange)
    history.series.forEachWithSamples { timeline.add($1.minTime) }
    return timeline
  }

  private init(
    of directory: DataDirectory, _ read: DirectoryHistory, headChunks: HeadChunks,
    timeline: BirthTimeline, growth: Growth?, _ replay: ReplayLoad
  ) {
    self.directory = directory
    self.timeline = timeline
    self.growth = growth
    let explosion = growth?.explosion
    self.explosion = explosion
    self.headChunks = headChunks
    var inHead: [Int: Int] = [:]
    for index in growth?.incidents ?? [] {
      inHead[index] = growth?.causes[index].members.count { $0 < read.headSeries }
    }
    incidentSeriesInHead = inHead
    restarts = RestartTimeline(directory)
    head = Head(read, replay.head)
    timeRange = read.history.series.timeRange
    series = read.history.series.count
    let exploded = explosion.map { read.liveSeries(among: $0.members) } ?? 0
    explodedSeriesInHead = exploded
    let costs = ReplayMemory.ofCauses(of: growth, in: read, replay)
    var memory = ReplayMemory(replay)
    memory.explosionBytes = growth?.incidents.first.map { costs[$0] } ?? 0
    self.memory = memory
    memoryOfCauses = costs
    let met = read.problems(withThoseOf: directory, [.head, .blocks]) + headChunks.damage
    problems = met.filter { !directory.isBeingWritten($0) }
  }
}
