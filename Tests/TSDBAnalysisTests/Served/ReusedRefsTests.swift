import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// Series `a` and `b` in turn have ref 1.
@Suite struct ReusedRefsTests {
  private typealias Log = LogDirectory

  private func replay(_ segments: [[[UInt8]]]) async throws -> HeadReplay {
    let log = try Log(segments)
    var plan = ReplayPlan()
    plan.segments =
      try DataDirectory(path: log.data).wal?.segments.map {
        .init(path: $0.path, part: .wal)
      } ?? []
    let options = HeadReplay.Options(
      selectors: [], memory: 1 << 20, folder: "/tmp", jobs: 1, usesSnapshot: false)
    return try await HeadReplay(plan, options)
  }

  private func works(_ replay: HeadReplay) throws -> [SeriesWork] {
    var source = try SeriesSource(ReplayPlan(), replay)
    return try source.next()
  }

  @Test func `the second comes up for the first, which comes up for nobody`() async throws {
    let replay = try await replay([
      [Log.series(1, "a"), Log.samples(1, [1])], [Log.series(1, "b"), Log.samples(1, [2])],
    ])
    var refs = ReusedRefs(replay)
    #expect(refs.otherNames(of: 1) == [Array("a".utf8)])
    #expect(refs.otherNames(of: 0) == [])
    let works = try works(replay)
    #expect(works.count == 2)
    let postponed = works.map { refs.postpones($0, against: nil) }
    #expect(postponed == [false, true])
    #expect(refs.postponed.count == 1)
    let first = try #require(works[0].head)
    let second = try #require(works[1].head)
    let notes = [first, second].map { refs.note($0.replayed, at: $0.rank)?.samples.times }
    #expect(notes == [nil, [2]])
    #expect(refs.withoutLost(works[1]).head != nil)
  }

  @Test func `an empty first takes the second along`() async throws {
    let replay = try await replay([
      [Log.series(1, "a")], [Log.series(1, "b"), Log.samples(1, [2])],
    ])
    var refs = ReusedRefs(replay)
    let works = try works(replay)
    let first = try #require(works[0].head)
    let note = refs.note(first.replayed, at: first.rank)
    #expect(note == nil)
    #expect(refs.withoutLost(works[1]).head == nil)
  }
}
