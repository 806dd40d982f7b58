import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HistoryDiffTests {
  private func history(_ fixture: String) async throws -> SeriesHistory {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    return await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 1).history
  }

  /// The difference between what a query finds at two times.
  private func diff(
    _ fixture: String, at first: Int64, and second: Int64, _ selectors: [Selector] = [],
    limit: Int
  ) async throws -> HistoryDiff {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let history = try await history(fixture)
    var view = SampleView.Options(jobs: 2)
    view.selectors = selectors
    let presence = try await Presence.read(
      directory, of: history, view: view, at: [first, second], lookback: .since3
    ).presence
    return HistoryDiff(history, presence, selectors: selectors, limit: limit)
  }

  private func words(_ lines: [HistoryDiff.Line]) -> [String] {
    lines.map { "\(String(decoding: $0.key, as: UTF8.self)) \($0.before) \($0.after)" }
  }

  @Test func `a directory does not differ from itself`() async throws {
    let history = try await history("damaged-base/main")
    let diff = HistoryDiff(history, history, selectors: [], limit: 10)
    #expect(diff.before == diff.common)
    #expect(diff.after == diff.common)
    #expect(diff.metrics.changed == [])
    #expect(diff.labels.changed == [])
    #expect(diff.pairs.changed == [])
  }

  @Test func `two times of the incident differ by what exploded`() async throws {
    let diff = try await diff(
      "sound/explosion-small", at: 1_794_875_940_000, and: 1_794_876_885_000, limit: 1)
    #expect(diff.before == 2259)
    #expect(diff.common == 2259)
    #expect(words(diff.metrics.changed) == ["http_request_duration_seconds_bucket 1568 22638"])
    #expect(words(diff.labels.changed) == ["request_id 0 1505"])
    #expect(diff.labels.appeared == 2)
    #expect(diff.labels.vanished == 0)
  }

  @Test func `series of two histories are compared by their labels`() {
    var first = HistoryBuilder()
    first.add(["__name__": "a", "x": "1"], from: 0, to: 1)
    first.add(["__name__": "b", "y": "1"], from: 0, to: 1)
    var second = HistoryBuilder()
    second.add(["__name__": "c", "y": "1"], from: 0, to: 1)
    second.add(["__name__": "c", "y": "2"], from: 0, to: 1)
    second.add(["__name__": "a", "x": "1"], from: 5, to: 9)
    let diff = HistoryDiff(first.history, second.history, selectors: [], limit: 10)
    #expect((diff.before, diff.after, diff.common) == (2, 3, 1))
    #expect((diff.appeared, diff.vanished) == (2, 1))
    #expect(words(diff.metrics.changed) == ["c 0 2", "b 1 0"])
    #expect(words(diff.labels.changed) == ["y 1 2"])
    #expect(words(diff.pairs.changed) == ["y=2 0 1"])
    #expect((diff.metrics.appeared, diff.metrics.vanished) == (1, 1))
  }

  @Test func `selectors choose what is compared`() async throws {
    let diff = try await diff(
      "sound/rollouts", at: 1_794_873_600_000, and: 1_794_881_000_000, [try Selector("up")],
      limit: 10)
    #expect((diff.before, diff.after, diff.common) == (50, 50, 0))
  }
}
