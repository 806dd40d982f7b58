internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBStore

/// Whose instant queries decide what is alive.
struct InstantOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Whose instant queries decide what is alive: up to 2.55 they find a sample that is exactly five \
      minutes old, since 3.0 they do not.
      """, valueName: "x.y"),
    transform: { try PrometheusRelease($0) })
  var prometheusVersion = ServerBehaviour.newest.release

  /// How far back they look.
  var lookback: Lookback { prometheusVersion.lookback }

  /// Samples that are in memory at once, in bytes; what is more goes to a temporary file.
  private static let mostMemory = 1 << 28

  /// The view of `data` through which samples are read again.
  func view(of data: DataDirectory, _ jobs: JobsOption) throws -> SampleView.Options {
    let folder = Terminal.environment("TMPDIR") ?? "/tmp"
    if try data.holds(folder) {
      throw ValidationError(
        "Temporary files would go into \(folder), which lies in the inspected directory: "
          + "set TMPDIR to another folder.")
    }
    return SampleView.Options(
      maxMemory: jobs.memory.share(upTo: Self.mostMemory), temporaryFolder: folder,
      jobs: jobs.count)
  }
}
