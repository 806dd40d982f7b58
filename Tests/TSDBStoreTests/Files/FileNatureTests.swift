@testable import TSDBStore
import TestSupport
import Testing

@Suite struct FileNatureTests {
  @Test func `first bytes say what a file is`() {
    func nature(_ text: String) -> FileNature? { FileNature(firstBytes: Array(text.utf8)) }
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1234\n"
    #expect(nature(pointer) == .gitLFSPointer(size: 1234))
    #expect(
      nature("version https://git-lfs.github.com/spec/v1\nsize -\n") == .gitLFSPointer(size: nil))
    #expect(FileNature(firstBytes: [0x1f, 0x8b, 8, 0]) == .packed("gzip"))
    #expect(FileNature(firstBytes: [0x28, 0xb5, 0x2f, 0xfd, 0]) == .packed("zstd"))
    #expect(
      FileNature(firstBytes: [UInt8](repeating: 0, count: 257) + Array("ustar".utf8))
        == .packed("tar"))
    #expect(nature("PAR1\u{1}\u{2}") == .document("Parquet"))
    #expect(nature("<?xml version=\"1.0\"?><Error>") == .document("XML"))
    #expect(nature("<!DOCTYPE html><title>404</title>") == .document("HTML"))
    #expect(nature("\n { \"error\": 404 }") == .document("JSON"))
    #expect(nature("no such key\n") == .text)
  }

  @Test func `files of Prometheus are called what they are`() throws {
    let data = Fixture("damaged-base/main").data
    let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
    let kinds: [(String, String?)] = [
      ("wal/00000003", nil), ("chunks_head/000001", "a file of chunks_head"),
      ("\(block)/index", "the index of a block"),
      ("\(block)/chunks/000001", "a chunk segment of a block"),
      ("\(block)/tombstones", "the tombstones of a block"),
    ]
    for (name, kind) in kinds {
      let found = FileNature(try MappedFile(path: data + "/" + name))
      #expect(found == kind.map { .other($0) }, "\(name)")
    }
  }

  /// Each binary file of a real directory, after what transfers for text do to it.
  @Test(arguments: ["wal/00000003", "01M7XPVHDBEN0X46Y430AHYY2Q/index"])
  func `what a transfer did to a file is told`(name: String) throws {
    let bytes = try readFile(Fixture("damaged-base/main").data + "/" + name)
    func nature(_ bytes: [UInt8]) -> FileNature? { FileNature(transferOf: bytes.rawBytes) }
    #expect(nature(bytes) == nil)
    let ends = bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    guard case .changedLineEnds(let count)? = nature(ends) else {
      Issue.record("\(String(describing: nature(ends)))")
      return
    }
    #expect(count > 3)
    let again = bytes.flatMap { $0 < 0x80 ? [$0] : [0xc0 | $0 >> 6, 0x80 | $0 & 0x3f] }
    #expect(nature(again) == .encodedAgain)
    #expect(nature(Array(String(decoding: bytes, as: UTF8.self).utf8)) == .replacedLetters)
  }

  @Test func `a file of zeros is told, and one that ends with something is not`() throws {
    let folder = try TemporaryDirectory()
    var bytes = [UInt8](repeating: 0, count: 2000)
    try writeFile(folder.path + "/index", bytes)
    #expect(FileNature(try MappedFile(path: folder.path + "/index")) == .zeros(count: 2000))
    bytes[1999] = 1
    try writeFile(folder.path + "/tail", bytes)
    #expect(FileNature(try MappedFile(path: folder.path + "/tail")) == nil)
  }

  @Test func `few bytes of any kind say nothing`() {
    #expect(FileNature(firstBytes: []) == nil)
    #expect(FileNature(firstBytes: [0x41]) == nil)
    #expect(FileNature(firstBytes: [UInt8](repeating: 0, count: 512)) == nil)
  }
}
