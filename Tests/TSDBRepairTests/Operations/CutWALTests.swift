import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// What a cut log keeps, and what it is told to cost.
@Suite struct CutWALTests {
  private static let alpha = [1] + RecordBuilder.series(1, [("job", "alpha")])
  private static let sample = RecordBuilder.samples([(1, 1000, 1.5)])
  private static let later = RecordBuilder.samples([(1, 2000, 3)])
  private static let kept = RecordBuilder.tombstones([(1, 1000, 1000)])

  /// Plans a cut, and makes it.
  private func cut(_ path: String, at segment: Int) async throws -> Repair.Result {
    var options = Repair.Options()
    options.time = "test"
    options.operation = { context throws(FileError) in
      try CutWAL.step(context, at: .at(segment: segment, offset: 0)).map { [$0] } ?? []
    }
    let repair = Repair(of: try DataDirectory(path: path), options)
    let plan = try await repair.plan(comparesWays: false)
    let result = try await repair.applyInPlace(plan)
    #expect(result.steps == plan.steps)
    #expect(result.toll == plan.toll)
    return result
  }

  /// Cuts a copy at each segment; what goes is what is told, and nothing else is there afterwards.
  private func cutEverywhere(_ make: () throws -> TemporaryDirectory) async throws {
    let original = try make()
    let before = Set(withoutMarkers(try await servedSamples(original.data)))
    let segments = try #require(try DataDirectory(path: original.data).wal?.segments)
    #expect(!before.isEmpty)
    for segment in segments {
      let copy = try make()
      let result = try await cut(copy.data, at: segment.number)
      let after = Set(withoutMarkers(try await servedSamples(copy.data)))
      #expect(after.subtracting(before).count == 0, "came back, cut at \(segment.name)")
      let told = result.steps.reduce(0) { $0 + $1.loss.samples }
      #expect(told == before.subtracting(after).count, "cut at \(segment.name)")
    }
  }

  @Test(arguments: ["sound/head-mixed", "sound/ooo-3.5"])
  func `a cut loses what is told, and nothing that was deleted comes back`(
    name: String
  ) async throws {
    try await cutEverywhere { try Fixture(name).copy() }
  }

  /// A server does not start on it, so that none of it is served before.
  @Test func `what a cut takes of a log with a gap is told`() async throws {
    try await cutEverywhere { try Fixture.damaged("wal-missing-segment") }
  }

  /// A start drops what is in `chunks_head` behind the damage; until the cut it had that from the log.
  @Test func `what a cut takes of the log is told, though damaged head chunks have it`()
    async throws
  {
    try await cutEverywhere { try Fixture.damaged("wbl-chunks-head-ooo-bitflip") }
  }

  /// Queries for the series that had the ref before find the samples of the one that has it now.
  @Test(arguments: [(segment: 2, told: 4, left: 7), (1, 11, 10), (0, 21, 0)])
  func `what a cut takes of a series that took the ref of another is told once`(
    segment: Int, told: Int, left: Int
  ) async throws {
    let log = try LogDirectory([
      [LogDirectory.series(1, "a"), LogDirectory.samples(1, 1...10)],
      [LogDirectory.series(1, "b"), LogDirectory.samples(1, 20...26)],
      [LogDirectory.samples(1, 30...33)],
    ])
    let result = try await cut(log.data, at: segment)
    #expect(result.before.samples == 11)
    #expect(result.countedReadable() == 21)
    #expect(result.steps.map(\.loss.samples) == [told])
    #expect(result.after.samples == left)
  }

  @Test func `deletions of what stays are written behind the cut`() async throws {
    let folder = try TemporaryDirectory()
    for path in ["", "/wal", "/chunks_head"] { try makeFolder(folder.data + path) }
    let both = RecordBuilder.tombstones([(1, 1000, 1000), (9, 0, 5)])
    for (name, records) in [
      ("00000000", [Self.alpha, Self.sample]), ("00000001", [Self.later]), ("00000002", [both]),
    ] {
      try writeFile(folder.data + "/wal/" + name, WALBuilder(records).bytes)
    }
    let directory = try DataDirectory(path: folder.data)
    let place = CutWAL.Place.at(segment: 1, offset: 0)
    let step = try #require(try CutWAL.step(RepairContext(directory, findings: []), at: place))
    let transaction = try Transaction(
      folder.data, name: Quarantine.prefix + "test", FileOperations(syncs: false))
    try transaction.apply(step.changes)
    try transaction.finish()
    #expect(try namesInFolder(folder.data + "/wal") == ["00000000", "00000001"])
    let bytes = try readFile(folder.data + "/wal/00000001")
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    #expect(batch.entries.map { [UInt8](batch.payload(of: $0)) } == [Self.kept])
    let again = try CutWAL.step(
      RepairContext(try DataDirectory(path: folder.data), findings: []), at: place)
    #expect(again?.why == nil)
  }

  /// A server cuts the log there, and gives the refs behind it to new series.
  @Test func `what hangs on definitions behind damage that is left goes along`() async throws {
    let copy = try Fixture.damaged("wal-bitflip-first-series")
    let last = try #require(try DataDirectory(path: copy.data).wal?.segments.last)
    let result = try await cut(copy.data, at: last.number)
    #expect(result.steps.map(\.operation.name) == ["cut-wal", "drop-undefined"])
    let after = try DataDirectory(path: copy.data)
    let log = await LogCheck.run(after, level: .standard, jobs: 1)
    let stop = try #require(CutWAL.firstDamage(RepairContext(after, findings: log.findings)))
    let defined = try RefSet(definedBy: after, before: stop)
    for file in after.headChunks {
      let mapped = try MappedFile(path: file.path)
      var reader = try HeadChunkFile(mapped.bytes)
      while let event = reader.next() {
        guard case .chunk(let chunk) = event else { continue }
        #expect(defined.contains(chunk.series))
      }
    }
  }
}
