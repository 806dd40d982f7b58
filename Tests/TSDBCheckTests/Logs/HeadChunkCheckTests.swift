import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct HeadChunkCheckTests {
  private func rules(
    level: CheckLevel = .standard, _ spoil: (inout [UInt8]) -> Void
  ) async throws -> [String] {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    try damage(copy.data + "/chunks_head/000001", spoil)
    return try await logRules(copy.data, level: level)
  }

  @Test func `a claim of too many samples costs nothing, and is found where samples are decoded`()
    async throws
  {
    let spoil = { (bytes: inout [UInt8]) in
      bytes.put([0xff, 0xff], at: 34)
      bytes.fixChecksum(of: 8..<82, at: 82)
    }
    #expect(try await rules(level: .quick, spoil) == [])
    #expect(try await rules(spoil) == ["warning chunks-head.chunk.samples"])
  }

  @Test func `an encoding that is not that of the samples loses them`() async throws {
    let found = try await rules {
      $0[32] = 2
      $0.fixChecksum(of: 8..<82, at: 82)
    }
    #expect(found == ["loss chunks-head.chunk.samples"])
  }

  @Test func `a header with wrong times is found where samples are decoded`() async throws {
    let found = try await rules {
      $0.put(bigEndianBytes(UInt64(1)), at: 16)
      $0.fixChecksum(of: 8..<82, at: 82)
    }
    #expect(found == ["warning chunks-head.chunk.times"])
  }

  @Test func `chunks of one ref that overlap make a server delete the folder`() async throws {
    // The last sample of the first chunk of ref 1 is moved behind everything else.
    let spoil = { (bytes: inout [UInt8]) in
      bytes.put(bigEndianBytes(Int64(1_900_000_000_000)), at: 24)
      bytes.fixChecksum(of: 8..<82, at: 82)
    }
    #expect(try await rules(level: .quick, spoil) == ["warning chunks-head.chunk.overlap"])
    // Where samples are decoded, the header is seen to be the cause.
    #expect(try await rules(spoil) == ["warning chunks-head.chunk.times"])
  }
}
