import FoundationEssentials
import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

/// Every damaged directory of the full set against what real servers of four releases did with it: whether
/// they came up, what they logged if not, and what they served by metric. Docs/startup.md names the
/// exceptions and says why they are.
@Suite struct StartupTruthTests {
  struct Case: Sendable, CustomStringConvertible {
    let fixture: Fixture
    let version: ServerVersion
    var description: String { "\(fixture.name) \(version.rawValue)" }
  }

  private static let releases: [ServerVersion: String] = [
    .v2_42: "2.42.0", .v2_53: "2.53.3", .v3_5: "3.5.3", .v3_14: "3.14.0",
  ]

  /// Another process must hold the lock; `StartupPredictionTests` does that.
  private static let unpredictable: Set = ["damaged/lock-held"]

  /// What servers count by name of the metric hides what happened, or a query fails for more than what
  /// is damaged.
  private static let countedOtherwise: Set = [
    "damaged/index-bitflip-series", "damaged/chunks-head-crcok-hist-encoding",
    "damaged/wal-crcok-empty-labels-series", "states/wal-ref-reuse",
    "damaged/wbl-ooo-disabled-restart",
  ]

  static let cases: [Case] = (Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
    .flatMap { fixture in ServerVersion.allCases.map { Case(fixture: fixture, version: $0) } }
    .filter { !unpredictable.contains($0.fixture.name) }

  private struct Results: Decodable {
    let versions: [String: Result]?
    let starts: [Start]?
  }

  private struct Result: Decodable { let starts: [Start]? }

  private struct Start: Decodable {
    let result: String
    let key_lines: [String]?
  }

  private struct Counts: Decodable { let per_metric: [String: [Int]] }

  /// The first of the two starts, if it was recorded in this form.
  private func start(_ item: Case) throws -> Start? {
    let release = Self.releases[item.version] ?? ""
    for name in ["result.json", "result-3.14.json"] where item.fixture.truthNames.contains(name) {
      let data = Data(try item.fixture.truth(name))
      guard let read = try? JSONDecoder().decode(Results.self, from: data) else { continue }
      if let start = read.versions?[release]?.starts?.first { return start }
      if name == "result-3.14.json", item.version == .v3_14, let start = read.starts?.first {
        return start
      }
    }
    return nil
  }

  private func options(_ item: Case) -> StartupOptions {
    let isSnapshot = item.fixture.name.hasPrefix("damaged/snapshot-")
    return StartupOptions(
      version: item.version,
      flags: isSnapshot ? ["enable-feature=memory-snapshot-on-shutdown"] : [],
      isAgent: item.fixture.name.hasPrefix("damaged/agent-"))
  }

  @Test(.enabled(if: Fixture.fullSet != nil), arguments: cases)
  func `a start is predicted as servers did it`(item: Case) async throws {
    guard let truth = try start(item) else { return }
    let found = await Diagnosis.make(
      of: try DataDirectory(path: item.fixture.data), jobs: 2, startup: options(item),
      countsServed: true
    ).startup.first
    let fatal = truth.key_lines?.lazy.compactMap { line in
      line.firstMatch(of: #/err="(opening storage failed.*)"$/#).map { String($0.1) }
    }.first
    #expect((found.outcome == .refuses) == truth.result.hasPrefix("exit"))
    #expect(found.message == fatal)
    let name = "counts-\(Self.releases[item.version] ?? "")-start1.json"
    guard found.outcome != .refuses, item.fixture.truthNames.contains(name),
      !Self.countedOtherwise.contains(item.fixture.name)
    else { return }
    let counts = try JSONDecoder().decode(Counts.self, from: Data(try item.fixture.truth(name)))
    for (metric, count) in counts.per_metric where count != [0, 0] {
      let served = found.served[Array(metric.utf8)]
      #expect([served?.series ?? 0, served?.samples ?? 0] == count, "\(metric)")
    }
    let strange = found.served.keys.filter {
      counts.per_metric[String(decoding: $0, as: UTF8.self)] == nil && !$0.isEmpty
    }
    #expect(strange == [])
  }
}
