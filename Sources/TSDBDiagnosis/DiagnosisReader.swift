public import TSDBAnalysis
public import TSDBStore
internal import TSDBFormat

extension Diagnosis {
  /// Reads `directory` and draws the conclusions, with `jobs` tasks at most; `progress` gets the
  /// bytes read as they are done. The start is predicted for a server of `startup`. Reading never
  /// fails: what cannot be read is a problem in the result.
  public static func make(
    of directory: DataDirectory, jobs: Int, startup: StartupOptions = StartupOptions(),
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Diagnosis {
    let read = await DirectoryHistory.read(
      directory, parts: [.head, .blocks, .quarantine], jobs: jobs, progress: progress)
    return await make(
      of: directory, read, jobs: jobs, startup: startup, progress: progress)
  }

  /// The same from what was `read` of head and blocks before. What grew is looked for unless
  /// somebody did so, and says what was found, or that nothing was.
  public static func make(
    of directory: DataDirectory, _ read: DirectoryHistory, growth known: Growth?? = nil,
    jobs: Int, startup: StartupOptions = StartupOptions(),
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Diagnosis {
    async let growth = known ?? Growth(of: read)
    let replay = ReplayLoad(
      read, headChunks: directory.headChunks, release: startup.version)
    async let start = DirectoryStart.make(
      directory, read, replay, startup, jobs: jobs, countsServed: false, progress: progress)
    let timeline = timeline(of: read)
    var diagnosis = Diagnosis(
      of: directory, read, start: await start, timeline: timeline,
      growth: await growth, replay, startup)
    if let growth = diagnosis.growth {
      diagnosis.proposals = await Proposals.make(
        for: growth, in: read, replay: replay)
    }
    diagnosis.actions = Action.all(for: diagnosis)
    return diagnosis
  }

  private static func timeline(of read: DirectoryHistory) -> BirthTimeline {
    // A sample of 1970, or of 2098, would leave one column for all others.
    var timeline = BirthTimeline(
      over: MainTime(of: read.history.series, samples: read.head.census.bins).range)
    read.history.series.forEachWithSamples { timeline.add($1.minTime) }
    return timeline
  }

  private init(
    of directory: DataDirectory, _ read: DirectoryHistory, start: DirectoryStart,
    timeline: BirthTimeline, growth: Growth?, _ replay: ReplayLoad, _ options: StartupOptions
  ) {
    self.directory = directory
    self.options = options
    self.timeline = timeline
    self.growth = growth
    let explosion = growth?.explosion
    self.explosion = explosion
    headChunks = start.headChunks
    var inHead: [Int: Int] = [:]
    for index in growth?.incidents ?? [] {
      inHead[index] = growth?.causes[index].members.count { $0 < read.headSeries }
    }
    incidentSeriesInHead = inHead
    restarts = RestartTimeline(directory)
    head = start.head
    timeRange = read.history.series.timeRange
    series = read.history.series.count
    let exploded = explosion.map { read.liveSeries(among: $0.members) } ?? 0
    explodedSeriesInHead = exploded
    let costs = ReplayMemory.ofCauses(of: growth, in: read, replay)
    var memory = start.memory
    memory.explosionBytes = growth?.incidents.first.map { costs[$0] } ?? 0
    self.memory = memory
    memoryOfCauses = costs
    problems = start.problems
    startup = start.prediction
  }
}
