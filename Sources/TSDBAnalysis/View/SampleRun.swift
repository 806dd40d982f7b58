internal import TSDBFormat
internal import TSDBStore

/// Samples of one series from one place: a chunk that is not unpacked yet, or samples.
struct SampleRun: Sendable {
  /// Where they are.
  enum Content: Sendable {
    case samples(SampleBatch)
    /// A chunk of `chunks_head`, whose checksum was found true.
    case headChunk(MappedFile, HeadChunkIndex.Entry)
    /// A chunk of a block.
    case blockChunk(BlockChunks, ChunkReference)
  }

  let content: Content
  /// First and last sample, as far as is known before it is unpacked.
  let range: TimeRange
  /// Of several samples of one time, the one of the run with the smallest precedence counts.
  let precedence: Int
  /// What was deleted.
  let tombstones: DeletedTimes

  /// The chunk of a block that it is; nil for one of the head.
  var blockChunk: (chunks: BlockChunks, reference: ChunkReference)? {
    guard case .blockChunk(let chunks, let reference) = content else { return nil }
    return (chunks, reference)
  }

  /// Appends the samples to `batch`; gives what is wrong with the chunk.
  func unpack(into batch: inout SampleBatch) -> FileError? {
    switch content {
    case .samples(let samples):
      batch.append(contentsOf: samples)
      return nil
    case .headChunk(let file, let entry):
      do {
        let end = entry.dataOffset + entry.dataSize
        try batch.decode(
          file.bytes.extracting(entry.dataOffset..<end), ChunkEncoding(code: entry.encoding),
          at: entry.dataOffset)
        return nil
      } catch {
        return .damaged(path: file.path, error)
      }
    case .blockChunk(let chunks, let reference):
      return chunks.unpack(reference, into: &batch)
    }
  }
}

/// The chunk segments of a block, mapped.
final class BlockChunks: Sendable {
  private let path: String
  private let segments: [Int: MappedFile]
  /// Why segments cannot be opened, by the numbers that the index gives them.
  private let failures: [Int: FileError]
  /// Which one is read of chunks of aggregates.
  private let aggregate: Aggregate?

  /// Opens the segments of `folder`; those that cannot be opened are left out, and said. The index counts them
  /// from 0, their names from 1; a server goes by their order instead, so that where one is missing it
  /// looks into the wrong ones (`goesByOrder`; Prometheus: tsdb/chunks/chunks.go, `NewDirReader`).
  init(_ folder: BlockFolder, goesByOrder: Bool = false, aggregate: Aggregate? = nil) {
    path = folder.path
    self.aggregate = aggregate
    var segments: [Int: MappedFile] = [:]
    var failures: [Int: FileError] = [:]
    for (place, segment) in folder.chunks.enumerated() {
      let number = goesByOrder ? place : segment.number &- 1
      do throws(FileError) {
        segments[number] = try ChunkSegmentFile(path: segment.path).file
      } catch {
        failures[number] = error
      }
    }
    self.segments = segments
    self.failures = failures
  }

  /// What could not be looked at.
  var unread: [FileError] {
    failures.sorted { $0.key < $1.key }.map(\.value).filter(\.isUnread)
  }

  /// True if a server opens the chunk when a query asks for it: its place, checksum and encoding are
  /// sound (Prometheus: tsdb/chunks/chunks.go, `ChunkOrIterable`).
  func opens(_ reference: ChunkReference) -> Bool {
    guard let file = segments[reference.segment],
      let chunk = try? Chunk(of: file.bytes, at: reference.offset)
    else { return false }
    if case .unknown = chunk.encoding { return false }
    return true
  }

  /// Appends the samples of a chunk to `batch`; gives what is wrong with it.
  func unpack(_ reference: ChunkReference, into batch: inout SampleBatch) -> FileError? {
    if let failure = failures[reference.segment] { return failure }
    guard let file = segments[reference.segment] else {
      let what = "chunk segment number \(reference.segment &+ 1), which the index names"
      return .damaged(
        path: path, DecodeError(section: .chunk, offset: 0, problem: .missing(what: what)))
    }
    do {
      let chunk = try Chunk(of: file.bytes, at: reference.offset)
      if let aggregate, chunk.encoding.code == AggregateChunk.encoding {
        try batch.decode(aggregate, of: chunk.data, at: chunk.offset)
      } else {
        try batch.decode(chunk.data, chunk.encoding, at: chunk.offset)
      }
      return nil
    } catch {
      return .damaged(path: file.path, error)
    }
  }

  /// Gives pages back that were read; they are read again if touched again.
  func release(_ segment: Int, before offset: Int) { segments[segment]?.release(0..<offset) }
}
