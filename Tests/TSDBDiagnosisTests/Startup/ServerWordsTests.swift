import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// Why a server does not open the files of a block or of `chunks_head`, in the words of its log.
@Suite struct ServerWordsTests {
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func words(_ path: String) -> ServerWords {
    ServerWords(directory: path, storagePath: "data")
  }

  private func failure(_ path: String) throws -> String? {
    words(path).failure(of: try BlockFolder(path: path + "/" + Self.block))
  }

  @Test func `files are named as the server names them`() {
    let words = ServerWords(directory: "/mnt/copy", storagePath: "/prometheus")
    #expect(words.name("/mnt/copy/wal/00000001") == "/prometheus/wal/00000001")
    #expect(words.name("/mnt/copy") == "/prometheus")
    #expect(words.name("/elsewhere") == "/elsewhere")
  }

  @Test func `a sound block opens`() throws {
    #expect(try failure(Fixture("damaged-base/main").data) == nil)
  }

  /// Offset and byte: what is put there, and what the server says.
  @Test(arguments: [
    ("index", 0, 0xbb, "invalid magic number bbaad700"),
    ("index", 4, 9, "unknown index file version 9"),
    ("index", 8175, 0x65, "read postings table: invalid checksum"),
    ("index", 9099, 0x43, "read TOC: read TOC: invalid checksum"),
    ("chunks/000001", 0, 0x84, "invalid magic number 84bd40dd"),
    ("chunks/000001", 4, 2, "invalid chunk format version 2"),
    ("tombstones", 0, 0, "invalid magic number 30ba30"),
    ("tombstones", 4, 0x1f, "invalid tombstone format 1f"),
  ])
  func `a wrong byte`(file: String, offset: Int, byte: UInt8, cause: String) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/\(Self.block)/\(file)") { $0[offset] = byte }
    #expect(try failure(copy.data) == cause)
  }

  @Test(arguments: [
    ("index", 0, "mmap, size 0: invalid argument"), ("index", 4, "index header: invalid size"),
    ("index", 40, "read TOC: invalid size"),
    ("chunks/000001", 0, "mmap files: mmap, size 0: invalid argument"),
    ("chunks/000001", 7, "invalid segment header in segment 0: invalid size"),
    ("tombstones", 0, "tombstones header: invalid size"),
    ("tombstones", 4, "tombstones header: invalid size"),
  ])
  func `a file that was cut`(file: String, count: Int, cause: String) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/\(Self.block)/\(file)") { $0.cut(to: count) }
    #expect(try failure(copy.data) == cause)
  }

  @Test func `the checksum of tombstones is checked`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/\(Self.block)/tombstones"
    try damage(path) { $0.flip(at: $0.count - 1) }
    #expect(try failure(copy.data) == "checksum did not match")
  }

  @Test func `a file that is missing`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/\(Self.block)/index")
    #expect(
      try failure(copy.data)
        == "try lock file: open data/\(Self.block)/index: no such file or directory")
    removeTree(copy.data + "/\(Self.block)/chunks")
    #expect(
      try failure(copy.data) == "open data/\(Self.block)/chunks: no such file or directory")
  }

  @Test func `a file of chunks_head whose header is wrong is named`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/chunks_head/000001"
    #expect(words(copy.data).failure(ofHeadChunks: path) == nil)
    try damage(path) { $0[4] = 9 }
    #expect(
      words(copy.data).failure(ofHeadChunks: path)
        == "data/chunks_head/000001: invalid chunk format version 9")
    try damage(path) { $0.fill(0..<4) }
    #expect(
      words(copy.data).failure(ofHeadChunks: path)
        == "data/chunks_head/000001: invalid magic number 0")
    try damage(path) { $0.cut(to: 7) }
    #expect(
      words(copy.data).failure(ofHeadChunks: path)
        == "data/chunks_head/000001: invalid head chunk file header: invalid size")
  }

  @Test func `a last file that is empty or begins with zeros is removed before it is read`() throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/chunks_head/000003"
    #expect(words(copy.data).isRemovedAtOpening(path) == false)
    try damage(path) { $0.fill(0..<4) }
    #expect(words(copy.data).isRemovedAtOpening(path))
    try damage(path) { $0.cut(to: 3) }
    #expect(words(copy.data).isRemovedAtOpening(path))
  }
}
