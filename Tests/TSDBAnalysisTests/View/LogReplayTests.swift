import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What the second pass over a log makes of its records.
@Suite struct LogReplayTests {
  private typealias Log = LogDirectory

  private func replay(_ log: LogDirectory, minValidTime: Int64 = .min) async throws -> HeadReplay {
    var plan = ReplayPlan()
    plan.segments =
      try DataDirectory(path: log.data).wal?.segments.map {
        .init(path: $0.path, part: .wal)
      } ?? []
    plan.minValidTime = minValidTime
    let options = HeadReplay.Options(
      selectors: [], memory: 1 << 20, folder: "/tmp", jobs: 1, usesSnapshot: false)
    return try await HeadReplay(plan, options)
  }

  /// The times of all series, in label order.
  private func times(_ replay: HeadReplay) throws -> [[Int64]] {
    var stream = try HeadStream(replay)
    var times: [[Int64]] = []
    while let series = stream.next {
      times.append(series.replayed.samples.times)
      try stream.advance()
    }
    return times
  }

  @Test func `samples go to the series of their ref, the older ones not at all`() async throws {
    let log = try Log([
      [
        Log.series(1, "a"), Log.series(2, "b"), Log.samples(1, [1, 5, 9]), Log.samples(2, [6]),
        Log.samples(1, [7, 10]),
      ]
    ])
    #expect(try times(try await replay(log)) == [[1, 5, 9, 10], [6]])
    #expect(try times(try await replay(log, minValidTime: 6)) == [[9, 10], [6]])
  }

  @Test func `samples of a ref without a series are one finding`() async throws {
    let log = try Log([[Log.series(1, "a"), Log.samples(3, [1, 5]), Log.samples(4, [6])]])
    let found = try await replay(log)
    #expect(found.strays.samplesOutsideChunks == 3)
    #expect(found.problems.count == 1)
    #expect(found.problems.first?.path == log.data + "/wal/00000000")
  }

  @Test func `a series that lost its ref is named, with the one that has it`() async throws {
    let log = try Log([
      [Log.series(1, "c"), Log.series(2, "b"), Log.samples(1, [1])],
      [Log.series(1, "a"), Log.samples(1, [2])],
    ])
    let found = try await replay(log)
    #expect(found.replaced == [.init(rank: 2, holder: 0)])
    #expect(try times(found) == [[2], [], []])
  }

  @Test func `a series deleted as a whole is gone`() async throws {
    let log = try Log([
      [
        Log.series(1, "a"), Log.samples(1, [1, 2]),
        RecordBuilder.tombstones([(ref: 1, from: .min, to: .max)]), Log.samples(1, [3]),
      ]
    ])
    let found = try await replay(log)
    #expect(try times(found) == [[]])
    #expect(found.strays.samplesOutsideChunks == 1)
    #expect(found.replaced == [])
  }
}
