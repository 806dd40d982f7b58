import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct RecordNotesTests: SmallLog {
  @Test func `records compressed with zstd are worth knowing`() async throws {
    var builder = WALBuilder([up])
    builder.add(storedZstdBytes(samples), flags: 0x10)
    builder.padPage()
    let found = try await check([builder.bytes])
    #expect(found.map(\.rule.id) == ["record.zstd"])
    #expect(found.first?.offset == up.count + 7)
  }

  @Test func `an unknown type is info for a server and a loss for an agent`() async throws {
    let records = [up, samples, [99, 1, 2]]
    #expect(try await check([log(records)]).map(\.severity) == [.info])
    let agent = try await check([log(records)], agent: true)
    #expect(agent.map(\.severity) == [.loss])
    #expect(agent.map(\.rule.id) == ["record.unknown"])
  }

  @Test func `records of types that came later are counted, the first is named`() async throws {
    let found = try await check([log([up, [11], [13], [12]])])
    #expect(found.map(\.rule.id) == ["record.newer"])
    #expect(found.first?.offset == up.count + 7)
    #expect(
      found.first?.message.text.hasPrefix("3 records of types 11 to 13, the first of type 11")
        == true)
  }
}
