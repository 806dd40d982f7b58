import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Operations on logs that are made by hand, record by record.
@Suite struct OperationTests {
  private static let alpha = RecordBuilder.series(1, [("job", "alpha")])
  private static let beta = RecordBuilder.series(2, [("job", "beta")])
  private static let first = RecordBuilder.samples([(1, 1000, 1.5), (2, 1000, 2)])
  private static let second = RecordBuilder.samples([(1, 2000, 3), (2, 2000, 4)])

  /// A data directory whose WAL has these segments.
  private func directory(_ segments: [String: [UInt8]]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    for path in ["/data", "/data/wal", "/data/chunks_head"] { try makeFolder(folder.path + path) }
    for (name, bytes) in segments {
      let parts = name.split(separator: "/")
      if parts.count > 1, !exists(folder.data + "/wal/" + parts[0]) {
        try makeFolder(folder.data + "/wal/" + parts[0])
      }
      try writeFile(folder.data + "/wal/" + name, bytes)
    }
    return folder
  }

  /// Makes the steps of an operation; gives them.
  private func make(_ operation: Operation, _ root: String) async throws -> [DoneStep] {
    let directory = try DataDirectory(path: root)
    let check = await LogCheck.run(directory, level: .deep, jobs: 1)
    let steps = try operation.steps(RepairContext(directory, findings: check.findings))
    let transaction = try Transaction(
      root, name: Quarantine.prefix + "test", FileOperations(syncs: false))
    for step in steps { try transaction.apply(step.changes) }
    try transaction.finish()
    return steps.map(DoneStep.init)
  }

  /// The records of a segment, and how much of it is damaged.
  private func records(_ root: String, _ name: String) throws -> [[UInt8]] {
    let bytes = try readFile(root + "/wal/" + name)
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    #expect(batch.damage.isEmpty)
    return batch.entries.map { [UInt8](batch.payload(of: $0)) }
  }

  private func lostAndFound(_ root: String) throws -> String {
    try readText(root + "/" + Quarantine.prefix + "test/lost+found/samples.jsonl")
  }

  @Test func `only the damaged record leaves`() async throws {
    var segment = WALBuilder([[1] + Self.alpha + Self.beta, Self.first, Self.second]).bytes
    let place = 7 + 1 + Self.alpha.count + Self.beta.count + 7 + 20
    segment[place] ^= 4
    let folder = try directory(["00000000": segment])
    let steps = try await make(.skipDamage, folder.data)
    #expect(steps.map(\.operation.name) == ["skip-damage"])
    #expect(steps.map(\.loss.bytes) == [7 + Self.first.count])
    #expect(
      try records(folder.data, "00000000") == [[1] + Self.alpha + Self.beta, Self.second])
  }

  @Test func `the entries before a broken one stay`() async throws {
    let broken = Array(Self.first.dropLast(3))
    let folder = try directory([
      "00000000": WALBuilder([[1] + Self.alpha + Self.beta, broken, Self.second]).bytes
    ])
    _ = try await make(.skipDamage, folder.data)
    let kept = RecordBuilder.samples([(1, 1000, 1.5)])
    #expect(
      try records(folder.data, "00000000") == [[1] + Self.alpha + Self.beta, kept, Self.second])
  }

  @Test func `samples whose series nothing defines go to lost and found`() async throws {
    let folder = try directory([
      "00000000": WALBuilder([[1] + Self.alpha, Self.first, Self.second]).bytes
    ])
    let steps = try await make(.rebuildCheckpoint, folder.data)
    #expect(steps.map(\.operation.name) == ["drop-lost-samples"])
    #expect(steps.map(\.loss.samples) == [2])
    #expect(
      try records(folder.data, "00000000") == [
        [1] + Self.alpha, RecordBuilder.samples([(1, 1000, 1.5)]),
        RecordBuilder.samples([(1, 2000, 3)]),
      ])
    #expect(
      try lostAndFound(folder.data) == """
        {"file":"wal/00000000","offset":27,"ref":2,"time":1000,"value":"2.0"}
        {"file":"wal/00000000","offset":73,"ref":2,"time":2000,"value":"4.0"}

        """)
  }

  @Test func `a series that the checkpoint lost comes from an older one`() async throws {
    let folder = try directory([
      "checkpoint.00000003/00000000": WALBuilder([[1] + Self.alpha + Self.beta]).bytes,
      "checkpoint.00000005/00000000": WALBuilder([[1] + Self.alpha]).bytes,
      "00000006": WALBuilder([Self.first]).bytes,
    ])
    let steps = try await make(.rebuildCheckpoint, folder.data)
    #expect(steps.map(\.loss.samples) == [0])
    #expect(
      try records(folder.data, "checkpoint.00000005/00000000") == [
        [1] + Self.beta, [1] + Self.alpha,
      ])
    #expect(try records(folder.data, "00000006") == [Self.first])
  }

  @Test func `an unfinished record at the end of a segment leaves`() async throws {
    var segment = WALBuilder([[1] + Self.alpha + Self.beta, Self.first])
    segment.append(kind: 2, [2, 0, 0])
    segment.addZeroPage()
    let folder = try directory([
      "00000000": segment.bytes, "00000001": WALBuilder([Self.second]).bytes,
    ])
    let steps = try await make(.dropOrphanTail, folder.data)
    #expect(steps.map(\.files) == [["wal/00000000"]])
    #expect(
      try records(folder.data, "00000000") == [[1] + Self.alpha + Self.beta, Self.first])
  }

  @Test func `a series record that repeats another leaves`() async throws {
    let all = [1] + Self.alpha + Self.beta
    let folder = try directory([
      "00000000": WALBuilder([all, Self.first]).bytes,
      "00000001": WALBuilder([all, Self.second]).bytes,
    ])
    let steps = try await make(.dropRepeatedSeries, folder.data)
    #expect(steps.map(\.files) == [["wal/00000001"]])
    #expect(try records(folder.data, "00000000") == [all, Self.first])
    #expect(try records(folder.data, "00000001") == [Self.second])
  }

  @Test func `segments behind a gap move up`() async throws {
    let all = [1] + Self.alpha + Self.beta
    let folder = try directory([
      "00000000": WALBuilder([all, Self.first]).bytes, "00000002": WALBuilder([Self.second]).bytes,
    ])
    #expect(try await make(.renumberWAL, folder.data).map(\.files) == [["wal/00000002"]])
    #expect(try namesInFolder(folder.data + "/wal") == ["00000000", "00000001"])
    #expect(try records(folder.data, "00000001") == [Self.second])
  }

  @Test func `the original of an interrupted repair gets its place back`() async throws {
    let whole = WALBuilder([[1] + Self.alpha + Self.beta, Self.first, Self.second]).bytes
    let folder = try directory(["00000000": Array(whole.prefix(40)), "00000000.repair": whole])
    _ = try await make(.restoreRepairOriginal, folder.data)
    #expect(try namesInFolder(folder.data + "/wal") == ["00000000"])
    #expect(try readFile(folder.data + "/wal/00000000") == whole)
  }

  @Test func `of empty segments at the end one stays`() async throws {
    let folder = try directory([
      "00000000": WALBuilder([[1] + Self.alpha]).bytes, "00000001": [], "00000002": [],
      "00000003": [],
    ])
    _ = try await make(.removeEmptySegments, folder.data)
    #expect(try namesInFolder(folder.data + "/wal") == ["00000000", "00000001"])
  }

  /// Without a segment behind the checkpoint a server begins with number 0, and passes over that at its
  /// next start.
  @Test func `a cut before all segments leaves an empty one behind the checkpoint`() async throws {
    let folder = try directory([
      "checkpoint.00000002/00000000": WALBuilder([[1] + Self.alpha]).bytes,
      "00000003": WALBuilder([Self.first]).bytes, "00000004": WALBuilder([Self.second]).bytes,
    ])
    let directory = try DataDirectory(path: folder.data)
    let context = RepairContext(directory, findings: [])
    let step = try #require(try CutWAL.step(context, at: .at(segment: 0, offset: 0)))
    let transaction = try Transaction(
      folder.data, name: Quarantine.prefix + "test", FileOperations(syncs: false))
    try transaction.apply(step.changes)
    try transaction.finish()
    #expect(try namesInFolder(folder.data + "/wal") == ["00000003", "checkpoint.00000002"])
    #expect(try readFile(folder.data + "/wal/00000003") == [])
  }

  @Test func `the head leaves as a whole`() async throws {
    let folder = try directory(["00000000": WALBuilder([[1] + Self.alpha, Self.first]).bytes])
    try makeFolder(folder.data + "/wbl")
    let steps = try await make(.discardHead, folder.data)
    #expect(steps.map(\.files) == [["chunks_head", "wal", "wbl"]])
    #expect(try namesInFolder(folder.data) == [Quarantine.prefix + "test"])
  }
}
