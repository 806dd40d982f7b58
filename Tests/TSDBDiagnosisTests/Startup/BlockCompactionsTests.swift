import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// Which blocks a server cannot join behind its start; the messages are those of real servers.
@Suite struct BlockCompactionsTests {
  private func failure(
    _ name: String, _ release: PrometheusRelease
  ) throws -> BlockCompactions.Failure? {
    let directory = try DataDirectory(path: Fixture(name).data)
    return BlockCompactions(directory.blocks, StartupOptions(release: release)).failure
  }

  /// Servers of 2.53.3 and 3.5.3 logged it 75 s behind their start, and one of 2.42.0 joined the blocks.
  @Test func `chunks that touch end a compaction where one block alone has their series`() throws {
    let found = try failure("field/chunks-that-touch", PrometheusRelease(3, 5))
    #expect(
      found?.message
        == "compaction failed: add series: chunk minT 1763337609000 is not higher than previous chunk maxT "
        + "1763337609000")
    #expect(try failure("field/chunks-that-touch", PrometheusRelease(2, 53)) == found)
    #expect(try failure("field/chunks-that-touch", PrometheusRelease(2, 42)) == nil)
  }

  @Test func `sound blocks are joined`() throws {
    for name in ["damaged-base/main", "sound/head-mixed", "sound/explosion-blocks"] {
      #expect(try failure(name, PrometheusRelease(3, 14)) == nil, "\(name)")
    }
  }
}
