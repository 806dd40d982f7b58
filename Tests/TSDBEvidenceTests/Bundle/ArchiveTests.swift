import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct ArchiveTests {
  @Test func `a header has its name, its size in octal and the sum of its bytes`() {
    let header = Archive.header("b/file", size: 1000, type: "0")
    #expect(header.count == 512)
    #expect(String(decoding: header[0..<6], as: UTF8.self) == "b/file")
    #expect(String(decoding: header[124..<136], as: UTF8.self) == "00000001750\0")
    #expect(Array(header[257..<265]) == Array("ustar".utf8) + [0, 0x30, 0x30])
    var plain = header
    for index in 148..<156 { plain[index] = 0x20 }
    let sum = plain.reduce(0) { $0 + Int($1) }
    #expect(Int(String(decoding: header[148..<154], as: UTF8.self), radix: 8) == sum)
  }

  @Test func `a name that does not fit comes before, with its length`() {
    let name = String(repeating: "n", count: 200)
    let header = Archive.header(name, size: 1, type: "0")
    #expect(header.count == 3 * 512)
    #expect(header[156] == UInt8(ascii: "x"))
    let record = "210 path=\(name)\n"
    #expect(record.utf8.count == 210)
    #expect(String(decoding: header[512..<722], as: UTF8.self) == record)
  }

  @Test func `the name of an archive says how it is packed`() throws {
    #expect(try Archive.Compression(of: "a.tar.zst") == .zstd)
    #expect(try Archive.Compression(of: "a.tar.gz") == .gzip)
    #expect(throws: PlacementFailure.unknownArchive("a.tgz")) {
      try Archive.Compression(of: "a.tgz")
    }
  }
}
