public import PrometheusConfig
public import TSDBStore

/// How the server will be started.
public struct StartupOptions: Equatable, Sendable {
  /// The release whose behaviour is predicted.
  public var version: ServerBehaviour
  /// The release that is started, which may be one whose behaviour is only taken to be that.
  public var release: PrometheusRelease
  /// Its flags, as Prometheus spells them: `storage.tsdb.retention.time=100y`. What `ServerFlags` refuses
  /// counts as not given.
  public var flags: [String]
  /// Bytes of memory that it may take; nil if that is not known.
  public var memoryLimit: Int?
  /// True if it is started as an agent.
  public var isAgent: Bool
  /// The value of `--storage.tsdb.path`: messages name files with it.
  public var storagePath: String
  /// What its configuration file says of retention, which then counts in place of the flags; releases
  /// before 3.10 do not know it. Nil where the file does not say.
  public var retention: PrometheusConfiguration.Retention?
  /// True for the start that follows on the end of a server that runs on the directory; false for one
  /// beside it, which does not get the lock.
  public var isRestart = true
  /// True for a start on the directory where it lies: whose the files are, and what is left of the file
  /// system, then counts.
  public var startsHere = true
  /// What is left of the file system; nil to ask the one that the directory is on.
  public var space: FreeSpace?
  /// The user that it runs as; nil to let the directory tell.
  public var user: ServerUser?
  /// The path of its configuration file, as it was given.
  public var configuration: String?
  /// When it is started, in milliseconds since 1970; what is later is of the future.
  public var now = WallClock.now

  /// A server of the newest release with default flags; `release` where it is another than that of
  /// `version`.
  public init(
    version: ServerBehaviour = .newest, release: PrometheusRelease? = nil, flags: [String] = [],
    memoryLimit: Int? = nil, isAgent: Bool = false, storagePath: String = "data",
    retention: PrometheusConfiguration.Retention? = nil
  ) {
    let release = release ?? version.release
    self.version = version
    self.release = release
    self.flags = flags
    self.memoryLimit = memoryLimit
    self.isAgent = isAgent
    self.storagePath = storagePath
    self.retention = release.readsRetentionOfConfiguration ? retention : nil
  }

  /// The value of the last flag of this name; empty for one without a value, nil where there is none.
  func flag(_ name: String) -> String? {
    flags.lazy.reversed().compactMap { flag -> String? in
      let plain = flag.drop { $0 == "-" }
      if plain == name { return "" }
      return plain.hasPrefix(name + "=") ? String(plain.dropFirst(name.count + 1)) : nil
    }.first
  }

  /// True if a feature is enabled.
  func enables(_ feature: String) -> Bool {
    flags.contains { flag in
      let plain = flag.drop { $0 == "-" }
      guard plain.hasPrefix("enable-feature=") else { return false }
      return plain.dropFirst("enable-feature=".count).split(separator: ",").contains {
        $0 == feature
      }
    }
  }

  /// The user that it runs as on `directory`; nil for root, and where that does not count.
  func runsAs(_ directory: DataDirectory) -> ServerUser? {
    guard startsHere else { return nil }
    return (user ?? directory.serverUser).flatMap { $0.id == 0 ? nil : $0 }
  }

  /// What commands of this program are to be given so that they speak of the same server.
  var words: [String] {
    var words: [String] = []
    if release != ServerBehaviour.newest.release {
      words += ["--prometheus-version", "\(release)"]
    }
    if isAgent { words.append("--agent") }
    for flag in flags { words += ["--server-flag", flag] }
    if let configuration { words += ["--config", configuration] }
    if let memoryLimit { words += ["--memory-limit", "\(memoryLimit)"] }
    if let user { words += ["--user", "\(user.id):\(user.group)"] }
    return words
  }

  /// The flags as a server takes them, but for where its data are.
  var serverWords: [String] {
    let plain = flags.map { flag in String(flag.drop { $0 == "-" }) }
      .filter {
        !$0.hasPrefix("storage.tsdb.path=") && !$0.hasPrefix("storage.agent.path=") && $0 != "agent"
      }
    let file = configuration.map { ["config.file=" + $0] } ?? []
    return (plain.contains { $0.hasPrefix("config.file=") } ? [] : file).map { "--" + $0 }
      + plain.map { "--" + $0 }
  }

  /// True if the server takes the lock.
  var takesLock: Bool {
    flag(isAgent ? "storage.agent.no-lockfile" : "storage.tsdb.no-lockfile") == nil
  }

  /// Milliseconds that blocks are kept; nil for ever (cmd/prometheus/main.go: 15 days, unless another time
  /// or a size is given, be it one that limits nothing).
  var retentionTime: Int64? {
    if let retention { return retention.time }
    let time = duration("storage.tsdb.retention.time")
    // The older flag counts where the newer does not say.
    let given = time == 0 ? duration("storage.tsdb.retention") : time
    if given > 0 { return given }
    return givenSize == 0 ? 15 * 86_400_000 : nil
  }

  /// Bytes that blocks and head may take; nil without a limit.
  var retentionSize: Int? {
    if let retention { return retention.size }
    return givenSize > 0 ? givenSize : nil
  }

  /// True if the 15 days count that a server takes by itself.
  var hasDefaultRetention: Bool {
    retention == nil && givenSize == 0 && duration("storage.tsdb.retention.time") == 0
      && duration("storage.tsdb.retention") == 0
  }

  private var givenSize: Int {
    flag("storage.tsdb.retention.size").flatMap(PrometheusSize.bytes) ?? 0
  }

  private func duration(_ name: String) -> Int64 {
    flag(name).flatMap(PrometheusDuration.milliseconds) ?? 0
  }
}
