import TestSupport
import Testing

@testable import TSDBStore

@Suite struct MemoryLimitTests {
  @Test(
    arguments: [
      ("memory.max", "1258291200\n", 1_258_291_200), ("memory.max", "max\n", nil),
      ("memory/memory.limit_in_bytes", "536870912\n", 536_870_912),
      ("memory/memory.limit_in_bytes", "9223372036854771712\n", nil), ("memory.max", "", nil),
    ] as [(String, String, Int?)])
  func `the limit of a control group of either version is read`(
    name: String, text: String, limit: Int?
  ) throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/memory")
    try writeFile(folder.path + "/" + name, Array(text.utf8))
    #expect(MemoryLimit.ofControlGroup(root: folder.path) == limit)
  }

  @Test func `without control groups there is no limit`() {
    #expect(MemoryLimit.ofControlGroup(root: "/nonexistent") == nil)
  }
}
