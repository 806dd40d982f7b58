import TSDBFormat
import Testing

@testable import TSDBAnalysis

/// A server by hand: targets with the series that each has, scraped every minute.
struct GrowthWorld {
  private(set) var builder = HistoryBuilder()
  let end: Double

  /// A server with 20 pods of one job that are there all the time, each with 50 series.
  init(minutes: Double) {
    end = minutes
    for pod in 0..<20 { target("web", "web-\(pod)", from: 0, to: minutes) }
  }

  /// A target: `up` and as many series as `series` says.
  mutating func target(
    _ job: String, _ pod: String, from: Double, to: Double, series: Int = 50,
    _ labels: [String: String] = [:]
  ) {
    let own = labels.merging(["job": job, "instance": pod + ":80", "pod": pod]) { $1 }
    builder.add(own.merging(["__name__": "up"]) { $1 }, from: from, to: to)
    for number in 1..<max(series, 2) {
      builder.add(
        own.merging(["__name__": "app_\(number % 7)_total", "n": "\(number)"]) { $1 }, from: from,
        to: to)
    }
  }

  /// One series.
  mutating func add(_ labels: [String: String], from: Double, to: Double) {
    builder.add(labels, from: from, to: to)
  }

  /// What grew.
  func growth(gaps: [TimeRange] = []) throws -> Growth {
    var observation = GrowthObservation()
    observation.interval = 60_000
    observation.gaps = gaps
    return try #require(Growth(of: builder.history, observation))
  }

  /// The first incident.
  func incident() throws -> GrowthCause {
    let found = try growth().found
    return try #require(found.first)
  }
}

extension Growth {
  /// What all accounts come to.
  var accounted: Int { ordinarySeries + unexplainedSeries + causes.reduce(0) { $0 + $1.series } }

  /// The causes that are incidents.
  var found: [GrowthCause] { causes.filter { $0.isIncident } }
}

extension GrowthCause {
  /// The label as text.
  var labelText: String? { label.map { String(decoding: $0, as: UTF8.self) } }
  /// The other labels as text.
  var alsoText: [String] { alsoLabels.map { String(decoding: $0, as: UTF8.self) } }
  /// The jobs as text.
  var jobText: [String?] { jobs.map { $0.name.map { String(decoding: $0, as: UTF8.self) } } }
  /// The end in minutes.
  var endedMinutes: Double? { endedAt.map { Double($0) / 60_000 } }
  /// The onset in minutes.
  var onsetMinutes: Double? { onset.map { Double($0) / 60_000 } }
}
