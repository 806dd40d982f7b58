import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LogCutsTests: SmallLog {
  @Test func `an empty record is damage`() async throws {
    let found = try await check([log([up, [], samples])])
    #expect(found.map(\.rule.id) == ["wal.record.truncated"])
    #expect(
      found.first?.lost?.text
        == "7 bytes; a server's repair drops 1 sound record behind it, with 3 samples in 1 segment"
    )
  }

  @Test func `damage in a checkpoint costs the log behind it`() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    for path in ["/chunks_head", "/wal", "/wal/checkpoint.00000000"] {
      try makeFolder(directory.path + path)
    }
    try writeFile(directory.path + "/wal/checkpoint.00000000/00000000", log([up, []]))
    try writeFile(directory.path + "/wal/00000001", log([samples]))
    try writeFile(directory.path + "/wal/00000002", log([samples]))
    let result = await LogCheck.run(
      try DataDirectory(path: directory.path), level: .standard, jobs: 2)
    #expect(result.findings.map(\.rule.id) == ["wal.record.truncated"])
    #expect(
      result.findings.first?.lost?.text
        == "7 bytes; a server's repair drops 2 sound records behind it, with 6 samples in 2 segments"
    )
  }

  @Test func `only the first damage of a log cuts it`() async throws {
    let found = try await check([log([up, [], samples]), log([[], samples])])
    #expect(
      found.map(\.lost?.text) == [
        "7 bytes; a server's repair drops 2 sound records behind it, with 6 samples in 2 segments",
        "7 bytes",
      ])
  }
}
