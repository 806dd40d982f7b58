import Glibc
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct ChunkSegmentsTests {
  /// A block whose chunk segment was there when the folder was listed, and cannot be read any more.
  private func unreadable() throws -> (TemporaryDirectory, BlockFolder, FileError) {
    let copy = try Fixture("damaged-base/main").copy()
    let folder = try #require(try DataDirectory(path: copy.data).blocks.first)
    let path = folder.path + "/chunks/000001"
    removeTree(path)
    try makeFolder(path)
    return (copy, folder, .system(path: path, operation: "read it as a file", errno: EISDIR))
  }

  @Test func `a segment that cannot be opened is said when it is first asked for`() throws {
    let (copy, folder, failure) = try unreadable()
    defer { withExtendedLifetime(copy) {} }
    var segments = ChunkSegments(of: folder)
    var said: [FileError] = []
    for _ in 0..<2 {
      let opened = segments.open(0) { said.append($0) }
      #expect(opened?.file.path == nil)
    }
    #expect(said == [failure])
  }

  @Test func `a chunk in a segment that cannot be opened is not read, and is not missing`() throws {
    let (copy, folder, failure) = try unreadable()
    defer { withExtendedLifetime(copy) {} }
    let chunks = BlockChunks(folder)
    #expect(chunks.unread == [failure])
    var batch = SampleBatch()
    let said = chunks.unpack(ChunkReference(rawValue: 8), into: &batch)
    #expect(said == failure)
  }
}
