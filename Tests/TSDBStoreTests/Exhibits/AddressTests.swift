import TSDBFormat
import TSDBStore
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("wal/00000002", Address(path: "wal/00000002", .whole)),
    ("wal/00000002:32791", Address(path: "wal/00000002", .offset(32791))),
    ("wal/00000002:0x8017", Address(path: "wal/00000002", .offset(0x8017))),
    ("wal/00000002 at byte 32791", Address(path: "wal/00000002", .offset(32791))),
    (
      "wal/5 at byte 7 (byte 12 of the decompressed record)", Address(path: "wal/5", .offset(7))
    ),
    ("wal/00000002#page3", Address(path: "wal/00000002", .page(3))),
    ("b/index#toc", Address(path: "b/index", .section(.toc))),
    ("b/index#label-index-table", Address(path: "b/index", .section(.labelIndexTable))),
    ("b/index#series", Address(path: "b/index", .section(.series))),
    ("b/index#series/16", Address(path: "b/index", .series(16))),
    ("b/index#symbol/17", Address(path: "b/index", .symbol(17))),
    ("b/index#postings/job=a=b", Address(path: "b/index", .postings(Label("job", "a=b")))),
    ("b#chunk/4294967304", Address(path: "b", .chunk(4_294_967_304))),
    ("d#ref/123", Address(path: "d", .ref(123))),
    (#"d#series/{job="x#y:5"}"#, Address(path: "d", .selector(#"{job="x#y:5"}"#))),
    ("strange:name", Address(path: "strange:name", .whole)),
    ("a:-5", Address(path: "a:-5", .whole)),
  ])
  func `an address is a path and a place`(text: String, expected: Address) throws {
    #expect(try Address(text) == expected)
  }

  @Test func `an address is relative to a directory`() throws {
    #expect(try Address("wal/0:5", in: "/d").path == "/d/wal/0")
    #expect(try Address("#ref/5", in: "/d/") == Address(path: "/d/", .ref(5)))
    #expect(try Address(".", in: "/d") == Address(path: "/d", .whole))
  }

  @Test(arguments: [
    ("", "address : it names no file or folder"),
    ("#ref/5", "address #ref/5: it names no file or folder"),
    ("a#nowhere", "address a#nowhere: there is no place #nowhere"),
    ("a#what/5", "address a#what/5: there is no place #what/"),
    ("a#symbol/x", "address a#symbol/x: #symbol/ takes a number"),
    (
      "a#chunk/99999999999999999999", "address a#chunk/99999999999999999999: #chunk/ takes a number"
    ),
    ("a#postings/job", "address a#postings/job: #postings/ takes NAME=VALUE"),
  ])
  func `what is no address is refused in a sentence`(text: String, sentence: String) {
    let error = #expect(throws: AddressError.self) { try Address(text) }
    #expect(error?.description == sentence)
  }

  @Test(arguments: [
    "a", "a:5", "a#page0", "a#toc", "a#symbol/1", "a#series/2", "a#postings/x=y", "a#chunk/8",
    "a#ref/3", #"a#series/{x="y"}"#,
  ])
  func `an address is written as it is read`(text: String) throws {
    #expect(try Address(text).description == text)
  }
}
