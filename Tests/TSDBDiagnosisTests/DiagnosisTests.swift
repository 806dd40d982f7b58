import TSDBAnalysis
import TSDBDiagnosis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct DiagnosisTests {
  private func diagnose(_ path: String) async throws -> Diagnosis {
    await Diagnosis.make(of: try DataDirectory(path: path), jobs: 2)
  }

  @Test func `the bundled incident: head, culprit, memory, damage, next commands`() async throws {
    let found = try await diagnose(Fixture("sound/explosion-small").data)
    #expect(found.head.series == 61_451)
    #expect(found.head.samples == 671_546)
    #expect(found.head.timeRange.minTime == 1_794_873_600_000)
    #expect(found.head.timeRange.maxTime == 1_794_876_885_000)
    #expect(found.explosion?.series == 59_192)
    #expect(found.problems.count == 1)
    #expect(found.problems.first?.path.hasSuffix("/wal/00000000") == true)
    #expect(found.head.lostBytes > 0)
    #expect(found.memory.explosionBytes > found.memory.estimatedBytes / 3)
    let commands = found.actions.map(\.command)
    #expect(commands.first?.first == "prometheus")
    #expect(commands.dropFirst().allSatisfy { $0.first == "epimetheus" })
    #expect(
      commands.dropFirst().map { $0[1] } == [
        "repair", "surgery", "analyze", "churn", "analyze", "ls",
      ])
    #expect(found.actions.compactMap(\.loss) == ["59,192 series"])
    #expect(
      commands.first { $0.contains("drop-series") }?.dropFirst(4) == [
        "--match", "{job=\"checkout-service\",request_id!=\"\"}", "--in-place",
      ])
  }

  @Test func `an explosion that blocks and head share costs the head its own part only`()
    async throws
  {
    let found = try await diagnose(Fixture("sound/explosion-blocks").data)
    let exploded = try #require(found.explosion?.series)
    #expect(exploded == 8400)
    #expect(found.series == 8689)
    #expect(found.head.series == 3131)
    #expect(found.timeline.total == 8689)
    // 2,842 of the head's series carry the label; the blocks' own do not weigh on a restart.
    #expect(found.memory.explosionBytes < 3131 * 4000)
    #expect(found.memory.explosionBytes > 2000 * 680)
  }

  @Test func `damage of block, head chunks and WAL is found in one go`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let directory = try DataDirectory(path: copy.data)
    let index = try #require(directory.blocks.first?.index?.path)
    let segment = try #require(directory.wal?.segments.first?.path)
    let chunks = try #require(directory.headChunks.first?.path)
    try damage(index) { $0.flip(at: $0.count / 2) }
    try damage(segment) { $0.flip(at: 100) }
    try damage(chunks) { $0.flip(at: 60) }
    let found = try await diagnose(copy.data)
    for path in [index, segment, chunks] {
      #expect(found.problems.contains { $0.path == path }, "\(path)")
    }
  }

  @Test func `a problem of the listing is said once`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = try #require(try DataDirectory(path: copy.data).blocks.first)
    try move(block.path + "/index", to: copy.path + "/index")
    let problems = try await diagnose(copy.data).problems
    #expect(problems.count { $0.path == block.path + "/index" } == 1)
  }

  @Test func `samples whose series record is gone are a finding at the first of them`() async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let checkpoint = try #require(try DataDirectory(path: copy.data).wal?.checkpoints.last)
    try writeFile(checkpoint.segments[0].path, [UInt8]())
    let found = try await diagnose(copy.data)
    #expect(found.head.samplesOfUnknownSeries > 0)
    let rules = found.problems.compactMap { problem -> String? in
      if case .damaged(_, let error) = problem { error.rule } else { nil }
    }
    #expect(rules == ["record.samples.missing"])
  }

  @Test func `an empty directory of a server has nothing to say`() async throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    try makeFolder(folder.path + "/chunks_head")
    let found = try await diagnose(folder.path)
    #expect(found.series == 0)
    #expect(found.timeRange.isEmpty)
    #expect(found.explosion == nil)
    #expect(found.problems == [])
  }
}
