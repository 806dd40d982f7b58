internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBDiagnosis
internal import TSDBStore

/// The release whose configurations and expositions are meant.
struct ConfigurationReleaseOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The release that reads the file, such as 3.5 or v3.5.3 (default: \(ConfigurationRelease.usual), the \
      one with long-term support); known are 2.42 to \(ConfigurationRelease.newest).
      """, valueName: "x.y"),
    transform: { try PrometheusRelease($0) })
  var prometheusVersion: PrometheusRelease?

  /// The release that was asked for, or the usual one.
  var release: ConfigurationRelease {
    prometheusVersion.map { ConfigurationRelease($0.major, $0.minor) } ?? .usual
  }

  /// The configuration in a file. Where only another release takes it, the failure says so.
  func configuration(path: String) throws -> PrometheusConfiguration {
    guard let bytes = try InputFile.bytes(path, limit: PrometheusConfiguration.mostBytes) else {
      return try PrometheusConfiguration(path: path, release: release)
    }
    do throws(ConfigurationError) {
      return try PrometheusConfiguration(bytes, file: path, release: release)
    } catch {
      let newest = ConfigurationRelease.newest
      let isKnown = try? PrometheusConfiguration(bytes, file: path, release: newest)
      guard prometheusVersion == nil, isKnown != nil else { throw error }
      throw ConfigurationError(
        file: error.file, line: error.line, column: error.column, key: error.key,
        problem: error.problem
          + " (Prometheus \(newest) takes the file: --prometheus-version \(newest))")
    }
  }
}
