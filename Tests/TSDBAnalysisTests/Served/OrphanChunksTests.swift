import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// Chunks of `damaged-base/main` without a series record, and whose they are.
@Suite struct OrphanChunksTests {
  /// The head of a directory, with all its chunks.
  private func replay(_ path: String) async throws -> HeadReplay {
    let directory = try DataDirectory(path: path)
    var plan = ReplayPlan()
    plan.headChunks = directory.headChunks
    plan.segments = directory.wal?.segments.map { .init(path: $0.path, part: .wal) } ?? []
    plan.keepsAll = true
    let options = HeadReplay.Options(
      selectors: [], memory: 1 << 20, folder: "/tmp", jobs: 1, usesSnapshot: false)
    return try await HeadReplay(plan, options)
  }

  @Test func `without a log all chunks are orphans`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/wal")
    let replay = try await replay(copy.data)
    let orphans = OrphanChunks(replay, minValidTime: .min)
    #expect(orphans.count.samples == 29_656)
    #expect(orphans.count.series == Set(replay.chunks.all.map(\.ref)).count)
    #expect(OrphanChunks(replay, minValidTime: .max).count == .init())
    #expect(OrphanChunks.waiting(in: replay, minValidTime: .min).samples == 29_656)
    #expect(OrphanChunks.waiting(in: replay, minValidTime: .max) == .init())
  }

  /// A server counts on from the highest ref that a series record has.
  @Test func `chunks wait for new series if their refs are above all that the log defines`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let whole = try await replay(copy.data)
    #expect(OrphanChunks.waiting(in: whole, minValidTime: .min) == .init())
    let refs = Set(whole.chunks.all.map(\.ref)).sorted()
    let middle = refs[refs.count / 2]
    removeTree(copy.data + "/wal")
    try makeFolder(copy.data + "/wal")
    try writeFile(copy.data + "/wal/00000000", WALBuilder([LogDirectory.series(middle, "a")]).bytes)
    let found = OrphanChunks.waiting(in: try await replay(copy.data), minValidTime: .min)
    #expect(found.series == refs.count { $0 > middle })
  }

  @Test func `a chunk whose samples a series has is no orphan`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/wal")
    let replay = try await replay(copy.data)
    var orphans = OrphanChunks(replay, minValidTime: .min)
    let before = orphans.count.samples
    let entry = try #require(replay.chunks.all.first)
    var samples = SampleBatch()
    samples.append(time: 0, bits: 0)
    #expect(SampleRun(of: entry, in: replay.chunks).unpack(into: &samples) == nil)
    samples.append(time: .max, bits: 0)
    orphans.recognize(in: samples)
    #expect(orphans.count.samples == before - (samples.count - 2))
  }
}
