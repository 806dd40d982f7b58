import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct CheckTests {
  @Test func `all files of a directory are counted, with any number of tasks`() async throws {
    let directory = try DataDirectory(path: Fixture("damaged-base/main").data)
    let one = await Check.run(directory, level: .standard, jobs: 1)
    let many = await Check.run(directory, level: .standard, jobs: 5)
    #expect(one.result == many.result)
    #expect(one.result.files == 22)
    #expect(one.result.bytes == Check.bytesToRead(in: directory))
    #expect(one.worst == nil)
  }

  @Test func `a folder that cannot be listed is unread`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    removeTree(copy.data + "/wal")
    try writeFile(copy.data + "/wal", [1])
    let check = await Check.run(try DataDirectory(path: copy.data), level: .standard, jobs: 1)
    #expect(check.isIncomplete)
  }
}
