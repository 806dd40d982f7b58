import FoundationEssentials
import Glibc
import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

/// Every directory of the full set against what real servers of four releases did with it, twice in a row:
/// whether they came up, what they logged if not, what they served by metric, and of which metrics queries
/// failed. Docs/startup.md names the exceptions and says why they are.
@Suite struct StartupTruthTests {
  struct Case: Sendable, CustomStringConvertible {
    let fixture: Fixture
    let version: ServerBehaviour
    var description: String { "\(fixture.name) \(version)" }
    var release: String { StartupTruthTests.releases[version] ?? "" }
  }

  fileprivate static let releases: [ServerBehaviour: String] = [
    .v2_42: "2.42.0", .v2_53: "2.53.3", .v3_5: "3.5.3", .v3_14: "3.14.0",
  ]

  /// The servers were asked for the time of the original data only, and there is more.
  private static let askedForLess: Set = ["damaged/compaction-failed", "states/f31-future-block"]

  /// What is missing against the undamaged directory is not there any more, or was torn.
  private static let lostBefore: Set = [
    "damaged/wal-empty-last-segment", "damaged/wal-torn-header", "damaged/wal-torn-tail",
    "damaged/wbl-removed", "damaged/wbl-torn-tail",
  ]

  /// Samples come under the labels of other series, which counts by metric do not show.
  private static let mixed: Set = [
    "damaged/wal-crcok-empty-labels-series", "states/wal-ref-reuse",
    "states/f47-wal-removed-refs-reused",
  ]

  /// Samples in the undamaged directories.
  private static let baseSamples = ["main": 105_879, "snap": 10_880, "ooo": 7380]

  private static func cases(_ groups: [String]) -> [Case] {
    groups.flatMap { Fixture.allOfFullSet($0) }.flatMap { fixture in
      ServerBehaviour.allCases.map { Case(fixture: fixture, version: $0) }
    }
  }

  static let damaged = cases(["damaged", "states"])
  static let sound = cases(["sound"])

  private struct Results: Decodable {
    let base: String?
    let versions: [String: Result]?
    let starts: [Start]?
  }

  private struct Result: Decodable { let starts: [Start]? }

  private struct Start: Decodable {
    let result: String
    let key_lines: [String]?
    let lost: Int?

    var fatal: String? {
      key_lines?.lazy.compactMap { line in
        line.firstMatch(of: #/err="(opening storage failed.*)"$/#).map { String($0.1) }
      }.first
    }
  }

  private struct Counts: Decodable {
    let float_and_hist_samples: Int
    let per_metric: [String: [Int]]
    let errors: [String: String]?
  }

  private struct LiveCounts: Decodable { let result: Counts }

  /// The starts, if they were recorded, and what the directory was before it was damaged.
  private func truth(_ item: Case) throws -> (starts: [Start], base: String?) {
    var base: String?
    for name in ["result.json", "extra.json", "result-3.14.json"]
    where item.fixture.truthNames.contains(name) {
      let data = Data(try item.fixture.truth(name))
      guard let read = try? JSONDecoder().decode(Results.self, from: data) else { continue }
      base = base ?? read.base
      if let starts = read.versions?[item.release]?.starts { return (starts, base) }
      if name == "result-3.14.json", item.version == .v3_14, let starts = read.starts {
        return (starts, base)
      }
    }
    return ([], base)
  }

  private func predict(_ path: String, _ item: Case) async throws -> StartupPrediction {
    let hasSnapshot = item.fixture.name.contains("/snapshot-")
    var options = StartupOptions(
      version: item.version,
      flags: hasSnapshot ? ["enable-feature=memory-snapshot-on-shutdown"] : [],
      isAgent: item.fixture.name.contains("/agent-"))
    options.isRestart = item.fixture.name != "damaged/lock-held"
    return await DirectoryStart.read(
      try DataDirectory(path: path), options, jobs: 2, countsServed: true
    ).prediction
  }

  private func compare(_ found: StartupPrediction.Start, _ counts: Counts) {
    for (metric, count) in counts.per_metric where count != [0, 0] {
      let served = found.served?[Array(metric.utf8)]
      #expect([served?.series ?? 0, served?.samples ?? 0] == count, "\(metric)")
    }
    let strange = (found.served ?? [:]).keys.filter {
      counts.per_metric[String(decoding: $0, as: UTF8.self)] == nil && !$0.isEmpty
    }
    #expect(strange == [])
    let failing = found.failing.map { String(decoding: $0, as: UTF8.self) }
    #expect(failing == (counts.errors ?? [:]).keys.sorted())
  }

  @Test(.enabled(if: Fixture.fullSet != nil), arguments: damaged)
  func `two starts in a row are predicted as servers did them`(item: Case) async throws {
    let (starts, base) = try truth(item)
    guard !starts.isEmpty else { return }
    var path = item.fixture.data
    // Another process held the lock; here it is this one.
    let copy = item.fixture.name == "damaged/lock-held" ? try item.fixture.copy() : nil
    let lock = copy.map { open($0.data + "/lock", O_RDWR) }
    defer { _ = lock.map { close($0) } }
    if let copy, let lock {
      try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
      path = copy.data
    }
    let found = try await predict(path, item)
    for (place, truth) in starts.prefix(2).enumerated() {
      let found = place == 0 ? found.first : found.second ?? found.first
      #expect((found.outcome == .refuses) == truth.result.hasPrefix("exit"))
      #expect(found.message == truth.fatal)
      let name = "counts-\(item.release)-start\(place + 1).json"
      guard !truth.result.hasPrefix("exit"), item.fixture.truthNames.contains(name) else {
        continue
      }
      let counts = try JSONDecoder().decode(Counts.self, from: Data(try item.fixture.truth(name)))
      if !Self.askedForLess.contains(item.fixture.name) { compare(found, counts) }
      let whole = base.flatMap { Self.baseSamples[$0] }
      guard let lost = truth.lost ?? whole.map({ $0 - counts.float_and_hist_samples }) else {
        continue
      }
      let isLossy = lost > 0 || counts.errors?.isEmpty == false
      let expected =
        isLossy && !Self.lostBefore.contains(item.fixture.name)
        || Self.mixed.contains(item.fixture.name)
        // This release repairs the WAL where the WBL is damaged.
        || item.fixture.name == "damaged/wbl-torn-tail" && item.version == .v2_42
      // What goes wrong behind a start is no loss by it.
      let outcome = found.outcome == .startsThenFails ? .starts : found.outcome
      #expect(outcome == (expected ? .startsWithLoss : .starts))
    }
  }

  @Test(.enabled(if: Fixture.fullSet != nil), arguments: sound)
  func `a sound directory starts, and serves what servers served of it`(item: Case) async throws {
    let name = "live-after-restart-\(item.release)-counts.json"
    let isServed = item.fixture.truthNames.contains(name)
    guard isServed || item.version == .v3_14 else { return }
    let found = try await predict(item.fixture.data, item)
    #expect(found.first.outcome == .starts)
    #expect(found.second == nil)
    guard isServed else { return }
    let live = try JSONDecoder().decode(
      LiveCounts.self, from: Data(try item.fixture.truth(name)))
    compare(found.first, live.result)
  }
}
