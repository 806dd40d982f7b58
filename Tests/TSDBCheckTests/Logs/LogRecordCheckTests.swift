import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LogRecordCheckTests: SmallLog {
  @Test func `a series and its samples are sound`() async throws {
    #expect(try await check([log([up, samples])]).isEmpty)
  }

  @Test func `a record that is torn before zeros breaks checkpoints, not replay`() async throws {
    var builder = WALBuilder([up, samples])
    builder.append(kind: 2, [UInt8](repeating: 7, count: 100))
    builder.padPage()
    let found = try await check([builder.bytes, log([samples])])
    #expect(found.map(\.rule.id) == ["wal.segment.orphan"])
    #expect(found.first?.severity == .warning)
    #expect(found.first?.startup == .continues)
  }

  @Test func `a record that is torn at the end of a page is a loss at replay`() async throws {
    var builder = WALBuilder([up, samples])
    let room = 32768 - builder.bytes.count - 7
    builder.append(kind: 2, [UInt8](repeating: 7, count: room))
    let found = try await check([builder.bytes, log([samples])])
    #expect(found.map(\.rule.id) == ["wal.record.torn"])
    #expect(found.first?.startup == .truncates)
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
