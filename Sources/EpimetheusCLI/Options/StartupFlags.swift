internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBDiagnosis

/// How the server will be started whose start is predicted.
struct StartupFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory that the server may take; its start is predicted to fail if replay needs more.",
      valueName: "bytes"))
  var memoryLimit: ByteSize?

  @Option(
    help: ArgumentHelp("Its release: 2.42, 2.53, 3.5 or 3.14.", valueName: "x.y"),
    transform: {
      guard let version = ServerVersion(rawValue: $0) else {
        throw ValidationError("'\($0)' is not 2.42, 2.53, 3.5 or 3.14")
      }
      return version
    })
  var prometheusVersion = ServerVersion.newest

  @Option(
    help: ArgumentHelp(
      """
      A flag it is started with, as Prometheus spells it, without dashes \
      (storage.tsdb.retention.time=100y); may be repeated.
      """, valueName: "flag"))
  var serverFlag: [String] = []

  @Option(
    help: ArgumentHelp(
      "Its configuration file; what it says of retention counts, for 3.14.", valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(help: "It is started as an agent.")
  var agent = false

  @Option(
    help: ArgumentHelp("Its storage path, which its messages name.", valueName: "path"))
  var storagePath = "data"

  /// The same for the prediction. Throws where the configuration file cannot be read.
  func options() throws -> StartupOptions {
    let configuration = try config.map(PrometheusConfiguration.init(path:))
    return StartupOptions(
      version: prometheusVersion, flags: serverFlag, memoryLimit: memoryLimit?.bytes,
      isAgent: agent, storagePath: storagePath, retention: configuration?.retention)
  }
}
