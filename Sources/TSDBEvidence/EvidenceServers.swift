internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

extension Evidence {
  /// What servers said of themselves in the time that is looked at, a point for each bucket at most;
  /// none where no server scraped itself. Their labels are redacted as those of all series.
  ///
  /// Throws where a temporary file cannot be written.
  static func servers(
    _ directory: DataDirectory, _ read: DirectoryHistory, _ churn: Churn, _ limits: Limits,
    _ options: Options
  ) async throws(FileError) -> [ServerMetrics.Server] {
    guard let buckets = churn.buckets, ServerMetrics.areIn(read.history) else { return [] }
    let view = SampleView.Options(
      minTime: limits.since ?? .min, maxTime: limits.until ?? .max,
      temporaryFolder: options.temporaryFolder, jobs: options.jobs)
    let found: [ServerMetrics.Server]
    do {
      found = try await ServerMetrics.read(directory, buckets: buckets, options: view).servers
    } catch let error as FileError {
      throw error
    } catch {
      // Only selectors fail in other ways, and those are our own.
      return []
    }
    guard let redactor = options.redactor else { return found }
    return found.map { server in
      ServerMetrics.Server(
        labels: server.labels.map { label in
          Label(
            name: label.name, value: redactor.replacement(label.name, label.value) ?? label.value)
        }, headSeries: server.headSeries, residentBytes: server.residentBytes)
    }.sorted { sortKey($0).lexicographicallyPrecedes(sortKey($1)) }
  }

  private static func sortKey(_ server: ServerMetrics.Server) -> [UInt8] {
    Array(server.labels.map { $0.name + [0] + $0.value }.joined(separator: [0]))
  }
}
