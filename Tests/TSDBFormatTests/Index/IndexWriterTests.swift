import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct IndexWriterTests {
  /// The strongest proof there is: from the symbols and the series of a real index, the very same
  /// bytes come again.
  @Test(
    arguments: (Fixture.all("sound") + Fixture.all("states") + Fixture.all("damaged-base")
      + Fixture.allOfFullSet("sound")))
  func `the indices of real servers are written again to the byte`(fixture: Fixture) throws {
    for name in try namesInFolder(fixture.data) where exists(fixture.file(name + "/index")) {
      let bytes = try readFile(fixture.file(name + "/index"))
      guard try IndexHeader(of: bytes.rawBytes).version == 2 else { continue }
      let contents = try IndexTOC(of: bytes.rawBytes)
      let written = try rewrite(bytes, labelIndices: contents.hasLabelIndices)
      #expect(written == bytes, "\(name)")
    }
  }

  @Test func `an index without series has an empty list of all`() throws {
    var writer = IndexWriter()
    var bytes: [UInt8] = []
    writer.finish { bytes.append($0) }
    let contents = try IndexTOC(of: bytes.rawBytes)
    let tables = IndexTables(of: bytes.rawBytes, contents: contents)
    #expect(tables.damage == [])
    #expect(tables.seriesCount == 0)
    #expect(!contents.hasLabelIndices)
  }

  @Test func `what is drained early is the same file`() throws {
    var writer = IndexWriter()
    var bytes: [UInt8] = []
    for symbol in 0..<9000 {
      let text = String(symbol)
      writer.append(
        symbol: Array((String(repeating: "0", count: 400) + text).suffix(400).utf8).rawBytes)
    }
    for value in 1..<UInt32(9000) {
      let chunk = ChunkMeta(
        reference: ChunkReference(segment: 0, offset: 8), minTime: -5, maxTime: 7)
      let labels = [SeriesBatch.LabelSymbols(name: 0, value: value)]
      #expect(writer.append(labels[...], [chunk][...]) != nil)
      writer.drain { bytes.append($0) }
    }
    writer.finish { bytes.append($0) }
    #expect(try rewrite(bytes, labelIndices: false) == bytes)
    let tables = IndexTables(of: bytes.rawBytes, contents: try IndexTOC(of: bytes.rawBytes))
    #expect(tables.damage == [])
    #expect(tables.seriesCount == 8999)
    #expect(tables.labelCount == 8999)
  }

  private func rewrite(_ bytes: [UInt8], labelIndices: Bool) throws -> [UInt8] {
    let file = bytes.rawBytes
    let contents = try IndexTOC(of: file)
    let symbols = SymbolTable(of: file, at: contents.symbols)
    var writer = IndexWriter(writesLabelIndices: labelIndices)
    for number in 0..<symbols.count {
      writer.append(symbol: symbols.bytes(of: number, in: file))
    }
    var reader = SeriesReader(
      header: try IndexHeader(of: file), symbols: symbols,
      range: contents.series..<contents.labelIndices, endIsKnown: true, wantsChunks: true)
    var batch = SeriesBatch()
    var written: [UInt8] = []
    while reader.next(into: &batch, symbols: symbols, file: file) {
      var (label, chunk) = (0, 0)
      for series in batch.series {
        let reference = writer.append(
          batch.labels[label..<series.labelsEnd], batch.chunks[chunk..<series.chunksEnd])
        #expect(reference.map(UInt64.init) == series.reference)
        (label, chunk) = (series.labelsEnd, series.chunksEnd)
      }
      writer.drain { written.append($0) }
    }
    #expect(reader.damage == [])
    writer.finish { written.append($0) }
    return written
  }
}
