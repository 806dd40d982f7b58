import TSDBFormat
import TSDBStore
import TestSupport
import Testing

/// The damages of a block's files that keep a server from starting, as real servers showed them.
@Suite struct BlockOpeningTests {
  let copy: TemporaryDirectory
  let block: String

  init() throws {
    copy = try Fixture("damaged-base/main").copy()
    block = copy.data + "/01M7XPVH3PN49ESJ7YTJHY4RM5"
  }

  func failures() throws -> [FileError] { try BlockFolder(path: block).openingFailures() }

  func rules() throws -> [String] {
    try failures().map { failure in
      guard case .damaged(_, let error) = failure else { return "unread" }
      return error.rule
    }
  }

  @Test(arguments: Fixture.all("sound"))
  func `every block of a sound directory opens`(fixture: Fixture) throws {
    for block in try DataDirectory(path: fixture.data).blocks {
      #expect(block.openingFailures() == [])
    }
  }

  @Test func `every damaged file is named`() throws {
    try damage(block + "/index") { $0.flip(at: $0.count - 20) }
    try damage(block + "/chunks/000001") { $0.cut(to: 7) }
    try damage(block + "/tombstones") { $0.flip(at: 7) }
    try writeFile(block + "/meta.json", [])
    #expect(
      try failures().map(\.path) == [
        block + "/meta.json", block + "/index", block + "/chunks/000001", block + "/tombstones",
      ])
    #expect(
      try rules() == [
        "meta.truncated", "index.toc.checksum", "chunks.header.truncated",
        "tombstones.entries.checksum",
      ])
  }

  @Test(arguments: [
    (0, "index.header.magic"), (4, "index.header.version"), (10, "index.symbols.checksum"),
  ])
  func `a flipped byte of the index is found`(offset: Int, rule: String) throws {
    try damage(block + "/index") { $0[offset] ^= 0xff }
    #expect(try rules() == [rule])
  }

  @Test func `files that are gone are named`() throws {
    removeTree(block + "/index")
    removeTree(block + "/chunks")
    removeTree(block + "/meta.json")
    #expect(
      try failures().map(\.path) == [block + "/meta.json", block + "/chunks", block + "/index"])
    #expect(try rules() == ["block.missing", "block.missing", "block.missing"])
  }

  @Test func `a block without tombstones opens`() throws {
    removeTree(block + "/tombstones")
    #expect(try failures() == [])
  }

  @Test func `every shorter index is refused`() throws {
    let whole = try readFile(block + "/index")
    for count in stride(from: 0, to: whole.count, by: 97) {
      try writeFile(block + "/index", whole[..<count])
      #expect(try !failures().isEmpty, "\(count)")
    }
  }

  @Test func `a table of contents that points anywhere is refused`() throws {
    for place in [UInt64.max, 1 << 62, 9, 0] {
      try damage(block + "/index") { index in
        let start = index.count - 52
        index.put(bigEndianBytes(place), at: start + 40)
        index.fixChecksum(of: start..<start + 48, at: start + 48)
      }
      #expect(try !failures().isEmpty, "\(place)")
    }
  }
}
