internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBDiagnosis
internal import TSDBStore

/// How the server will be started whose start is predicted.
struct StartupFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Memory that the server may take, such as 4Gi, 512Mi or bytes; its start is predicted to fail if \
      replay needs more.
      """, valueName: "size"),
    transform: ByteSize.parseLimit)
  var memoryLimit: ByteSize?

  @Option(
    help: ArgumentHelp(
      """
      Its release, such as 3.5 or v3.5.3. Starts are known of 2.42, 2.53, 3.5 and 3.14; another is \
      taken for the nearest before it, and those before 2.42 for that.
      """, valueName: "x.y"),
    transform: { try PrometheusRelease($0) })
  var prometheusVersion = ServerBehaviour.newest.release

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      A flag it is started with, as Prometheus spells it, with or without dashes \
      (storage.tsdb.retention.time=100y); may be repeated. What that release refuses is refused.
      """, valueName: "flag"))
  var serverFlag: [String] = []

  @Option(
    help: ArgumentHelp(
      "Its configuration file; what it says of retention counts, since 3.10.", valueName: "file"),
    completion: .file(), transform: { try Word.nonEmpty($0, "the name of a file") })
  var config: String?

  @Flag(help: "It is started as an agent.")
  var agent = false

  @Option(
    help: ArgumentHelp(
      "Its storage path, which its messages name (default: what --server-flag says, else data).",
      valueName: "path"),
    transform: { try Word.nonEmpty($0, "a path") })
  var storagePath: String?

  @Option(
    help: ArgumentHelp(
      "Whom it runs as, as numbers: whose the files have to be (default: as the directory tells).",
      valueName: "uid[:gid]"), transform: Self.user)
  var user: ServerUser?

  private static func user(_ text: String) throws -> ServerUser {
    guard let user = ServerUser(text) else {
      throw ValidationError("--user takes UID or UID:GID, as numbers; \(text) is neither.")
    }
    return user
  }

  func validate() throws { _ = try flags() }

  private func flags() throws -> ServerFlags {
    do throws(ServerFlags.Problem) {
      return try ServerFlags(serverFlag, release: prometheusVersion, isAgent: agent)
    } catch {
      throw ValidationError("--server-flag \(error).")
    }
  }

  /// The same for the prediction; says what is taken for something else. Throws where the configuration
  /// file cannot be read.
  func options() throws -> StartupOptions {
    let flags = try flags()
    let file = config ?? flags["config.file"]
    let release = ConfigurationRelease(prometheusVersion.major, prometheusVersion.minor)
    let configuration = try file.map { try PrometheusConfiguration(path: $0, release: release) }
    for sentence in [prometheusVersion.remark].compactMap(\.self) + flags.warnings {
      StandardError.remark(sentence)
    }
    let isAgent = agent || flags.isAgent(prometheusVersion)
    var options = StartupOptions(
      version: prometheusVersion.behaviour, release: prometheusVersion, flags: serverFlag,
      memoryLimit: memoryLimit?.bytes, isAgent: isAgent,
      storagePath: storagePath ?? flags[isAgent ? "storage.agent.path" : "storage.tsdb.path"]
        ?? "data",
      retention: configuration?.retention)
    options.user = user
    options.configuration = config
    return options
  }
}

/// Plain words of the command line.
enum Word {
  /// `text`, if it is not empty; else what is wanted is said.
  static func nonEmpty(_ text: String, _ what: String) throws -> String {
    if text.isEmpty { throw ValidationError("it takes \(what), and this is empty") }
    return text
  }
}
