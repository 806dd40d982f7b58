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
  let tombstones: [TimeRange]

  /// The file of a chunk of a block, or its folder where the file is missing.
  var blockPaths: [String] {
    guard case .blockChunk(let chunks, let reference) = content else { return [] }
    return chunks.paths(of: reference)
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

  /// Opens the segments of `folder`; those that cannot be opened are left out.
  init(_ folder: BlockFolder) {
    path = folder.path
    var segments: [Int: MappedFile] = [:]
    for segment in folder.chunks {
      guard let file = try? ChunkSegmentFile(path: segment.path) else { continue }
      // The index counts from 0, the names of the files from 1.
      segments[segment.number - 1] = file.file
    }
    self.segments = segments
  }

  /// What the problems of a chunk name.
  func paths(of reference: ChunkReference) -> [String] {
    [path] + (segments[reference.segment].map { [$0.path] } ?? [])
  }

  /// Appends the samples of a chunk to `batch`; gives what is wrong with it.
  func unpack(_ reference: ChunkReference, into batch: inout SampleBatch) -> FileError? {
    guard let file = segments[reference.segment] else {
      let what = "chunk segment number \(reference.segment &+ 1), which the index names"
      return .damaged(
        path: path, DecodeError(section: .chunk, offset: 0, problem: .missing(what: what)))
    }
    do {
      let chunk = try Chunk(of: file.bytes, at: reference.offset)
      try batch.decode(chunk.data, chunk.encoding, at: chunk.offset)
      return nil
    } catch {
      return .damaged(path: file.path, error)
    }
  }

  /// Gives pages back that were read; they are read again if touched again.
  func release(_ segment: Int, before offset: Int) { segments[segment]?.release(0..<offset) }
}
