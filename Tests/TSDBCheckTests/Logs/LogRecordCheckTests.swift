import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LogRecordCheckTests {
  /// A directory with a log of these segments, and what is found in it.
  private func check(_ segments: [[UInt8]], agent: Bool = false) async throws -> [Finding] {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let data = directory.path + "/data"
    try makeFolder(data)
    try makeFolder(data + "/wal")
    if !agent { try makeFolder(data + "/chunks_head") }
    for (number, bytes) in segments.enumerated() {
      try writeFile(data + "/wal/0000000\(number)", bytes)
    }
    let result = await LogCheck.run(
      try DataDirectory(path: data), level: .standard, jobs: 2)
    return result.findings
  }

  private func log(_ records: [[UInt8]]) -> [UInt8] {
    var builder = WALBuilder(records)
    builder.padPage()
    return builder.bytes
  }

  private let up = [1] + RecordBuilder.series(1, [("__name__", "up")])
  private let samples = RecordBuilder.samples([(1, 1000, 1), (1, 2000, 1), (1, 3000, 1)])

  @Test func `a series and its samples are sound`() async throws {
    #expect(try await check([log([up, samples])]).isEmpty)
  }

  @Test func `a repeated series record costs the samples between`() async throws {
    let found = try await check([log([up, samples, up, samples])])
    #expect(found.map(\.rule) == ["wal.series.repeated"])
    #expect(found.first?.lost == "3 samples")
  }

  @Test func `a repeated series record without samples between costs nothing`() async throws {
    #expect(try await check([log([up, up, samples])]).isEmpty)
  }

  @Test func `deletions of a ref that nothing defines are worth knowing`() async throws {
    let found = try await check([log([up, RecordBuilder.tombstones([(9, 1, 2)])])])
    #expect(found.map(\.rule) == ["wal.refs.unknown-others"])
    #expect(found.map(\.severity) == [.info])
    #expect(
      found.first?.message
        == "1 exemplar, metadata or deletion belongs to no series, the first to ref 9")
  }

  @Test func `records compressed with zstd are worth knowing`() async throws {
    var builder = WALBuilder([up])
    builder.add(storedZstdBytes(samples), flags: 0x10)
    builder.padPage()
    let found = try await check([builder.bytes])
    #expect(found.map(\.rule) == ["record.zstd"])
    #expect(found.first?.offset == up.count + 7)
  }

  @Test func `a series that was deleted may come back`() async throws {
    let deleted = RecordBuilder.tombstones([(1, .min, .max)])
    #expect(try await check([log([up, samples, deleted, up, samples])]).isEmpty)
  }

  @Test func `a ref that is given to a second series is found`() async throws {
    let down = [1] + RecordBuilder.series(1, [("__name__", "down")])
    let found = try await check([log([up, samples, down])])
    #expect(found.map(\.rule) == ["wal.refs.reused"])
    #expect(found.first?.message.contains("1 refs") == true)
  }

  @Test func `samples of a ref without a series are counted in one finding`() async throws {
    let found = try await check([log([samples, samples])])
    #expect(found.map(\.rule) == ["wal.refs.unknown"])
    #expect(found.first?.lost == "6 samples")
    #expect(found.first?.offset == 0)
  }

  @Test func `an unknown type is info for a server and a loss for an agent`() async throws {
    let records = [up, samples, [99, 1, 2]]
    #expect(try await check([log(records)]).map(\.severity) == [.info])
    let agent = try await check([log(records)], agent: true)
    #expect(agent.map(\.severity) == [.loss])
    #expect(agent.map(\.rule) == ["record.unknown"])
  }

  @Test func `an empty record is damage`() async throws {
    let found = try await check([log([up, [], samples])])
    #expect(found.map(\.rule) == ["wal.record.truncated"])
    #expect(
      found.first?.lost
        == "7 bytes; a server's repair drops 1 sound records behind it, with 3 samples in 1 segments"
    )
  }

  @Test func `a record that is torn before zeros breaks checkpoints, not replay`() async throws {
    var builder = WALBuilder([up, samples])
    builder.append(kind: 2, [UInt8](repeating: 7, count: 100))
    builder.padPage()
    let found = try await check([builder.bytes, log([samples])])
    #expect(found.map(\.rule) == ["wal.segment.orphan"])
    #expect(found.first?.severity == .warning)
    #expect(found.first?.whatStartDoes == .continues)
  }

  @Test func `a record that is torn at the end of a page is a loss at replay`() async throws {
    var builder = WALBuilder([up, samples])
    let room = 32768 - builder.bytes.count - 7
    builder.append(kind: 2, [UInt8](repeating: 7, count: room))
    let found = try await check([builder.bytes, log([samples])])
    #expect(found.map(\.rule) == ["wal.record.torn"])
    #expect(found.first?.whatStartDoes == .truncates)
  }

  @Test func `any prefix of a log, and any flipped bit, is met with findings at most`() async throws
  {
    let whole = log([up, samples, RecordBuilder.tombstones([(1, 5, 6)])])
    // Fragments and records have sweeps of their own; these are about what is made of their failures.
    for count in stride(from: 1, to: 140, by: 9) {
      _ = try await check([Array(whole[..<count])])
    }
    for bit in stride(from: 0, to: 8 * 100, by: 11) {
      var bytes = whole
      bytes.flip(at: bit / 8, bit: bit % 8)
      _ = try await check([bytes])
    }
  }
}
