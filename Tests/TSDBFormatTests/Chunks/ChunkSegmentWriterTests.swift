import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct ChunkSegmentWriterTests {
  @Test(arguments: Fixture.all("sound") + Fixture.all("damaged-base"))
  func `the chunks of real blocks lie where they lay`(fixture: Fixture) throws {
    for name in try namesInFolder(fixture.data) {
      let path = fixture.file(name + "/chunks/000001")
      guard exists(path) else { continue }
      let file = try readFile(path)
      var writer = ChunkSegmentWriter()
      var place = ChunkSegment.headerByteCount
      while place < file.count {
        let chunk = try Chunk(of: file.rawBytes, at: place)
        #expect(writer.append(chunk.data, chunk.encoding) == place)
        place = chunk.end
      }
      let written = [UInt8](writer.pending.bytes)
      #expect(written == file)
    }
  }

  @Test func `offsets go on behind what was taken`() {
    var writer = ChunkSegmentWriter()
    writer.takePending()
    #expect(writer.append([1, 2].rawBytes, .xor) == 8)
    #expect(writer.byteCount == 16)
    #expect(writer.pending.count == 8)
  }
}
