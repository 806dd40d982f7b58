import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct HeadChunksTests {
  @Test func `all files of a directory are counted`() throws {
    let directory = try DataDirectory(path: Fixture("sound/ooo-3.5").data)
    let chunks = HeadChunks(directory.headChunks)
    #expect(directory.headChunks.map(\.number) == [2, 3])
    #expect(chunks.damage == [])
    #expect(chunks.outOfOrderChunks > 0)
    #expect(chunks.chunksByEncoding.keys.map(\.code).sorted() == [1, 2, 3])
    #expect(chunks.samples > UInt64(chunks.chunks))
    #expect(chunks.unreadBytes == 0)
  }

  @Test func `encodings of 3 point 14 are counted apart`() throws {
    let fixture = Fixture("sound/snapshot-3.14")
    let chunks = HeadChunks(try DataDirectory(path: fixture.data).headChunks)
    let lines = String(decoding: try fixture.truth("headchunks.txt"), as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix(" c ") }
    #expect(chunks.chunks == lines.count)
    for (encoding, count) in chunks.chunksByEncoding {
      #expect(lines.filter { $0.contains(" enc=\(encoding.code)(") }.count == count)
    }
    #expect(lines.filter { $0.contains("ooo=true") }.count == chunks.outOfOrderChunks)
  }

  /// The recipe of damaged/chunks-head-bitflip-first and its kin.
  @Test func `damage in one file leaves the others`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let files = try DataDirectory(path: copy.data).headChunks
    let whole = HeadChunks(files)
    try damage(files[0].path) { $0.flip(at: 68, bit: 2) }
    try damage(files[1].path) { $0.put([0, 0, 0, 0], at: 0) }
    let damaged = HeadChunks(files)
    #expect(damaged.damage.map(\.path) == [files[0].path, files[1].path])
    #expect(damaged.unreadBytes == files[1].size)
    #expect(damaged.chunks < whole.chunks)
    #expect(damaged.chunks > 0)
  }

  @Test func `an empty last file is nothing, an empty other one is damage`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/chunks_head/000003", [])
    #expect(HeadChunks(try DataDirectory(path: copy.data).headChunks).damage.isEmpty)
    try writeFile(copy.data + "/chunks_head/000001", [])
    let damage = HeadChunks(try DataDirectory(path: copy.data).headChunks).damage
    #expect(damage.map(\.path) == [copy.data + "/chunks_head/000001"])
  }
}
