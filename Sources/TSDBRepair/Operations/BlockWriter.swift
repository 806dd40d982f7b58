internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Writes a block from series that come in label order: chunks as they come, then the index from what
/// was noted about them, then the small files.
struct BlockWriter {
  /// What is in the block, for its `meta.json`.
  private(set) var stats = BlockMeta.Stats()
  /// First and last sample that were written, in milliseconds.
  private(set) var times = TimeRange()
  /// By text: its number in the order of being met.
  private var symbols: [[UInt8]: UInt32] = [:]
  /// For each series: labels by the numbers of symbols, and chunks.
  private let rows: SpilledRows
  private var row = ByteBuffer()

  /// Nothing yet; notes that are too many for the memory go to a temporary file in `folder`.
  init(temporaryFolder folder: String) {
    rows = SpilledRows(in: folder)
  }

  /// Fills the folder of the block; `next` gives the series. `meta` makes its `meta.json`.
  static func write(
    to folder: FolderSink, temporaryFolder: String,
    next: () throws(FileError) -> HeadChunkSequence.Series?,
    meta: (BlockWriter) -> BlockMeta
  ) throws(FileError) -> BlockMeta {
    var writer = BlockWriter(temporaryFolder: temporaryFolder)
    try folder.folder("chunks") { folder throws(FileError) in
      try writer.writeChunks(to: folder, next)
    }
    try folder.file("index") { sink throws(FileError) in _ = try writer.writeIndex(to: sink) }
    try folder.file("tombstones") { sink throws(FileError) in
      try sink.write(TombstonesFile.write([]))
    }
    let meta = meta(writer)
    try folder.file("meta.json") { sink throws(FileError) in
      try sink.write(meta.json.rawBytes)
    }
    return meta
  }

  /// Writes the segments, each until it is full.
  mutating func writeChunks(
    to folder: FolderSink, _ next: () throws(FileError) -> HeadChunkSequence.Series?
  ) throws(FileError) {
    var series = try next()
    var number = 1
    repeat {
      try folder.file(Self.segmentName(number)) { sink throws(FileError) in
        var segment = ChunkSegmentWriter()
        while let one = series {
          let size = one.chunks.reduce(0) { $0 + $1.data.count + ChunkSegmentWriter.overhead }
          guard
            segment.byteCount + size <= ChunkSegmentWriter.segmentSize
              || segment.byteCount == ChunkSegment.headerByteCount
          else { break }
          try note(one, segment: number - 1, &segment)
          try sink.write(segment.pending)
          segment.takePending()
          series = try next()
        }
        try sink.write(segment.pending)
      }
      number += 1
    } while series != nil
  }

  /// Six digits, as servers name the segments of chunks.
  private static func segmentName(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
  }

  private mutating func note(
    _ series: HeadChunkSequence.Series, segment number: Int, _ segment: inout ChunkSegmentWriter
  ) throws(FileError) {
    row.truncate(to: 0)
    row.append(uvarint: UInt64(series.labels.count))
    for label in series.labels {
      row.append(uvarint: UInt64(symbol(label.name)))
      row.append(uvarint: UInt64(symbol(label.value)))
    }
    row.append(uvarint: UInt64(series.chunks.count))
    for chunk in series.chunks {
      let place = segment.append(chunk.data.bytes, chunk.encoding)
      row.append(varint: chunk.range.minTime)
      row.append(varint: chunk.range.maxTime)
      row.append(uvarint: ChunkReference(segment: number, offset: place).rawValue)
      count(chunk)
    }
    stats.numSeries &+= 1
    try rows.append(row)
  }

  private mutating func count(_ chunk: PackedChunk) {
    let samples = UInt64(chunk.sampleCount)
    stats.numChunks &+= 1
    stats.numSamples &+= samples
    if chunk.encoding.kind == .float {
      stats.numFloatSamples &+= samples
    } else {
      stats.numHistogramSamples &+= samples
    }
    times.include(chunk.range)
  }

  private mutating func symbol(_ text: [UInt8]) -> UInt32 {
    if let known = symbols[text] { return known }
    let number = UInt32(symbols.count)
    symbols[text] = number
    return number
  }

  /// Writes the index of what was noted; gives the references of the series, in their order.
  func writeIndex(to sink: FileSink) throws(FileError) -> [UInt32] {
    let flush: IndexWriter.Flush<FileError> = { bytes throws(FileError) in try sink.write(bytes) }
    var writer = IndexWriter()
    var ranks = [UInt32](repeating: 0, count: symbols.count)
    let sorted = symbols.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (rank, symbol) in sorted.enumerated() {
      writer.append(symbol: symbol.key.rawBytes)
      ranks[Int(symbol.value)] = UInt32(rank)
    }
    var references: [UInt32] = []
    try rows.forEachPiece { piece throws(FileError) in
      do throws(DecodeError) {
        try Self.append(piece, ranks, to: &writer, &references)
      } catch {
        throw .damaged(path: sink.path, error)
      }
      try writer.drain(to: flush)
    }
    try writer.finish(to: flush)
    return references
  }

  private static func append(
    _ piece: RawSpan, _ ranks: [UInt32], to writer: inout IndexWriter, _ references: inout [UInt32]
  ) throws(DecodeError) {
    var cursor = ByteCursor(piece, at: 0, in: .indexSeries)
    var labels: [SeriesBatch.LabelSymbols] = []
    var chunks: [ChunkMeta] = []
    while !cursor.isAtEnd {
      labels.removeAll(keepingCapacity: true)
      chunks.removeAll(keepingCapacity: true)
      for _ in 0..<(try cursor.count(ofAtLeast: 2)) {
        let name = ranks[Int(truncatingIfNeeded: try cursor.uvarint())]
        labels.append(
          .init(name: name, value: ranks[Int(truncatingIfNeeded: try cursor.uvarint())]))
      }
      for _ in 0..<(try cursor.count(ofAtLeast: 3)) {
        let minTime = try cursor.varint()
        let maxTime = try cursor.varint()
        chunks.append(
          ChunkMeta(
            reference: ChunkReference(rawValue: try cursor.uvarint()), minTime: minTime,
            maxTime: maxTime))
      }
      guard let reference = writer.append(labels[...], chunks[...]) else {
        throw cursor.failure(.malformed(why: "the index would be larger than 64 GiB"))
      }
      references.append(reference)
    }
  }
}
