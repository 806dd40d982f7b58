import Glibc
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// What was found in files is known again under another folder, and nothing else is.
@Suite struct CheckedFilesTests {
  /// The directory again, each of its files a link to the one there.
  private func links(to source: String) throws -> TemporaryDirectory {
    let copy = try TemporaryDirectory()
    try linkTree(source, copy.path + "/data")
    return copy
  }

  private func linkTree(_ source: String, _ target: String) throws {
    try makeFolder(target)
    for name in try namesInFolder(source) {
      let (from, to) = (source + "/" + name, target + "/" + name)
      if isDirectory(from) {
        try linkTree(from, to)
      } else {
        try link(to, to: from)
      }
    }
  }

  private func check(_ path: String, _ known: CheckedFiles? = nil) async throws -> CheckResult {
    await Check.run(try DataDirectory(path: path), level: .standard, jobs: 2, known: known).result
  }

  private func damaged() throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    try damage(copy.data + "/chunks_head/000002") { $0.flip(at: 3000) }
    try damage(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/index") { $0.flip(at: $0.count - 20) }
    return copy
  }

  @Test func `a folder of links comes to the same, read or known`() async throws {
    let copy = try damaged()
    // Longer than files count as just written.
    usleep(150_000)
    let links = try links(to: copy.data)
    let known = CheckedFiles()
    let first = try await check(copy.data, known)
    let again = try await check(copy.data)
    #expect(again == first)
    #expect(first.findings.contains { $0.severity >= .loss })
    let directory = try DataDirectory(path: links.data)
    let key = try #require(CheckedFiles.LogKey(directory, .standard))
    #expect(known.log(key, in: directory) != nil)
    let (found, exact) = (try await check(links.data, known), try await check(links.data))
    #expect(found == exact)
  }

  @Test func `a file that was changed since is read again`() async throws {
    let copy = try damaged()
    usleep(150_000)
    let known = CheckedFiles()
    _ = try await check(copy.data, known)
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 20_000) }
    try damage(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001") { $0.flip(at: 100) }
    let (found, exact) = (try await check(copy.data, known), try await check(copy.data))
    #expect(found == exact)
  }

  @Test func `what was just written is not kept`() async throws {
    let copy = try damaged()
    try writeFile(copy.data + "/wal/00000007", [])
    let files = try #require(FileSet([copy.data + "/wal/00000007"], in: copy.data))
    #expect(!files.isSettled)
    usleep(150_000)
    #expect(files.isSettled)
  }
}
