import Synchronization
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct ChurnTests {
  static let minute: Int64 = 60_000

  static func churn(
    _ fixture: String, _ change: (inout Churn.Options) throws -> Void = { _ in }
  ) async throws -> Churn {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    var options = Churn.Options()
    try change(&options)
    return try await Churn.make(
      of: read, in: directory, view: .init(jobs: 2), options: options
    ).churn
  }

  /// Every series' samples: when, and whether it is a marker of staleness.
  private func samples(_ fixture: String) async throws -> [[(time: Int64, isStale: Bool)]] {
    let found = Mutex<[[Label]: [(time: Int64, isStale: Bool)]]>([:])
    let directory = try DataDirectory(path: Fixture(fixture).data)
    _ = try await SampleView(directory, options: .init(jobs: 2)).writeSamples {
      labels, samples, _ in
      let all = (0..<samples.count).map { index in
        switch samples.value(at: index) {
        case .float(let bits): (samples.times[index], bits == StaleMarker.bits)
        case .histogram(let histogram): (samples.times[index], histogram.isStale)
        }
      }
      found.withLock { $0[labels, default: []] += all }
    } to: { _ in
    }
    return found.withLock { Array($0.values) }
  }

  @Test(arguments: [
    "sound/explosion-small", "sound/rollouts", "sound/nh-3.5", "sound/ooo-3.5", "sound/head-mixed",
  ])
  func `births of every step, and who is alive at its end, are those of the samples`(
    fixture: String
  ) async throws {
    let churn = try await Self.churn(fixture) { $0.step = 15_000 }
    let buckets = try #require(churn.buckets)
    let all = try await samples(fixture)
    var (born, alive) = ([Int64: Int](), [Int](repeating: 0, count: buckets.count))
    for own in all {
      born[(own.first?.time ?? 0) / 15_000 * 15_000, default: 0] += 1
      for bucket in 0..<buckets.count {
        let instant = min(buckets.time(of: bucket) + 14_999, churn.range.maxTime)
        let last = own.last { $0.time <= instant }
        if let last, !last.isStale, last.time > instant - 300_000 { alive[bucket] += 1 }
      }
    }
    for bucket in 0..<buckets.count {
      #expect(buckets.born[bucket] == born[buckets.time(of: bucket)] ?? 0)
    }
    #expect(buckets.alive == alive)
    #expect(churn.born == all.count)
    #expect(churn.series == all.count)
    #expect(churn.aliveAtEnd == alive.last)
  }

  @Test(arguments: [
    "sound/explosion-blocks", "sound/rollouts", "sound/nh-3.5", "sound/ooo-3.5",
    "damaged-base/main",
  ])
  func `who was there and who was born, less who died, is who is alive or away`(
    fixture: String
  ) async throws {
    let whole = try await Self.churn(fixture)
    let quarter = whole.range.duration / 4
    let part = TimeRange(
      minTime: whole.range.minTime + quarter, maxTime: whole.range.maxTime - quarter)
    for range in [whole.range, part] {
      let churn = try await Self.churn(fixture) {
        ($0.minTime, $0.maxTime) = (range.minTime, range.maxTime)
        $0.groupings = [.metric, .label, .pair, .metricLabel, .target]
        $0.limit = 100_000
      }
      #expect(churn.series == churn.earlier + churn.born)
      #expect(churn.earlier + churn.born - churn.died == churn.aliveAtEnd + churn.awayAtEnd)
      let buckets = try #require(churn.buckets)
      var there = churn.earlier
      for bucket in 0..<buckets.count {
        there += buckets.born[bucket] - buckets.died[bucket]
        #expect(there == buckets.alive[bucket] + buckets.away[bucket])
      }
      #expect(buckets.alive.last == churn.aliveAtEnd)
      for group in churn.tables.flatMap(\.churning) {
        #expect(group.earlier + group.born - group.died == group.aliveAtEnd + group.awayAtEnd)
      }
    }
  }

  /// NOTES.md: 59,192 series of 4,228 request ids on disk, 14 a request, born from 00:40:00 on.
  @Test func `the incident's births are those of its requests`() async throws {
    let churn = try await Self.churn("sound/explosion-small") { $0.step = 15_000 }
    let buckets = try #require(churn.buckets)
    let onset = Int((1_794_876_000_000 - buckets.start) / 15_000)
    #expect(buckets.born[..<onset] == [2259] + ArraySlice(repeatElement(0, count: onset - 1)))
    #expect(buckets.born[onset...].reduce(0, +) == 59_192)
    #expect(buckets.born[onset...].allSatisfy { $0.isMultiple(of: 14) })
    #expect(churn.notLaterThan == 2259)
    #expect(churn.lifetimes.median == 30_000)
    #expect(churn.lifetimes.shorterThanTenMinutes == churn.lifetimes.series)
    let metric = try #require(churn.tables.first?.churning.first)
    #expect(metric.key == [Label("__name__", "http_request_duration_seconds_bucket")])
    #expect(metric.newborn == 59_192)
    #expect(churn.rollouts == [])
    #expect(churn.explosion?.series == 59_192)
  }

  @Test func `rollouts are told, and are no explosion`() async throws {
    let churn = try await Self.churn("sound/rollouts")
    #expect(churn.explosion == nil)
    #expect(churn.rollouts.map(\.replaced) == [50, 50, 50])
    #expect(churn.rollouts.map(\.series) == [500, 500, 500])
    #expect(
      churn.rollouts.map { ($0.start - 1_794_873_600_000) / Self.minute } == [40, 72, 100])
    for rollout in churn.rollouts {
      #expect(Set(rollout.labels) == Set(["pod", "instance", "version"].map { Array($0.utf8) }))
      #expect(rollout.job == Array("checkout".utf8))
    }
  }

  @Test func `a part of the time counts what lies in it`() async throws {
    let start: Int64 = 1_794_873_600_000
    let churn = try await Self.churn("sound/rollouts") {
      $0.minTime = start + 60 * Self.minute
      $0.maxTime = start + 95 * Self.minute
    }
    #expect(churn.born == 500)
    #expect(churn.notLaterThan == 0)
    #expect(churn.rollouts.count == 1)
  }

  @Test func `selectors choose the series`() async throws {
    let churn = try await Self.churn("sound/rollouts") { $0.selectors = [try Selector("up")] }
    #expect(churn.series == 200)
    #expect(churn.born == 200)
    #expect(churn.notLaterThan == 50)
  }

  @Test func `births that only a checkpoint tells of are not later than what it says`() async throws
  {
    let directory = try DataDirectory(path: Fixture("damaged-base/main").data)
    let head = await DirectoryHistory.read(directory, parts: .head, jobs: 1)
    let count = head.head.census.checkpointSeries
    let times = head.history.series.times
    var known = 0
    for series in 0..<count where !times[series].isEmpty { known += 1 }
    #expect(known > 0)
    let alone = await Churn.make(of: head, options: .init())
    #expect(alone.notLaterThan >= known)
  }

  @Test func `no samples make no buckets`() async throws {
    let empty = try TemporaryDirectory()
    try makeFolder(empty.path + "/wal")
    let read = await DirectoryHistory.read(
      try DataDirectory(path: empty.path), parts: [.head, .blocks], jobs: 1)
    let churn = await Churn.make(of: read, options: .init())
    #expect(churn.buckets == nil)
    #expect(churn.range.isEmpty)
    #expect(churn.tables.allSatisfy { $0.churning.isEmpty && $0.growing.isEmpty })
  }
}
