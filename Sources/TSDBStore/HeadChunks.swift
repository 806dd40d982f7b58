public import TSDBFormat

/// What the files of `chunks_head` hold, counted without unpacking samples.
public struct HeadChunks: Sendable {
  /// Chunks with a sound checksum, by encoding.
  public private(set) var chunksByEncoding: [ChunkEncoding: Int] = [:]
  /// Those of them whose samples came out of order.
  public private(set) var outOfOrderChunks = 0
  /// Samples in them, as they claim.
  public private(set) var samples: UInt64 = 0
  /// The stretch of time they cover, in milliseconds.
  public private(set) var timeRange = TimeRange()
  /// The samples of those that came in order, by stretches of two hours, within which chunks end.
  public private(set) var bins = TimeBins()
  /// The smallest and the largest reference of a series; nil if there are no chunks.
  public private(set) var seriesRange: ClosedRange<UInt64>?
  /// Bytes of packed samples.
  public private(set) var dataSize = 0
  /// Bytes that were given up behind damage.
  public private(set) var unreadBytes = 0
  /// What is wrong, file by file.
  public private(set) var damage: [FileError] = []

  /// Chunks with a sound checksum.
  public var chunks: Int { chunksByEncoding.values.reduce(0, +) }

  /// Walks all of `files`, one after the other.
  public init(_ files: [SegmentFile]) {
    for file in files {
      // A server removes the last file if it is empty: it was just created when the power went.
      if file.isEmpty && file.number == files.last?.number { continue }
      do {
        try walk(try MappedFile(path: file.path))
      } catch {
        damage.append(error)
      }
    }
  }

  private mutating func walk(_ file: MappedFile) throws(FileError) {
    file.willReadSequentially()
    defer { file.release(0..<file.size) }
    var reader: HeadChunkFile
    do {
      reader = try HeadChunkFile(file.bytes, holes: file.holes)
    } catch {
      unreadBytes &+= file.size
      throw .damaged(path: file.path, error)
    }
    while let event = reader.next() {
      switch event {
      case .chunk(let chunk):
        count(chunk)
        if let error = oddity(of: chunk) { damage.append(.damaged(path: file.path, error)) }
      case .damage(let error): damage.append(.damaged(path: file.path, error))
      }
    }
    unreadBytes &+= reader.unreadBytes
  }

  /// What is wrong with a chunk whose checksum holds. A server drops one that it cannot decode, and
  /// says nothing.
  private func oddity(of chunk: HeadChunk) -> DecodeError? {
    if case .unknown(let code) = chunk.encoding {
      return DecodeError(
        section: .headChunk, offset: chunk.offset, problem: .unknownCode(found: code))
    }
    guard chunk.minTime > chunk.maxTime else { return nil }
    return DecodeError(
      section: .headChunk, offset: chunk.offset,
      problem: .outOfRange(found: chunk.maxTime, allowed: chunk.minTime...Int64.max))
  }

  private mutating func count(_ chunk: HeadChunk) {
    chunksByEncoding[chunk.encoding, default: 0] += 1
    if chunk.isOutOfOrder { outOfOrderChunks += 1 }
    samples &+= UInt64(chunk.sampleCount)
    if chunk.minTime <= chunk.maxTime {
      let times = TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime)
      timeRange.include(times)
      if !chunk.isOutOfOrder { bins.add(times, count: chunk.sampleCount) }
    }
    let known = seriesRange ?? chunk.series...chunk.series
    seriesRange =
      min(known.lowerBound, chunk.series)...max(known.upperBound, chunk.series)
    dataSize &+= chunk.dataSize
  }
}
