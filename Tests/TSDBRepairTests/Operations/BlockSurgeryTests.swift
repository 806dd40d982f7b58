import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

@Suite struct BlockSurgeryTests {
  private static let name = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func damagedCopy(
    _ file: String, _ spoil: (inout [UInt8]) -> Void
  ) throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/\(Self.name)/\(file)", spoil)
    return copy
  }

  private func block(_ path: String) throws -> BlockFolder {
    try #require(try DataDirectory(path: path).blocks.first { $0.name == Self.name })
  }

  private func findings(_ path: String) throws -> [String] {
    BlockCheck.run(try block(path), level: .deep).findings.filter { $0.severity >= .warning }
      .map(\.rule.id)
  }

  /// Wherever behind the series a bit is flipped: the index comes out as the server wrote it.
  @Test func `an index is written anew from its series to the byte`() async throws {
    let original = try readFile(Fixture("damaged-base/main").file("\(Self.name)/index"))
    let contents = try IndexTOC(of: original.rawBytes)
    for offset in [
      contents.labelIndices + 20, contents.postings + 30, contents.labelOffsetTable + 9,
      contents.postingsOffsetTable + 40, 2,
    ] {
      let copy = try damagedCopy("index") { $0.flip(at: offset, bit: 3) }
      #expect(try !findings(copy.data).isEmpty)
      let result = try await operate(on: copy.data) { context throws(FileError) in
        let block = context.directory.blocks.first { $0.name == Self.name }
        return try block.flatMap { block throws(FileError) in
          try BlockSurgery.rebuildIndex(context.directory, block)
        }.map { [$0] } ?? []
      }
      #expect(result.steps.map(\.loss.series) == [0])
      #expect(try readFile(copy.data + "/\(Self.name)/index") == original, "offset \(offset)")
    }
  }

  @Test func `a chunk that cannot be read leaves and the rest stays`() async throws {
    let copy = try damagedCopy("chunks/000001") { $0.flip(at: 41_017, bit: 4) }
    let samples = try block(copy.data).meta.get().stats.numSamples
    let size = try block(copy.data).chunks.totalSize
    let result = try await operate(on: copy.data) { context throws(FileError) in
      let block = context.directory.blocks.first { $0.name == Self.name }
      return try block.flatMap { block throws(FileError) in
        try BlockSurgery.dropBadChunks(context.directory, block)
      }.map { [$0] } ?? []
    }
    let loss = try #require(result.steps.first?.loss)
    #expect(loss.samples > 0 && loss.samples <= 240)
    #expect(loss.bytes > 0)
    #expect(try block(copy.data).chunks.totalSize == size - loss.bytes)
    #expect(try findings(copy.data) == [])
    #expect(try block(copy.data).meta.get().stats.numSamples == samples - UInt64(loss.samples))
  }

  @Test func `a lost meta.json is made from the block`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let before = try block(copy.data).meta.get()
    try damage(copy.data + "/\(Self.name)/meta.json") { $0 = [] }
    _ = try await operate(on: copy.data) { context throws(FileError) in
      let block = context.directory.blocks.first { $0.name == Self.name }
      return try block.flatMap { block throws(FileError) in
        try BlockSurgery.rebuildMeta(context.directory, block)
      }.map { [$0] } ?? []
    }
    let after = try block(copy.data).meta.get()
    #expect(after.ulid == before.ulid)
    #expect(after.stats.numSamples == before.stats.numSamples)
    #expect(after.stats.numSeries == before.stats.numSeries)
    #expect(after.stats.numChunks == before.stats.numChunks)
    #expect(after.minTime >= before.minTime && after.maxTime <= before.maxTime)
    #expect(try findings(copy.data) == [])
  }

  @Test func `deletions are forgotten`() async throws {
    let name = "01M7XPVH3PN49ESJ7YTJHY4RM5"
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/\(name)/tombstones") { $0.flip(at: 7, bit: 1) }
    _ = try await operate(on: copy.data) { context throws(FileError) in
      let block = context.directory.blocks.first { $0.name == name }
      return try block.flatMap { block throws(FileError) in
        try BlockSurgery.dropTombstones(context.directory, block)
      }.map { [$0] } ?? []
    }
    #expect(try Block.readTombstones(path: copy.data + "/\(name)/tombstones") == [])
    let folder = try BlockFolder(path: copy.data + "/\(name)")
    #expect(try folder.meta.get().stats.numTombstones == 0)
  }

  /// The parents have what the child lacks, until a start deletes them: without the damage nobody would see it.
  @Test func `bad chunks stay in a child whose whole parents are there`() async throws {
    let copy = try Fixture.damaged("f18-damaged-child-parents-on-disk")
    let name = "01M7XPVMXP15ZJJCNDK68GN2WR"
    let refusal =
      "\(name) is damaged, and the blocks that it was made of are whole: once its damage is out of it, a "
      + "start deletes them, and what it lacks with them; `surgery quarantine-block --block \(name)` loses "
      + "nothing"
    let before = try ContentState(copy.data)
    let repair = try planned(copy.data) { context throws(FileError) in
      let block = context.directory.blocks.first { $0.name == name }
      return try block.flatMap { block throws(FileError) in
        try BlockSurgery.dropBadChunks(context.directory, block)
      }.map { [$0] } ?? []
    }
    await #expect(throws: RepairError.refused(refusal)) { try await repair.plan() }
    await #expect(throws: RepairError.takenBack(refusal)) { try await repair.applyInPlace() }
    #expect(before.changes(to: try ContentState(copy.data)) == [])
  }

  /// Samples of the block are in the log, too; a server drops them there, because their series are defined anew
  /// behind them.
  @Test(arguments: [("states/wal-multi-ref", 144), ("sound/ooo-3.5", 13_344)])
  func `a block that leaves costs what a server serves no more`(
    name: String, samples: Int
  ) async throws {
    let copy = try Fixture(name).copy()
    let repair = try planned(copy.data) { context throws(FileError) in
      try Operation.quarantineBlock.steps(context, block: context.directory.blocks.first?.name)
    }
    let plan = try await repair.plan()
    #expect(plan.steps.map(\.loss.samples) == [samples])
    #expect(plan.before.samples - plan.after.samples == samples)
    #expect(plan.losesData)
    let result = try await repair.applyInPlace(plan)
    #expect(result.steps == plan.steps)
    #expect(result.toll == plan.toll)
  }

  /// A server does not start on it; `repair` forgets what was deleted, and the samples are there.
  @Test func `a block that leaves for its tombstones costs its samples`() async throws {
    let copy = try Fixture.damaged("tombstones-empty")
    let repair = try planned(copy.data) { context throws(FileError) in
      try Operation.quarantineBlock.steps(context, block: context.directory.blocks.first?.name)
    }
    let plan = try await repair.plan(comparesWays: false)
    #expect(plan.steps.map(\.loss.samples) == [24_480])
    #expect(plan.after.samples == 81_600)
    #expect(plan.countedReadable() == 106_080)
  }

  private func planned(
    _ path: String,
    _ operation: @escaping @Sendable (RepairContext) async throws(FileError) -> [RepairStep]
  ) throws -> Repair {
    var options = Repair.Options()
    options.time = "test"
    options.operation = operation
    return Repair(of: try DataDirectory(path: path), options)
  }
}
