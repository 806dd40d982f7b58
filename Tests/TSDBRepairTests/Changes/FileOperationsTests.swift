import TSDBRepair
import TSDBStore
import TestSupport
import Testing

@Suite struct FileOperationsTests {
  @Test func `a name that is taken is not overwritten`() throws {
    let folder = try TemporaryDirectory()
    try writeFile(folder.path + "/a", [1])
    try writeFile(folder.path + "/b", [2])
    let expected = FileError.system(path: folder.path + "/b", operation: "rename to", errno: 17)
    #expect(throws: expected) {
      try FileOperations().rename(folder.path + "/a", to: folder.path + "/b")
    }
    #expect(try readFile(folder.path + "/b") == [2])
  }

  @Test func `a copy has the bytes, the mode and the times`() throws {
    let folder = try TemporaryDirectory()
    try writeFile(folder.path + "/a", [1, 2, 3])
    try setPermissions(folder.path + "/a", 0o640)
    let before = try FileStatus(of: folder.path + "/a")
    try FileOperations().copy(folder.path + "/a", to: folder.path + "/b")
    #expect(try readFile(folder.path + "/b") == [1, 2, 3])
    let after = try FileStatus(of: folder.path + "/b")
    #expect(after.mode == before.mode)
    #expect(after.modified == before.modified)
  }
}
