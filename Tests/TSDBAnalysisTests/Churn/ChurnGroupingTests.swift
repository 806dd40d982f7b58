import TSDBFormat
import TestSupport
import Testing

@testable import TSDBAnalysis

/// `ChurnGroups` and the numbers of groups behind it.
@Suite struct ChurnGroupingTests {
  private func groups(_ grouping: ChurnGrouping) async throws -> Churn.Table {
    let churn = try await ChurnTests.churn("sound/rollouts") {
      $0.groupings = [grouping]
      $0.limit = 1000
    }
    return try #require(churn.tables.first)
  }

  private func counts(_ table: Churn.Table) -> [String: [Int]] {
    var found: [String: [Int]] = [:]
    for group in table.churning {
      let key = group.key.map {
        String(decoding: $0.value.isEmpty ? $0.name : $0.value, as: UTF8.self)
      }.joined(separator: " ")
      found[key] = [group.newborn, group.died, group.aliveAtStart, group.aliveAtEnd]
    }
    return found
  }

  @Test func `metrics count series`() async throws {
    let found = counts(try await groups(.metric))
    #expect(found["up"] == [150, 150, 50, 50])
    #expect(found["http_request_duration_seconds_bucket"] == [1200, 1200, 400, 400])
    #expect(found["prometheus_tsdb_head_series"] == [0, 0, 1, 1])
  }

  @Test func `labels count new values`() async throws {
    let found = counts(try await groups(.label))
    #expect(found["pod"] == [150, 150, 50, 50])
    #expect(found["version"] == [3, 3, 1, 1])
    #expect(found["le"] == [0, 0, 8, 8])
  }

  @Test func `pairs count series`() async throws {
    let found = counts(try await groups(.pair))
    #expect(found["checkout"] == [1500, 1500, 500, 500])
    #expect(found["1.3.0"] == [50, 0, 0, 50])
    #expect(found["1.2.0"] == [50, 50, 0, 0])
  }

  @Test func `values of a label within each metric`() async throws {
    let found = counts(try await groups(.metricLabel))
    #expect(found["up pod"] == [150, 150, 50, 50])
    #expect(found["build_info version"] == [3, 3, 1, 1])
    #expect(found["up le"] == nil)
  }

  @Test func `targets, and the values of any label`() async throws {
    let targets = try await groups(.target)
    #expect(targets.churning.count == 201)
    #expect(counts(targets)["checkout 10.1.3.7:8080"] == [10, 0, 0, 10])
    let jobs = counts(try await groups(.values(of: Array("job".utf8))))
    #expect(jobs == ["checkout": [1500, 1500, 500, 500], "prometheus": [0, 0, 2, 2]])
    let none = try await groups(.values(of: Array("no such label".utf8)))
    #expect(none.churning == [])
  }

  @Test func `what grew is told, and births by the time`() async throws {
    let table = try await groups(.pair)
    let version = try #require(
      table.churning.first { $0.key == [Label("version", "1.3.0")] })
    #expect(version.births.count == 60)
    #expect(version.births.reduce(0, +) == 50)
    #expect(version.births.prefix(40).allSatisfy { $0 == 0 })
    #expect(table.growing.allSatisfy { $0.growth > 0 })
    #expect(table.growing.contains { $0.key == [Label("version", "1.3.0")] })
  }
}
