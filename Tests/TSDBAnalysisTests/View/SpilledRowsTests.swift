import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct SpilledRowsTests {
  @Test(arguments: [1, 7, 1 << 20]) func `rows come back in their order`(limit: Int) throws {
    let folder = try TemporaryDirectory()
    let rows = SpilledRows(in: folder.path, limit: limit)
    var wanted: [UInt8] = []
    for index in 0..<100 {
      var row = ByteBuffer()
      for byte in 0..<index % 9 {
        row.append(UInt8(byte + index))
        wanted.append(UInt8(byte + index))
      }
      try rows.append(row)
    }
    for _ in 0..<2 {
      var found: [UInt8] = []
      try rows.forEachPiece { found.append($0) }
      #expect(found == wanted)
    }
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test func `a folder that is not there is named`() {
    let rows = SpilledRows(in: "/nonexistent", limit: 1)
    var row = ByteBuffer()
    row.append(7)
    #expect(throws: FileError.self) { try rows.append(row) }
  }
}
