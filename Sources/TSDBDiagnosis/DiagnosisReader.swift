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

  /// The same from what was `read` of head and blocks before. What exploded is looked for unless
  /// somebody did so, and says what was found, or that nothing was.
  public static func make(
    of directory: DataDirectory, _ read: DirectoryHistory, explosion known: Explosion?? = nil,
    jobs: Int, startup: StartupOptions = StartupOptions(), countsServed: Bool = false,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Diagnosis {
    let headChunks = HeadChunks(directory.headChunks)
    progress(directory.headChunks.totalSize)
    let history = read.history
    async let explosion = known ?? Explosion.find(in: history)
    let timeline = timeline(of: history)
    var diagnosis = Diagnosis(
      of: directory, read, headChunks: headChunks, timeline: timeline,
      explosion: await explosion)
    if let explosion = diagnosis.explosion {
      diagnosis.proposals = await Proposals.make(
        against: explosion, in: read, mappedSamples: headChunks.samples)
    }
    let evidence = StartupEvidence(
      directory: directory, head: diagnosis.head,
      problems: diagnosis.problems + BlockDamage.ofChunks(in: directory, progress: progress),
      memory: diagnosis.memory, headChunkTimes: headChunks.timeRange,
      hasRepeatedSeries: diagnosis.head.records[.series]?.entries ?? 0 > read.headSeries)
    diagnosis.startup = await StartupPrediction.make(
      evidence, startup, jobs: jobs, countsAlways: countsServed)
    return diagnosis
  }

  /// Bytes that `make` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    DirectoryHistory.bytesToRead(in: directory, parts: [.head, .blocks])
      + directory.headChunks.totalSize
      + directory.blocks.reduce(0) { $0 + $1.chunks.totalSize }
  }

  private static func timeline(of history: SeriesHistory) -> BirthTimeline {
    var timeline = BirthTimeline(over: history.series.timeRange)
    history.series.forEachWithSamples { timeline.add($1.minTime) }
    return timeline
  }

  private init(
    of directory: DataDirectory, _ read: DirectoryHistory, headChunks: HeadChunks,
    timeline: BirthTimeline, explosion: Explosion?
  ) {
    self.directory = directory
    self.timeline = timeline
    self.explosion = explosion
    self.headChunks = headChunks
    restarts = RestartTimeline(directory)
    head = Head(read)
    timeRange = read.history.series.timeRange
    series = read.history.series.count
    let unmapped = head.samples - Int(clamping: headChunks.samples)
    memory = ReplayMemory(
      series: head.series, pairs: head.pairs, samples: max(0, unmapped),
      culprit: explosion.map { (series: read.liveSeries(among: $0.members), values: $0.values) })
    problems = read.problems(withThoseOf: directory, [.head, .blocks]) + headChunks.damage
    actions = Self.actions(directory.path, explosion: explosion)
  }

  /// Commands that lead on from here.
  private static func actions(_ path: String, explosion: Explosion?) -> [Action] {
    var actions: [Action] = []
    if let explosion, let metric = String(validating: explosion.metric, as: UTF8.self) {
      let selector =
        explosion.label == Array("__name__".utf8)
        ? "{__name__=~\".+\"}" : "{__name__=\(quoted(metric))}"
      actions.append(
        Action(
          purpose: "the labels and values of the metric that exploded",
          command: ["epimetheus", "analyze", path, "--match", selector], loss: nil))
    }
    actions.append(
      Action(
        purpose: "cardinality of blocks and head together",
        command: ["epimetheus", "analyze", path], loss: nil))
    actions.append(
      Action(
        purpose: "every file, with ranges and sizes",
        command: ["epimetheus", "ls", path], loss: nil))
    return actions
  }

  /// A PromQL string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}
