import TSDBFormat
import TSDBStore
import TestSupport

/// A series as an index has it, in text.
struct IndexedSeries {
  /// Names and values, in the order of the index.
  var labels: [(name: String, value: String)]
  /// The chunks, in the order of the index.
  var chunks: [ChunkMeta]
}

/// Writes the index at `path` anew with what `change` makes of its series, in the order and with the labels that
/// it gives them, however wrong that is.
func editIndex(_ path: String, _ change: (inout [IndexedSeries]) throws -> Void) throws {
  let index = try IndexFile(path: path)
  var all: [IndexedSeries] = []
  var sequence = index.series(chunks: true)
  while sequence.next() {
    var (label, chunk) = (0, 0)
    for series in sequence.batch.series {
      all.append(
        IndexedSeries(
          labels: sequence.batch.labels[label..<series.labelsEnd].map {
            (
              String(decoding: index.symbol(Int($0.name)), as: UTF8.self),
              String(decoding: index.symbol(Int($0.value)), as: UTF8.self)
            )
          }, chunks: Array(sequence.batch.chunks[chunk..<series.chunksEnd])))
      (label, chunk) = (series.labelsEnd, series.chunksEnd)
    }
  }
  try change(&all)
  let texts = Set(all.flatMap { $0.labels.flatMap { [$0.name, $0.value] } } + [""])
  let symbols = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
  var numbers: [[UInt8]: UInt32] = [:]
  var writer = IndexWriter()
  for (number, symbol) in symbols.enumerated() {
    numbers[symbol] = UInt32(number)
    writer.append(symbol: symbol.rawBytes)
  }
  for series in all {
    let labels = series.labels.map {
      SeriesBatch.LabelSymbols(
        name: numbers[Array($0.name.utf8)] ?? 0, value: numbers[Array($0.value.utf8)] ?? 0)
    }
    _ = writer.append(labels[...], series.chunks[...])
  }
  var bytes: [UInt8] = []
  writer.finish { piece in
    for offset in 0..<piece.byteCount { bytes.append(piece.byte(at: offset)) }
  }
  try writeFile(path, bytes)
}
