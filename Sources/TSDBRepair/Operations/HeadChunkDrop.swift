internal import TSDBFormat
internal import TSDBStore

/// The files of `chunks_head` without the chunks of series that leave. Chunks that stay are copied as
/// they are, and move towards the front of their file.
///
/// A file with damage stays as it is: a server throws it away as a whole, and takes the samples of its
/// chunks from the log. If only the damage left, the server would believe that the chunks behind it
/// continue those before it, and would take nothing from the log.
struct HeadChunkDrop {
  /// What leaves, of one file.
  struct File {
    /// The file.
    let segment: SegmentFile
    /// Bytes of it that stay.
    var newSize = 0
    /// Places of the chunks that stay: before, and now.
    var places: [(old: UInt32, new: UInt32)] = []
    /// Chunks that leave.
    fileprivate var chunks = 0
    fileprivate var samples = 0
    fileprivate var times = TimeRange()
  }

  /// The files that change.
  private(set) var files: [Int: File] = [:]
  /// Chunks that leave.
  private(set) var chunks = 0
  /// Those of them whose samples are older than the log: how many samples, and when.
  private(set) var samples = 0
  /// See `samples`.
  private(set) var times = TimeRange()
  /// Why files with such chunks stay as they are.
  private(set) var damage: [FileError] = []

  /// Looks at all files; samples of chunks that end before `logStart` are not in the log too.
  init(
    _ segments: [SegmentFile], _ refs: DroppedRefs, logStart: Int64
  ) throws(FileError) {
    for segment in segments where segment.size > 0 {
      let mapped = try MappedFile(path: segment.path)
      mapped.willReadSequentially()
      do throws(DecodeError) {
        let file = try Self.look(at: mapped, segment, refs, logStart: logStart)
        if file.chunks > 0 { files[segment.number] = file }
        chunks += file.chunks
        samples += file.samples
        times.include(file.times)
      } catch {
        damage.append(.damaged(path: segment.path, error))
      }
      mapped.release(0..<mapped.size)
    }
  }

  /// What leaves a file; throws the first damage in it.
  private static func look(
    at mapped: MappedFile, _ segment: SegmentFile, _ refs: DroppedRefs, logStart: Int64
  ) throws(DecodeError) -> File {
    var file = File(segment: segment)
    var header = ByteBuffer()
    HeadChunkFile.writeHeader(to: &header)
    file.newSize = header.count
    var reader = try HeadChunkFile(mapped.bytes, holes: mapped.holes)
    while let event = reader.next() {
      switch event {
      case .damage(let error): throw error
      case .chunk(let chunk) where refs.isAlwaysDropped(chunk.series):
        file.chunks += 1
        guard chunk.maxTime < logStart else { continue }
        file.samples += chunk.sampleCount
        file.times.include(TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime))
      case .chunk(let chunk):
        file.places.append(
          (UInt32(truncatingIfNeeded: chunk.offset), UInt32(truncatingIfNeeded: file.newSize)))
        file.newSize += chunk.end - chunk.offset
      }
    }
    return file
  }

  /// Writes the new content of a file.
  func write(_ file: File, to sink: FileSink) throws(FileError) {
    let mapped = try MappedFile(path: file.segment.path)
    var header = ByteBuffer()
    HeadChunkFile.writeHeader(to: &header)
    try sink.write(header)
    for index in file.places.indices {
      let start = Int(file.places[index].old)
      let next = index + 1 < file.places.count ? Int(file.places[index + 1].new) : file.newSize
      let size = next - Int(file.places[index].new)
      guard start + size <= mapped.size else {
        // The file became shorter meanwhile.
        throw .damaged(
          path: mapped.path,
          DecodeError(
            section: .headChunk, offset: start,
            problem: .truncated(needed: size, available: max(0, mapped.size - start))))
      }
      try sink.write(mapped.bytes.extracting(start..<start + size))
    }
    mapped.release(0..<mapped.size)
  }

  /// Where the chunk that a marker names is now. A marker of a chunk that has left leads to the one
  /// before it, which keeps the order of markers: a server compares it with the last chunk that there
  /// is, and looks at nothing else (Prometheus: tsdb/head_wal.go, `loadWBL`).
  func place(of chunk: UInt64) -> UInt64 {
    let marker = MmapMarker(ref: 0, chunk: chunk)
    guard let file = files[marker.file], let last = file.places.last else { return chunk }
    let old = UInt32(truncatingIfNeeded: marker.offset)
    if old > last.old, marker.offset >= file.segment.size { return chunk }
    var (low, high) = (0, file.places.count)
    while low < high {
      let middle = (low + high) / 2
      if file.places[middle].old <= old { low = middle + 1 } else { high = middle }
    }
    let new = low == 0 ? file.places[0].new : file.places[low - 1].new
    return chunk & ~0xffff_ffff | UInt64(new)
  }
}
