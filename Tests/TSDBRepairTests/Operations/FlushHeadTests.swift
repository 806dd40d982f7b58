import TSDBAnalysis
import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

@Suite struct FlushHeadTests {
  private func flush(
    _ path: String, _ change: (inout FlushHead.Options) -> Void = { _ in }
  ) async throws -> FlushHead {
    // After all that fixtures hold: a block that ends long after its birth is a finding.
    var options = FlushHead.Options(now: 1_800_000_000_000)
    change(&options)
    return try await FlushHead(DataDirectory(path: path), options)
  }

  private var headOnly: SampleView.Options {
    var options = SampleView.Options()
    options.readsBlocks = false
    return options
  }

  /// The blocks hold exactly what a server would serve of the head, each within its two hours, and a
  /// check of them finds nothing.
  @Test(arguments: DropSeriesTests.fixtures)
  func `blocks hold the samples of the head`(fixture: Fixture) async throws {
    let target = try TemporaryDirectory()
    let flush = try await flush(fixture.data)
    try flush.write(toNew: target.data)
    let wanted = try await servedSamples(fixture.data, options: headOnly)
    guard !flush.blocks.isEmpty else {
      #expect(wanted == [])
      return
    }
    let found = try await servedSamples(target.data)
    // A difference of so many lines is not worth printing.
    let isSame = found == wanted
    #expect(isSame, "\(found.count) of \(wanted.count) samples")
    let directory = try DataDirectory(path: target.data)
    let check = await Check.run(directory, level: .deep, jobs: 2)
    #expect(check.result.findings.filter { $0.severity >= .warning }.map(\.rule.id) == [])
    #expect(directory.blocks.count == flush.blocks.count)
    var samples: UInt64 = 0
    for block in directory.blocks {
      let meta = try block.meta.get()
      samples += meta.stats.numSamples
      #expect(meta.minTime % FlushHead.blockDuration == 0)
      #expect(meta.maxTime - meta.minTime <= FlushHead.blockDuration)
      #expect(meta.compaction.sources == [meta.ulid])
    }
    #expect(samples == UInt64(wanted.count))
  }

  @Test func `the last block ends behind the last sample`() async throws {
    let fixture = Fixture("sound/explosion-blocks")
    let flush = try await flush(fixture.data)
    let last = try #require(flush.blocks.last)
    #expect(last.range.maxTime % FlushHead.blockDuration != FlushHead.blockDuration - 1)
  }

  @Test func `what is dropped and what spills does not matter for the rest`() async throws {
    let fixture = Fixture("sound/explosion-blocks")
    let target = try TemporaryDirectory()
    let selector = try Selector(#"{request_id!=""}"#)
    try await flush(fixture.data) {
      $0.dropped = [selector]
      $0.view.maxMemory = 1 << 16
    }.write(toNew: target.data)
    let wanted = try await servedSamples(
      fixture.data, match: #"{request_id=""}"#, options: headOnly)
    let isSame = try await servedSamples(target.data) == wanted
    #expect(isSame)
  }

  @Test func `external labels are where Thanos looks for them`() async throws {
    let target = try TemporaryDirectory()
    let flush = try await flush(Fixture("sound/head-mixed").data) {
      $0.externalLabels = [Label("cluster", "a\"b")]
    }
    try flush.write(toNew: target.data)
    let meta = try #require(flush.report.blocks.first)
    let path = target.data + "/\(meta.ulid)/meta.json"
    #expect(try BlockMeta.read(path: path) == meta)
    #expect(meta.thanos?.contains(#""cluster": "a\"b""#) == true)
  }

  @Test func `in place the blocks come and the head goes, and undo brings it back`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let before = try ContentState(copy.data)
    let wanted = try await servedSamples(copy.data)
    let flush = try await flush(copy.data)
    let result = try await operate(on: copy.data) { context throws(FileError) in
      [try flush.step(context.directory)]
    }
    #expect(result.steps.map(\.operation.name) == ["flush-head"])
    let isSame = try await servedSamples(copy.data) == wanted
    #expect(isSame)
    #expect(!exists(copy.data + "/wal"))
    _ = try Undo.run(copy.data)
    #expect(try ContentState(copy.data) == before)
  }

  private func encodings(_ path: String) throws -> Set<ChunkEncoding> {
    var found: Set<ChunkEncoding> = []
    for block in try DataDirectory(path: path).blocks {
      let contents = try #require(try BlockContents(block, readsChunks: true))
      while let series = contents.next() { found.formUnion(series.chunks.map(\.encoding)) }
    }
    return found
  }

  /// 3.5 knows no encoding with start timestamps: a chunk that has one is a query that fails.
  @Test func `the blocks hold what the release can read`() async throws {
    let fixture = Fixture("sound/st-zstd-3.14")
    let (newest, older) = (try TemporaryDirectory(), try TemporaryDirectory())
    let flush = try await flush(fixture.data)
    try flush.write(toNew: newest.data)
    #expect(flush.report.startTimes == 0)
    #expect(try !encodings(newest.data).isDisjoint(with: [.xor2, .histogramST, .floatHistogramST]))
    let downgraded = try await self.flush(fixture.data) { $0.version = .v3_5 }
    try downgraded.write(toNew: older.data)
    #expect(downgraded.report.startTimes > 0)
    #expect(
      try encodings(older.data).isDisjoint(with: [.xor2, .histogramST, .floatHistogramST]))
  }

  @Test func `what is left out is counted as a server holds it`() async throws {
    let fixture = Fixture("sound/explosion-blocks")
    let selector = try Selector(#"{request_id!=""}"#)
    let flush = try await flush(fixture.data) { $0.dropped = [selector] }
    let drop = try await DropSeries(DataDirectory(path: fixture.data), [selector])
    #expect(flush.loss.samples == drop.loss.samples)
    #expect(flush.toll.metrics.map(\.samples) == drop.toll.metrics.map(\.samples))
    #expect(flush.idle.isEmpty)
  }

  @Test func `samples at the end of time are refused, and no block is turned round`() async throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.data)
    try makeFolder(folder.data + "/wal")
    let records = [
      [1] + RecordBuilder.series(1, [("job", "alpha")]),
      RecordBuilder.samples([(1, Int64.max, 1)]),
    ]
    try writeFile(folder.data + "/wal/00000000", WALBuilder(records).bytes)
    await #expect(throws: RepairError.self) { _ = try await self.flush(folder.data) }
  }

  @Test func `a folder that is there is not written into`() async throws {
    let target = try TemporaryDirectory()
    let flush = try await flush(Fixture("sound/head-mixed").data)
    #expect(
      throws: RepairError.refused("\(target.path) exists; give the name of a new folder")
    ) {
      try flush.write(toNew: target.path)
    }
  }
}
