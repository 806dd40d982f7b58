import TSDBStore
import TestSupport
import Testing

@testable import TSDBReport

@Suite struct ListPromtoolTests {
  func list(_ path: String) throws -> String {
    ListPromtool.text(DirectoryListing(try DataDirectory(path: path)).blocks)
  }

  @Test func `without blocks there are titles 13 columns wide`() throws {
    #expect(
      try list(Fixture("sound/explosion-small").data)
        == "BLOCK ULID   MIN TIME     MAX TIME     DURATION     NUM SAMPLES  NUM CHUNKS   "
        + "NUM SERIES   SIZE\n")
  }

  @Test func `times that are far apart neither trap nor change the other lines`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let meta = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/meta.json"
    let whole = try list(copy.data).split(separator: "\n")
    let text = try readText(meta).replacing(
      #/"minTime": \d+/#, with: #""minTime": -9223372036854775808"#
    ).replacing(#/"maxTime": \d+/#, with: #""maxTime": 9223372036854775807"#)
    try writeFile(meta, text.utf8)
    let lines = try list(copy.data).split(separator: "\n")
    #expect(lines.count == whole.count)
    #expect(lines[1].contains("-9223372036854775808"))
    #expect(lines[1].contains("  -1ms  "))
  }
}
