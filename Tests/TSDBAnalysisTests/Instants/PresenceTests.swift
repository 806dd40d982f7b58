import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct PresenceTests {
  private static let minute: Int64 = 60_000
  private static let start: Int64 = 1_794_873_600_000
  private static let stale = Double(bitPattern: StaleMarker.bits)

  /// Every 15 seconds from one minute up to another.
  private static func samples(_ ref: UInt64, _ from: Int64, _ to: Int64) -> [UInt8] {
    LogDirectory.samples(
      ref, stride(from: start + from * minute, to: start + to * minute, by: 15_000))
  }

  /// Series that are away from minute 10 to 20, that end by a marker at minute 12, at the last sample before
  /// minute 40, and that are always there.
  private static func records() -> [[UInt8]] {
    [
      LogDirectory.series(1, "away"), LogDirectory.series(2, "marked"),
      LogDirectory.series(3, "ends"), LogDirectory.series(4, "stays"),
      samples(1, 0, 10), samples(1, 20, 45), samples(2, 0, 12),
      RecordBuilder.samples([(ref: 2, time: start + 12 * minute, value: stale)]),
      samples(3, 0, 40), samples(4, 0, 45),
    ]
  }

  /// The metrics that a query finds at `minute`, and `milliseconds` later.
  private func found(
    _ directory: LogDirectory, _ minute: Int64, _ milliseconds: Int64 = 0,
    _ lookback: Lookback = .since3
  ) async throws -> [String] {
    let data = try DataDirectory(path: directory.data)
    let history = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 1).history
    let presence = try await Presence.read(
      data, of: history, view: .init(), at: [Self.start + minute * Self.minute + milliseconds],
      lookback: lookback
    ).presence
    let name = try #require(history.pairs.nameID(of: Array("__name__".utf8)))
    return (0..<SeriesTable.SeriesID(history.series.count)).filter {
      presence.finds($0, atInstant: 0)
    }.map { series in
      let pair = history.pair(of: series, named: name) ?? 0
      return String(decoding: [UInt8](history.pairs.value(ofPair: pair)), as: UTF8.self)
    }.sorted()
  }

  @Test func `a series that is away is not found, and found again`() async throws {
    let directory = try LogDirectory([Self.records()])
    #expect(try await found(directory, 5) == ["away", "ends", "marked", "stays"])
    // Its last sample is of 09:45.
    #expect(try await found(directory, 14, 44_999) == ["away", "ends", "stays"])
    #expect(try await found(directory, 14, 45_000) == ["ends", "stays"])
    #expect(try await found(directory, 19, 59_999) == ["ends", "stays"])
    #expect(try await found(directory, 20) == ["away", "ends", "stays"])
    #expect(try await found(directory, -1) == [])
  }

  @Test func `a marker ends a series at once`() async throws {
    let directory = try LogDirectory([Self.records()])
    #expect(try await found(directory, 11, 59_999) == ["away", "ends", "marked", "stays"])
    #expect(try await found(directory, 12) == ["away", "ends", "stays"])
  }

  @Test func `a sample that is exactly five minutes old is found up to 2.55, not since 3.0`()
    async throws
  {
    let directory = try LogDirectory([Self.records()])
    #expect(try await found(directory, 14, 45_000, .before3) == ["away", "ends", "stays"])
    #expect(try await found(directory, 14, 45_001, .before3) == ["ends", "stays"])
    #expect(Lookback.since3.end(after: .max - 1) == .max)
  }

  @Test func `what tombstones delete whole is no series, and is said`() async throws {
    let (first, last) = (Self.start, Self.start + 60 * Self.minute)
    let deletions = RecordBuilder.tombstones([
      (ref: 3, from: first, to: last), (ref: 4, from: first, to: first + 30 * Self.minute),
    ])
    let directory = try LogDirectory([Self.records() + [deletions]])
    #expect(try await found(directory, 5) == ["away", "marked"])
    #expect(try await found(directory, 31) == ["away", "stays"])
    let data = try DataDirectory(path: directory.data)
    let read = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 1)
    #expect(read.hasTombstones)
    let churn = try await Churn.make(of: read, in: data, view: .init(), options: .init()).churn
    #expect(churn.deleted == 1)
    #expect(churn.series == 3)
    #expect(churn.born == 3)
    #expect(churn.aliveAtEnd == 2)
  }

  @Test func `churn tells who is away, and when series die`() async throws {
    let directory = try LogDirectory([Self.records()])
    defer { withExtendedLifetime(directory) {} }
    let data = try DataDirectory(path: directory.data)
    let read = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 1)
    var options = Churn.Options()
    options.step = 5 * Self.minute
    options.groupings = [.metric, .values(of: Array("x".utf8))]
    let churn = try await Churn.make(of: read, in: data, view: .init(), options: options).churn
    let buckets = try #require(churn.buckets)
    #expect(buckets.born == [4, 0, 0, 0, 0, 0, 0, 0, 0])
    // The marker is of minute 12; the last sample of `ends`, of 39:45, is five minutes old at the end, 44:45.
    #expect(buckets.died == [0, 0, 1, 0, 0, 0, 0, 0, 1])
    #expect(buckets.alive == [4, 4, 2, 2, 3, 3, 3, 3, 2])
    #expect(buckets.away == [0, 0, 1, 1, 0, 0, 0, 0, 0])
    #expect((churn.died, churn.aliveAtEnd, churn.awayAtEnd) == (2, 2, 0))
    let value = try #require(churn.tables.last?.churning.first)
    #expect((value.born, value.died, value.aliveAtEnd, value.awayAtEnd) == (4, 2, 2, 0))
  }

  @Test func `a time within an outage counts who is away`() async throws {
    let directory = try LogDirectory([Self.records()])
    defer { withExtendedLifetime(directory) {} }
    let data = try DataDirectory(path: directory.data)
    let read = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 1)
    var options = Churn.Options()
    options.minTime = Self.start + 13 * Self.minute
    options.maxTime = Self.start + 16 * Self.minute
    options.groupings = [.metric]
    let churn = try await Churn.make(of: read, in: data, view: .init(), options: options).churn
    #expect((churn.series, churn.earlier, churn.born, churn.died) == (3, 3, 0, 0))
    #expect((churn.aliveAtEnd, churn.awayAtEnd) == (2, 1))
    let away = try #require(
      churn.tables[0].churning.first { $0.key == [Label("__name__", "away")] })
    #expect((away.earlier, away.aliveAtStart, away.aliveAtEnd, away.awayAtEnd) == (1, 1, 0, 1))
  }

  @Test func `diff of a time before an outage and one within it`() async throws {
    let directory = try LogDirectory([Self.records()])
    defer { withExtendedLifetime(directory) {} }
    let data = try DataDirectory(path: directory.data)
    let history = await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 1).history
    let presence = try await Presence.read(
      data, of: history, view: .init(),
      at: [Self.start + 5 * Self.minute, Self.start + 15 * Self.minute], lookback: .since3
    ).presence
    let diff = HistoryDiff(history, presence, selectors: [], limit: 10)
    #expect((diff.before, diff.after, diff.common) == (4, 2, 2))
    #expect(diff.metrics.vanished == 2)
  }
}
