import TSDBStore
import TestSupport
import Testing

@Suite struct DiskNameTests {
  @Test(arguments: [
    Array("wal".utf8), Array("é".utf8), [0xff], [0x61, 0xc3, 0x62], [0xed, 0xa0, 0x80],
    [0xf0, 0x9f], [0x61, 0xef, 0xb7, 0x90, 0xef, 0xb7, 0xa1, 0x62], [0xef, 0xb7, 0x95],
    [0xef, 0xb7],
    [0xc0, 0xaf], Array("\u{301}x".utf8), [],
  ])
  func `the text of a name leads back to its bytes`(bytes: [UInt8]) {
    #expect(DiskName.bytes(DiskName.text(bytes)) == bytes)
  }

  @Test func `any bytes do, and two names are never one text`() {
    var random = SeededRandom(seed: 12)
    var texts: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<2000 {
      let bytes = (0..<4).map { _ -> UInt8 in
        [0x61, 0xc3, 0xa9, 0xef, 0xb7, 0x90, 0xa0, 0xff, 0x80].randomElement(using: &random) ?? 0
      }
      let text = DiskName.text(bytes)
      #expect(DiskName.bytes(text) == bytes)
      let other = texts.updateValue(bytes, forKey: Array(text.utf8))
      #expect(other == nil || other == bytes)
    }
  }

  @Test func `text without odd bytes stays as it is`() {
    #expect(DiskName.text(Array("wal/00000001 ü\u{e000}".utf8)) == "wal/00000001 ü\u{e000}")
  }

  @Test func `a folder lists names that are no UTF-8, and what they are`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/" + DiskName.text([0x61, 0xff])
    try writeFile(in: folder.path, name: [0x61, 0xff], [1, 2])
    defer { removeFile(in: folder.path, name: [0x61, 0xff]) }
    let entries = try FolderListing.entries(of: folder.path)
    #expect(entries.map(\.path) == [path])
    #expect(entries.map(\.size) == [2])
    #expect(entries.map(\.kind) == [.file])
    let size = try MappedFile(path: path).size
    #expect(size == 2)
  }
}
