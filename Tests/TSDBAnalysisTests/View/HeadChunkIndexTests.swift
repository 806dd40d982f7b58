import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HeadChunkIndexTests {
  /// Three files of head chunks, 000001 to 000003.
  private static let base = Fixture("damaged-base/main")

  private func index(
    of path: String, minValidTime: Int64 = .min
  ) throws -> HeadChunkIndex {
    HeadChunkIndex(try DataDirectory(path: path).headChunks, minValidTime: minValidTime)
  }

  /// How many chunks there are of the refs that a server gave out here.
  private func count(_ index: HeadChunkIndex) -> Int {
    (0...200).reduce(0) { $0 + index.entries(of: UInt64($1)).count }
  }

  @Test func `chunks are found by their ref, in the order they were written`() throws {
    let index = try index(of: Self.base.data)
    #expect(index.problems == [])
    #expect(index.files.count == 3)
    let listed = HeadChunks(try DataDirectory(path: Self.base.data).headChunks)
    #expect(count(index) == listed.chunks)
    #expect(index.entries(of: 999_999).isEmpty)
    for ref in UInt64(1)...100 {
      let own = index.entries(of: ref)
      #expect(own.allSatisfy { $0.ref == ref })
      for (one, next) in zip(own, own.dropFirst()) {
        #expect(one.range.maxTime < next.range.minTime)
      }
    }
    #expect(index.last.file == 3)
    #expect(index.holds(MmapMarker(ref: 1, chunk: 3 << 32 | 8)))
    #expect(index.holds(MmapMarker(ref: 1, chunk: 4 << 32 | 8)) == false)
  }

  @Test func `chunks that end before the head begins are left out`() throws {
    let all = try index(of: Self.base.data)
    let end = all.entries(of: 1).first?.range.maxTime ?? 0
    let later = try index(of: Self.base.data, minValidTime: end + 1)
    #expect(later.entries(of: 1).count == all.entries(of: 1).count - 1)
  }

  @Test func `a damaged file and those behind it are left out, as a server deletes them`() throws {
    let copy = try Self.base.copy()
    try damage(copy.data + "/chunks_head/000002") { $0.flip(at: 60, bit: 1) }
    let index = try index(of: copy.data)
    #expect(index.files.count == 1)
    #expect(index.last.file == 1)
    #expect(index.problems.count == 1)
    #expect(index.problems.first?.path == copy.data + "/chunks_head/000002")
  }

  @Test func `where chunks of a ref overlap none is left, as a server deletes all files`() throws {
    let copy = try Self.base.copy()
    try writeFile(
      copy.data + "/chunks_head/000004", try readFile(copy.data + "/chunks_head/000001"))
    let index = try index(of: copy.data)
    #expect(index.files.isEmpty)
    #expect(index.all.isEmpty)
    #expect(index.last == (0, 0))
    #expect(index.problems.map(\.path) == [copy.data + "/chunks_head/000004"])
    let everything = HeadChunkIndex(
      try DataDirectory(path: copy.data).headChunks, minValidTime: .min, keepsAll: true)
    #expect(everything.files.count == 4)
    #expect(everything.problems == [])
  }

  @Test func `nothing behind a missing file is trusted`() throws {
    let copy = try Self.base.copy()
    removeTree(copy.data + "/chunks_head/000002")
    let index = try index(of: copy.data)
    #expect(index.files.count == 1)
    #expect(index.problems == [])
  }

  @Test func `a last file without a byte is no damage`() throws {
    let copy = try Self.base.copy()
    try writeFile(copy.data + "/chunks_head/000004", [])
    let index = try index(of: copy.data)
    #expect(index.files.count == 3)
    #expect(index.problems == [])
  }
}
