import TestSupport
import Testing

@testable import TSDBStore

@Suite struct NumberedFilesTests {
  @Test(
    arguments: [
      ("00000012", 12, 12), ("+5", 5, nil), ("-5", -5, nil), ("", nil, nil), ("1_0", nil, nil),
      ("0x1", nil, nil), (" 1", nil, nil), ("1.tmp", nil, nil), ("٣", nil, nil),
      ("18446744073709551615", nil, -1), ("99999999999999999999", nil, nil), ("-0", 0, nil),
    ] as [(String, Int?, Int?)])
  func `numbers are read as Go reads them`(text: String, signed: Int?, unsigned: Int?) {
    #expect(goInteger(text) == signed)
    #expect(goUnsigned(text) == unsigned)
  }

  @Test func `files come in the order of their numbers, not of their names`() throws {
    let folder = try TemporaryDirectory()
    for name in ["10", "9", "000011", "x"] { try writeFile(folder.path + "/" + name, [1]) }
    let numbered = try NumberedFiles(path: folder.path, number: goUnsigned)
    #expect(numbered.files.map(\.number) == [9, 10, 11])
    #expect(numbered.files.totalSize == 3)
    #expect(numbered.others.map(\.name) == ["x"])
  }
}
