import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// What `chunks_head` and the log say of one another.
@Suite struct HeadRefsTests {
  /// The findings of the out-of-order base with one more record in its WBL, which marks the chunk
  /// `place` of ref 1.
  private func check(marking place: UInt64) async throws -> [Finding] {
    let copy = try StateRecipe.named("base-ooo").make()
    defer { withExtendedLifetime(copy) {} }
    var builder = WALBuilder([[5] + bigEndianBytes(UInt64(1)) + bigEndianBytes(place)])
    builder.padPage()
    try writeFile(copy.data + "/wbl/00000003", builder.bytes)
    let result = await LogCheck.run(
      try DataDirectory(path: copy.data), level: .standard, jobs: 2)
    return result.findings
  }

  @Test func `markers of a real WBL name chunks that are there`() async throws {
    #expect(try await check(marking: 0) == [])
  }

  @Test func `a marker of a place where no chunk begins costs the samples before it`() async throws
  {
    let found = try await check(marking: 2 << 32 | 9)
    #expect(found.map(\.rule.id) == ["wbl.markers.stray"])
    #expect(found.map(\.severity) == [.loss])
    #expect(found.first?.path.hasSuffix("/wbl/00000003") == true)
    #expect(found.first?.offset == 0)
  }

  @Test func `replay passes over markers of chunks that are gone or not there yet`() async throws {
    #expect(try await check(marking: 0 << 32 | 8) == [])
    #expect(try await check(marking: 9 << 32 | 8) == [])
  }
}
