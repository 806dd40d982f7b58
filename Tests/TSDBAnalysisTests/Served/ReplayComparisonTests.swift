import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What one plan gives and another does not; where refs are reused, the counts are those that servers of
/// 2.42 and 3.5 gave of the same logs.
@Suite struct ReplayComparisonTests {
  private typealias Log = LogDirectory

  private func segments(_ path: String) throws -> [LogSegment] {
    try DataDirectory(path: path).wal?.segments.map { .init(path: $0.path, part: .wal) } ?? []
  }

  /// Everything in the log of `path` against what a server serves of it.
  private func compare(_ path: String) async throws -> ReplayComparison {
    var served = ReplayPlan()
    served.segments = try segments(path)
    var everything = served
    everything.keepsAll = true
    return try await ReplayComparison(everything: everything, served: served, jobs: 1)
  }

  private func counts(_ counts: [[UInt8]: ReplayComparison.Count]) -> [String: [Int]] {
    var result: [String: [Int]] = [:]
    for (name, count) in counts {
      result[String(decoding: name, as: UTF8.self)] = [count.series, count.samples]
    }
    return result
  }

  @Test func `nothing is lost of a sound log, and markers of ends are no samples`() async throws {
    let marker = RecordBuilder.samples(
      [(ref: 1, time: 4, value: Double(bitPattern: StaleMarker.bits))])
    let log = try Log([[Log.series(1, "a"), Log.samples(1, 1...3), marker]])
    let found = try await compare(log.data)
    #expect(counts(found.served) == ["a": [1, 3]])
    #expect(counts(found.everything) == ["a": [1, 3]])
    #expect(found.lost.isEmpty)
    #expect(found.unlabelled == .init())
  }

  @Test func `what is behind the limit of a plan is lost, with its times`() async throws {
    let records = [
      Log.series(1, "a"), Log.samples(1, 1...3), Log.series(2, "b"), Log.samples(2, 7...9),
      Log.samples(1, 8...9),
    ]
    let log = try Log([records])
    var served = ReplayPlan()
    served.segments = try segments(log.data)
    let everything = served
    served.segments[0].limit = WALBuilder(records).range(ofRecord: 2).lowerBound
    let found = try await ReplayComparison(everything: everything, served: served, jobs: 1)
    #expect(counts(found.served) == ["a": [1, 3]])
    #expect(counts(found.lost) == ["a": [0, 2], "b": [1, 3]])
    #expect(found.lost[Array("b".utf8)]?.timeRange == TimeRange(minTime: 7, maxTime: 9))
  }

  @Test func `a repeated series record drops what came before it`() async throws {
    let log = try Log([
      [Log.series(1, "a"), Log.samples(1, 1...3), Log.series(1, "a"), Log.samples(1, 4...5)]
    ])
    let found = try await compare(log.data)
    #expect(counts(found.served) == ["a": [1, 2]])
    #expect(counts(found.lost) == ["a": [0, 3]])
  }

  @Test func `samples of a ref without a series have no labels`() async throws {
    let log = try Log([[Log.series(1, "a"), Log.samples(1, 1...3), Log.samples(9, 1...4)]])
    let found = try await compare(log.data)
    #expect(found.unlabelled.samples == 4)
    #expect(counts(found.served) == ["a": [1, 3]])
  }

  @Test func `a query finds by its ref the series that took it from another`() async throws {
    let log = try Log([
      [Log.series(1, "a")], [Log.samples(1, 1...10)], [Log.series(1, "b")],
      [Log.samples(1, 20...26)],
    ])
    let found = try await compare(log.data)
    #expect(counts(found.served) == ["a": [1, 7], "b": [1, 7]])
    #expect(counts(found.borrowed) == ["a": [1, 7]])
    #expect(counts(found.lost) == ["a": [1, 10]])
    #expect(found.failing.isEmpty)
  }

  @Test func `one of three that had the ref is found for all`() async throws {
    let log = try Log([
      [Log.series(1, "a")], [Log.samples(1, 1...10)], [Log.series(1, "b")],
      [Log.samples(1, 20...26)], [Log.series(1, "c")], [Log.samples(1, 40...42)],
    ])
    #expect(
      counts(try await compare(log.data).served) == ["a": [1, 3], "b": [1, 3], "c": [1, 3]])
  }

  @Test func `an empty series takes the one with its ref along when it is forgotten`() async throws
  {
    let log = try Log([[Log.series(1, "a")], [Log.series(1, "b")], [Log.samples(1, 20...26)]])
    let found = try await compare(log.data)
    #expect(found.served.isEmpty)
    #expect(counts(found.lost) == ["b": [1, 7]])
    // A record of the first series empties it.
    let again = try Log([
      [Log.series(1, "a")], [Log.samples(1, 1...10)], [Log.series(1, "b")],
      [Log.samples(1, 20...26)], [Log.series(5, "a")], [Log.samples(5, 40...43)],
    ])
    #expect(try await compare(again.data).served.isEmpty)
  }

  @Test func `a metric that has a ref twice cannot be asked for`() async throws {
    let log = try Log([
      [Log.series(1, "a")], [Log.samples(1, 1...10)], [Log.series(1, "a", x: "2")],
      [Log.samples(1, 20...26)],
    ])
    let found = try await compare(log.data)
    #expect(found.failing == [Array("a".utf8)])
    #expect(found.served.isEmpty)
    #expect(counts(found.lost) == ["a": [2, 17]])
  }

  @Test func `a metric of which a chunk cannot be read is not served at all`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let directory = try DataDirectory(path: copy.data)
    var plan = ReplayPlan()
    plan.blocks = directory.blocks
    let sound = try await ReplayComparison(everything: plan, served: plan, jobs: 1)
    #expect(sound.failing.isEmpty)
    #expect(counts(sound.served)["http_request_duration_seconds_bucket"] == [6, 8640])
    try damage(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001") {
      $0.flip(at: 41_017, bit: 4)
    }
    let found = try await ReplayComparison(everything: plan, served: plan, jobs: 1)
    let name = Array("http_request_duration_seconds_bucket".utf8)
    #expect(found.failing == [name])
    #expect(found.served[name] == nil)
    #expect(found.lost[name]?.samples == 8520)
    #expect(found.served.count == sound.served.count - 1)
    #expect(found.problems.count == 1)
  }
}
