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
    plan.segments = directory.wal?.segments.map { .init(path: $0.path, kind: .wal) } ?? []
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
