internal import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension Diagnosis {
  /// A diagnosis as metrics, so that a job over snapshots can alert: gauges alone, which Prometheus' text format
  /// and OpenMetrics write alike (the collector of node_exporter's text files reads the former, and takes the
  /// `# EOF` of the latter for a comment).
  package var metrics: String {
    var out = Exposition()
    out.family("build_info", "The program that looked at the directory; always 1.")
    out.row([("version", Release.version)], 1)
    out.family("start_outcome", "How the next start ends: 1 for the outcome that is predicted.")
    for outcome in StartupPrediction.Outcome.allKnown {
      out.row([("outcome", outcome.rawValue)], startup.first.outcome == outcome ? 1 : 0)
    }
    out.family("start_lost_samples", "Samples that can be read, and that the next start loses.")
    out.row([], startup.first.loss.samples)
    out.family("start_lost_series", "Series of which the next start leaves no sample.")
    out.row([], startup.first.loss.series)
    out.family("series", "Distinct series of blocks and head together.")
    out.row([], series)
    out.family("head_series", "Series that a server has in its head behind the replay.")
    out.row([], head.series)
    out.family("head_samples", "Samples that the replay keeps.")
    out.row([], head.samples)
    if !timeRange.isEmpty {
      out.family("newest_sample_timestamp_seconds", "The time of the newest sample.")
      out.row([], seconds: timeRange.maxTime)
    }
    out.family("problems", "Places that are damaged, and files that could not be looked at.")
    let unread = problems.count { if case .system = $0 { true } else { false } }
    out.row([("kind", "damaged")], problems.count - unread)
    out.row([("kind", "unread")], unread)
    out.family("replay_memory_bytes", "Memory that the replay takes, and what is sure to suffice.")
    out.row([("kind", "estimated")], memory.estimatedBytes)
    out.row([("kind", "sufficient")], memory.sufficientBytes)
    if let growth { write(growth, to: &out) }
    return out.text + "# EOF\n"
  }

  private func write(_ growth: Growth, to out: inout Exposition) {
    out.family("grown_series", "Series that were born beyond what is usual, by account.")
    out.row([("account", "incidents")], growth.incidentSeries)
    out.row([("account", "unexplained")], growth.unexplainedSeries)
    let incidents = growth.incidents.prefix(Exposition.mostIncidents)
    guard !incidents.isEmpty else { return }
    out.family("incident_series", "Series that an incident brought, by what brought them.")
    for number in incidents {
      out.row(growth.causes[number].labels(number), growth.causes[number].series)
    }
    out.family("incident_replay_memory_bytes", "Memory that the replay takes for them.")
    for number in incidents where memoryOfCauses.indices.contains(number) {
      out.row(growth.causes[number].labels(number), memoryOfCauses[number])
    }
    let dated = incidents.filter { growth.causes[$0].onset != nil }
    guard !dated.isEmpty else { return }
    out.family("incident_onset_timestamp_seconds", "When it began.")
    for number in dated {
      guard let onset = growth.causes[number].onset else { continue }
      out.row(growth.causes[number].labels(number), seconds: onset)
    }
  }
}

extension StartupPrediction.Outcome {
  /// All of them, so that an alert meets a series also where it is 0.
  fileprivate static let allKnown: [Self] = [
    .starts, .startsWithLoss, .startsThenFails, .refuses, .outOfMemory, .unknown,
  ]
}

extension Growth {
  fileprivate var incidentSeries: Int {
    incidents.reduce(0) { $0.addingReportingOverflow(causes[$1].series).partialValue }
  }
}

extension GrowthCause {
  /// What tells one incident from another. The number makes the rows distinct whatever else is the same.
  fileprivate func labels(_ number: Int) -> [(String, String)] {
    [
      ("incident", "\(number + 1)"), ("kind", kind.rawValue),
      ("metric", metrics.count == 1 ? Self.text(metrics[0].name) : ""),
      ("label", Self.text(label)), ("job", jobs.count == 1 ? Self.text(jobs[0].name) : ""),
    ]
  }

  /// Label values are UTF-8 in both formats; what is not is replaced.
  private static func text(_ bytes: [UInt8]?) -> String {
    String(decoding: bytes ?? [], as: UTF8.self)
  }
}

/// Rows of gauges.
private struct Exposition {
  /// More rows than that are no alert any more.
  static let mostIncidents = 50

  private(set) var text = ""
  private var name = ""

  mutating func family(_ name: String, _ help: String) {
    self.name = "epimetheus_\(name)"
    text += "# HELP \(self.name) \(help)\n# TYPE \(self.name) gauge\n"
  }

  mutating func row(_ labels: [(String, String)], _ value: Int) {
    row(labels, text: "\(value)")
  }

  /// A time in milliseconds since 1970 as seconds.
  mutating func row(_ labels: [(String, String)] = [], seconds milliseconds: Int64) {
    var bytes = ByteBuffer()
    OpenMetricsSamples.append(seconds: milliseconds, to: &bytes)
    row(labels, text: String(decoding: [UInt8](bytes.bytes), as: UTF8.self))
  }

  private mutating func row(_ labels: [(String, String)], text value: String) {
    var row = name
    if !labels.isEmpty {
      var bytes = ByteBuffer()
      GoLabels.append(
        exposition: [Label("__name__", name)] + labels.map { Label($0.0, $0.1) }, .openMetrics,
        to: &bytes)
      row = String(decoding: [UInt8](bytes.bytes), as: UTF8.self)
    }
    text += "\(row) \(value)\n"
  }
}
