import TSDBFormat
import TSDBStore
import TestSupport

@testable import TSDBCheck

/// A copy of `damaged-base/main` whose second block a test damages.
struct DamagedBlock {
  static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  static let second = "01M7XPVHDBEN0X46Y430AHYY2Q"

  let copy: TemporaryDirectory
  let path: String

  init(_ name: String = second) throws {
    copy = try Fixture("damaged-base/main").copy()
    path = copy.data + "/" + name
  }

  func findings(_ level: CheckLevel = .standard) throws -> [Finding] {
    BlockCheck.run(try BlockFolder(path: path), level: level).findings
  }

  func rules(_ level: CheckLevel = .standard) throws -> [String] {
    try findings(level).map(\.rule.id)
  }

  /// Changes the body of the series entry at `offset` of the index, and makes its checksum true.
  func changeSeries(at offset: Int, _ change: (inout [UInt8]) -> Void) throws {
    try damage(path + "/index") { bytes in
      let length = Int(bytes[offset])
      let (start, body) =
        length < 128 ? (offset + 1, length) : (offset + 2, longLength(bytes, offset))
      var entry = Array(bytes[start..<start + body])
      change(&entry)
      bytes.put(entry, at: start)
      bytes.fixChecksum(of: start..<start + body, at: start + body)
    }
  }

  private func longLength(_ bytes: [UInt8], _ offset: Int) -> Int {
    Int(bytes[offset] & 0x7f) | Int(bytes[offset + 1]) << 7
  }

  /// Changes what a list or table `length be32 | body | CRC` at `offset` of the index holds, and makes
  /// its checksum true.
  func changeList(at offset: Int, _ change: (inout [UInt8]) -> Void) throws {
    try damage(path + "/index") { bytes in
      let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      let range = offset + 4..<offset + 4 + length
      var body = Array(bytes[range])
      change(&body)
      bytes.put(body, at: range.lowerBound)
      bytes.fixChecksum(of: range, at: range.upperBound)
    }
  }

  /// The table of contents of the index.
  func contents() throws -> IndexTOC {
    let index = try readFile(path + "/index")
    return try IndexTOC(of: index.rawBytes)
  }

  /// Where the list of a label is.
  func list(_ name: String, _ value: String) throws -> Int? {
    let offset = try contents().postingsOffsetTable
    let index = try readFile(path + "/index")
    var table = try PostingsOffsetTable(of: index.rawBytes, at: offset)
    var found: Int?
    while let entry = try table.next() {
      let isWanted =
        [UInt8](entry.name) == Array(name.utf8) && [UInt8](entry.value) == Array(value.utf8)
      if isWanted { found = Int(entry.postings) }
    }
    return found
  }
}
