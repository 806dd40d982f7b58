import TSDBCheck
import TSDBDiagnosis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// The log of Prometheus 2.0 to 2.3: what releases do with it, and what is made of it. What is served was held
/// against 2.42.0, 2.53.3 and 3.5.3, before and after.
@Suite struct MigrateWALTests {
  /// Segments of 20 scrapes of 4 series each, the first with the series.
  private static func segment(_ number: Int) -> OldLogBuilder {
    let refs: [UInt64] = [1, 2, 3, 4]
    var records: [[UInt8]] = []
    if number == 0 {
      records.append(
        [1] + refs.flatMap { RecordBuilder.series($0, [("__name__", "up"), ("i", "\($0)")]) })
    }
    for scrape in 0..<20 {
      let time = Int64(number * 20 + scrape + 1) * 15_000
      records.append(RecordBuilder.samples(refs.map { ($0, time, 1) }))
    }
    return OldLogBuilder(records)
  }

  private func log(_ segments: [String: [UInt8]]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    for (name, bytes) in segments { try writeFile(folder.path + "/wal/" + name, bytes) }
    return folder
  }

  private func three(
    _ change: (inout [UInt8], [Range<Int>]) -> Void = { _, _ in }
  ) throws -> TemporaryDirectory {
    let middle = Self.segment(1)
    var bytes = middle.bytes
    change(&bytes, middle.entries)
    return try log([
      "000001": Self.segment(0).bytes, "000002": bytes, "000003": Self.segment(2).bytes,
    ])
  }

  private func options(_ release: String) throws -> Repair.Options {
    var options = Repair.Options()
    let release = try PrometheusRelease(release)
    options.startup = StartupOptions(version: release.behaviour, release: release)
    options.time = "test"
    return options
  }

  private func plan(_ path: String, _ release: String) async throws -> Repair.Result {
    try await Repair(of: try DataDirectory(path: path), options(release)).plan(comparesWays: false)
  }

  @Test(arguments: ["2.2", "2.42", "2.51"])
  func `a release that knows the old log serves it, and nothing is to be repaired`(
    release: String
  ) async throws {
    let folder = try three()
    let result = try await plan(folder.path, release)
    #expect(result.steps.isEmpty)
    #expect(result.before.startup.first.outcome == .starts)
    #expect(result.before.findings.isEmpty)
  }

  @Test(arguments: ["2.52", "2.53", "3.5"])
  func `a release that does not is refused, until the log is one of today`(
    release: String
  ) async throws {
    let folder = try three()
    let result = try await plan(folder.path, release)
    #expect(result.before.startup.first.outcome == .refuses)
    #expect(
      result.before.startup.first.message?.hasSuffix(
        "open WAL segment: 0: open data/wal/00000000: no such file or directory") == true)
    #expect(result.steps.map(\.operation) == [.migrateWAL])
    #expect(result.losesData == false)
    #expect(result.after.startup.first.outcome == .starts)
    #expect(result.after.samples == 240)
  }

  @Test func `a migration forgets what is behind damage, and this one does not`() async throws {
    let folder = try three { bytes, entries in bytes.flip(at: entries[10].lowerBound + 20) }
    let result = try await plan(folder.path, "2.42")
    #expect(result.before.startup.first.outcome == .startsWithLoss)
    #expect(result.before.samples == 120)
    #expect(result.before.startup.first.loss.samples == 116)
    #expect(result.steps.map(\.operation) == [.migrateWAL])
    #expect(result.after.samples == 236)
  }

  @Test func `a header that is no header costs a migration all from there on`() async throws {
    let folder = try three { bytes, _ in bytes[1] = 0x50 }
    let result = try await plan(folder.path, "2.42")
    #expect(result.before.samples == 80)
    #expect(result.after.samples == 240)
  }

  @Test func `what a newer release began beside the old log hides it from 2.42`() async throws {
    let folder = try log(["000001": Self.segment(0).bytes, "00000002": []])
    let result = try await plan(folder.path, "2.42")
    #expect(result.before.startup.first.outcome == .refuses)
    #expect(result.steps.map(\.operation) == [.migrateWAL])
    #expect(result.after.samples == 80)
  }

  @Test func `the new log has the records of the old one, which is kept`() async throws {
    let folder = try three()
    let before = try await servedSamples(folder.path)
    let repair = Repair(of: try DataDirectory(path: folder.path), try options("3.5"))
    let result = try await repair.applyInPlace(try await repair.plan(comparesWays: false))
    #expect(try namesInFolder(folder.path + "/wal") == ["00000000", "00000001", "00000002"])
    #expect(try await servedSamples(folder.path) == before)
    let quarantine = try #require(result.quarantine)
    #expect(
      try namesInFolder(folder.path + "/" + quarantine + "/original/wal")
        == ["000001", "000002", "000003"])
  }

  @Test func `a migration that was cut short at its last step is ended`() async throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal.tmp")
    try makeFolder(folder.path + "/chunks_head")
    try writeFile(
      folder.path + "/wal.tmp/00000000",
      WALBuilder([
        [1] + RecordBuilder.series(1, [("__name__", "up")]), RecordBuilder.samples([(1, 1000, 1)]),
      ]).bytes)
    let result = try await plan(folder.path, "3.5")
    #expect(result.steps.map(\.operation) == [.migrateWAL])
    #expect(result.before.samples == 0)
    #expect(result.after.samples == 1)
  }

  @Test func `no other operation touches an old log, nor that of another program`() async throws {
    let old = try three { bytes, entries in bytes.flip(at: entries[10].lowerBound + 20) }
    let tenant = lengthPrefixedBytes("fake".utf8)
    let loki = try LogDirectory([[[3] + tenant + [UInt8](repeating: 9, count: 30)]])
    for path in [old.path, loki.data] {
      let directory = try DataDirectory(path: path)
      let findings = await LogCheck.run(directory, level: .deep, jobs: 1).findings
      let context = RepairContext(directory, findings: findings)
      for operation in [
        Operation.skipDamage, .renumberWAL, .rebuildCheckpoint, .dropRepeatedSeries,
      ] {
        #expect(throws: FileError.self, "\(operation.name) of \(path)") {
          try operation.steps(context)
        }
      }
    }
    let result = try await plan(loki.data, "3.5")
    #expect(result.steps.isEmpty)
    #expect(result.before.findings.map(\.rule.id) == ["wal.foreign"])
  }
}
