import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct ExhibitTests {
  private let main = Fixture("damaged-base/main")
  private let block = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func find(_ text: String, in directory: String? = nil) throws -> Exhibit {
    try Exhibit.find(try Address(text, in: directory ?? main.data), limit: 100)
  }

  @Test(arguments: [
    ("wal/00000003:0", "record", 0), ("wal/00000003:456", "record", 0),
    ("wal/00000003:457", "record", 457), ("chunks_head/000001:8", "chunk", 8),
    ("chunks_head/000001:40", "chunk", 8), ("chunks_head/000001:3", "chunk file header", 0),
    ("chunks_head/000001:131000", "free space", 42760),
    ("BLOCK/chunks/000001:30", "chunk", 8), ("BLOCK/index:4", "index header", 0),
    ("BLOCK/index:9100", "table of contents", 9084), ("BLOCK/index:100", "symbol table", 5),
    ("BLOCK/index:2853", "series", 2816), ("BLOCK/index:4391", "label index", 4380),
    ("BLOCK/index:4954", "postings", 4940), ("BLOCK/index:7100", "label offset table", 7080),
    ("BLOCK/index:8175", "postings offset table", 7266), ("BLOCK/index#symbol/17", "symbol", nil),
    ("BLOCK/index#series/176", "series", 2816), ("BLOCK/index#postings", "postings", 4940),
    ("BLOCK/index#postings/job=node", "postings", 6468), ("BLOCK#chunk/8", "chunk", 8),
    ("wal/00000003#page1", "page", nil), ("BLOCK/meta.json", "meta.json", nil),
    ("wal", "folder", nil), ("wal/00000003", "segment", nil), ("BLOCK/index", "index", nil),
  ])
  func `an address leads to what lies there`(text: String, kind: String, start: Int?) throws {
    let exhibit = try find(text.replacing("BLOCK", with: block))
    #expect(exhibit.kind == kind)
    #expect(exhibit.problems == [])
    if let start { #expect(exhibit.address.place == .offset(start)) }
  }

  @Test(arguments: [
    "wal/00000003#toc", "wal/00000003#page99", "BLOCK/index#page0", "BLOCK/index#symbol/87",
    "BLOCK/index#series/99999", "BLOCK/index#postings/job=nobody", "BLOCK/index#ref/5",
    "chunks_head/000001#toc", "wal#page0",
  ])
  func `a place that a file does not have is refused`(text: String) {
    #expect(throws: AddressError.self) { try find(text.replacing("BLOCK", with: block)) }
  }

  @Test func `what is missing is a finding, unless its folder is missing too`() throws {
    let exhibit = try find("wal/00000099:5")
    #expect(exhibit.kind == "nothing")
    #expect(
      exhibit.problems == [
        .damaged(
          path: main.data + "/wal/00000099",
          DecodeError(section: .file, offset: 0, problem: .missing(what: "a file or folder")))
      ])
    #expect(throws: FileError.self) { try find("nowhere/00000099:5") }
  }

  @Test func `an offset behind the end is a finding`() throws {
    let exhibit = try find("wal/00000003:98304")
    #expect(exhibit.kind == "end of the file")
    #expect(
      exhibit.problems.map(\.description).first?.hasSuffix("the file ends at byte 98304") == true)
  }

  @Test func `damage is shown with what can be read of it`() throws {
    let copy = try main.copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let exhibit = try find("wal/00000005:14900", in: copy.data)
    #expect(exhibit.kind == "damaged stretch")
    guard case .damaged(_, let error)? = exhibit.problems.first else {
      Issue.record("\(exhibit.problems)")
      return
    }
    #expect(error.rule == "wal.fragment.checksum")
    #expect(
      exhibit.parts.first?.annotation.fields.map(\.name) == [
        "fragment", "type", "length", "checksum", "data",
      ])
  }

  @Test func `a series whose checksum is false is shown with all its fields`() throws {
    let copy = try main.copy()
    try damage("\(copy.data)/\(block)/index") { $0.flip(at: 2853, bit: 2) }
    let exhibit = try find("\(block)/index:2853", in: copy.data)
    #expect(exhibit.address.place == .offset(2816))
    #expect(exhibit.problems.map(\.rule) == ["index.series.checksum"])
    #expect(exhibit.parts.first?.annotation.fields.last?.name == "checksum")
  }

  @Test func `the bytes of a part are those of the file`() throws {
    let part = try #require(try find("\(block)/index#header").parts.first)
    #expect(part.bytes(in: 0..<5) == [0xba, 0xaa, 0xd7, 0x00, 0x02])
    #expect(part.bytes(in: 9134..<9999).count == 2)
  }
}

extension FileError {
  fileprivate var rule: String {
    if case .damaged(_, let error) = self { return error.rule }
    return ""
  }
}
