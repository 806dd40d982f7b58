internal import TSDBFormat
internal import TSDBStore

/// Where a server stops while it reads `chunks_head` (Prometheus: tsdb/head.go, `loadMmappedChunks`;
/// tsdb/chunks/head_chunks.go, `IterateAllChunks`).
enum HeadChunkStop: Equatable {
  /// Damage in the file with this number: it is deleted with all behind it.
  case damage(file: Int)
  /// A chunk that begins before the one before it of its series ends, in the server's words: all files
  /// are deleted.
  case outOfSequence(String)

  /// The first stop in `files`; nil if they are read to the end. Chunks that came in order and end before
  /// `minValidTime` are passed over, and so is damage in `beingWritten`.
  static func first(
    in files: [SegmentFile], minValidTime: Int64, beingWritten: Set<String> = []
  ) -> HeadChunkStop? {
    var last: [UInt64: TimeRange] = [:]
    for file in files {
      // One that cannot be read here may be one that the server can.
      guard let mapped = try? MappedFile(path: file.path) else { continue }
      mapped.willReadSequentially()
      let stop = first(in: mapped, number: file.number, minValidTime, &last)
      if case .damage? = stop, beingWritten.contains(file.path) { continue }
      if let stop { return stop }
      mapped.release(0..<mapped.size)
    }
    return nil
  }

  private static func first(
    in file: MappedFile, number: Int, _ minValidTime: Int64, _ last: inout [UInt64: TimeRange]
  ) -> HeadChunkStop? {
    guard var reader = try? HeadChunkFile(file.bytes, holes: file.holes) else {
      return .damage(file: number)
    }
    while let event = reader.next() {
      switch event {
      case .damage(let error):
        // Behind the marker of the end a server does not look.
        if case .nonZeroPadding = error.problem { return nil }
        return .damage(file: number)
      case .chunk(let chunk):
        if chunk.isOutOfOrder || chunk.maxTime < minValidTime { continue }
        if case .unknown = chunk.encoding { continue }
        if let before = last[chunk.series], before.maxTime >= chunk.minTime {
          return .outOfSequence(
            "out of sequence m-mapped chunk for series ref \(chunk.series), last chunk: "
              + "[\(before.minTime), \(before.maxTime)], new: [\(chunk.minTime), \(chunk.maxTime)]")
        }
        last[chunk.series] = TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime)
      }
    }
    return nil
  }
}
