import TSDBFormat

/// Everything an index says, read the way a command reads it.
struct WholeIndex: Equatable {
  struct Series: Equatable {
    let reference: UInt64
    let labels: [String]
    let chunks: [ChunkMeta]
    let minTime: Int64
    let maxTime: Int64
  }

  var symbols: [String] = []
  var series: [Series] = []
  var allPostings: Int?
  var labelCount = 0
  var damage: [DecodeError] = []

  init(_ bytes: [UInt8], wantsChunks: Bool = true) {
    var header = IndexHeader(assuming: 2)
    var contents: IndexTOC?
    do throws(DecodeError) { header = try IndexHeader(of: bytes.rawBytes) } catch {
      damage.append(error)
    }
    do throws(DecodeError) { contents = try IndexTOC(of: bytes.rawBytes) } catch {
      damage.append(error)
    }
    let table = SymbolTable(of: bytes.rawBytes, at: contents?.symbols ?? 5)
    damage += table.damage
    func text(_ symbol: Int) -> String {
      String(decoding: [UInt8](table.bytes(of: symbol, in: bytes.rawBytes)), as: UTF8.self)
    }
    symbols = (0..<table.count).map(text)
    let limit = max(bytes.count - IndexTOC.byteCount, 0)
    let start = min(contents?.series ?? table.end, limit)
    var reader = SeriesReader(
      header: header, symbols: table, range: start..<max(contents?.labelIndices ?? limit, start),
      endIsKnown: contents != nil, wantsChunks: wantsChunks)
    var batch = SeriesBatch()
    while reader.next(into: &batch, symbols: table, file: bytes.rawBytes) {
      var (label, chunk) = (0, 0)
      for entry in batch.series {
        series.append(
          Series(
            reference: entry.reference,
            labels: batch.labels[label..<entry.labelsEnd].map {
              "\(text(Int($0.name)))=\(text(Int($0.value)))"
            },
            chunks: Array(batch.chunks[chunk..<entry.chunksEnd]), minTime: entry.minTime,
            maxTime: entry.maxTime))
        (label, chunk) = (entry.labelsEnd, entry.chunksEnd)
      }
    }
    damage += reader.damage
    guard let contents else { return }
    let tables = IndexTables(of: bytes.rawBytes, contents: contents)
    allPostings = tables.seriesCount
    labelCount = tables.labelCount
    damage += tables.damage
  }
}
