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

  @Test func `bytes of Prometheus, and few of any kind, say nothing`() throws {
    let data = Fixture("damaged-base/main").data
    for name in [
      "wal/00000003", "chunks_head/000001", "01M7XPVHDBEN0X46Y430AHYY2Q/index",
      "01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001", "01M7XPVHDBEN0X46Y430AHYY2Q/tombstones",
    ] {
      #expect(FileNature(try MappedFile(path: data + "/" + name)) == nil, "\(name)")
    }
    #expect(FileNature(firstBytes: []) == nil)
    #expect(FileNature(firstBytes: [0x41]) == nil)
    #expect(FileNature(firstBytes: [UInt8](repeating: 0, count: 512)) == nil)
  }
}
