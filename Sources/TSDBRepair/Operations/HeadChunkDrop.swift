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
    /// Bytes of the chunks that leave: behind the last chunk of a file are zeros, which take no room.
    fileprivate var droppedBytes = 0
    fileprivate var times = TimeRange()
    fileprivate var lastOffset: UInt32 = 0
  }

  /// The files that change.
  private(set) var files: [Int: File] = [:]
  /// Chunks that leave.
  private(set) var chunks = 0
  /// What a server serves of them: how many samples, and when.
  private(set) var samples = 0
  /// See `samples`.
  private(set) var times = TimeRange()
  /// Why files with such chunks stay as they are.
  private(set) var damage: [FileError] = []

  /// The chunk that lies last in the last file: its file, and the offset in it.
  private(set) var last = MmapMarker(ref: 0, chunk: 0)

  /// Looks at all files; `each` gets the chunks that leave and are served, with the samples in them. A
  /// server passes over chunks in order that end before `minValidTime`.
  init(
    _ segments: [SegmentFile], _ refs: DroppedRefs, samples cut: SampleCut? = nil,
    minValidTime: Int64,
    each: (HeadChunk, Int) -> Void = { _, _ in }
  ) throws(FileError) {
    for segment in segments where segment.size > 0 {
      let mapped = try MappedFile(path: segment.path)
      mapped.willReadSequentially()
      do throws(DecodeError) {
        let file = try Self.look(at: mapped, segment, refs, cut, minValidTime, each)
        if file.chunks > 0 { files[segment.number] = file }
        chunks += file.chunks
        samples += file.samples
        times.include(file.times)
        if file.lastOffset > 0 {
          let number = UInt64(truncatingIfNeeded: segment.number)
          last = MmapMarker(ref: 0, chunk: number << 32 | UInt64(file.lastOffset))
        }
      } catch {
        damage.append(.damaged(path: segment.path, error))
      }
      mapped.release(0..<mapped.size)
    }
  }

  /// What leaves a file; throws the first damage in it.
  private static func look(
    at mapped: MappedFile, _ segment: SegmentFile, _ refs: DroppedRefs, _ cut: SampleCut?,
    _ minValidTime: Int64,
    _ each: (HeadChunk, Int) -> Void
  ) throws(DecodeError) -> File {
    var file = File(segment: segment)
    var header = ByteBuffer()
    HeadChunkFile.writeHeader(to: &header)
    file.newSize = header.count
    var reader = try HeadChunkFile(mapped.bytes, holes: mapped.holes)
    var batch = SampleBatch()
    while let event = reader.next() {
      switch event {
      case .damage(let error): throw error
      case .chunk(let chunk) where cut?.takes(chunk) ?? leaves(chunk, refs, minValidTime):
        file.lastOffset = UInt32(truncatingIfNeeded: chunk.offset)
        file.chunks += 1
        file.droppedBytes += chunk.end - chunk.offset
        guard cut != nil || refs.isDefined(chunk.series), chunk.isServed(from: minValidTime)
        else { continue }
        let samples = samples(of: chunk, in: mapped, &batch)
        each(chunk, samples)
        file.samples += samples
        file.times.include(TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime))
      case .chunk(let chunk):
        file.lastOffset = UInt32(truncatingIfNeeded: chunk.offset)
        file.places.append(
          (UInt32(truncatingIfNeeded: chunk.offset), UInt32(truncatingIfNeeded: file.newSize)))
        file.newSize += chunk.end - chunk.offset
      }
    }
    return file
  }

  /// What nobody ever defined and blocks hold does no harm: it stays.
  private static func leaves(
    _ chunk: HeadChunk, _ refs: DroppedRefs, _ minValidTime: Int64
  ) -> Bool {
    refs.isAlwaysDropped(chunk.series)
      && (refs.isDefined(chunk.series) || chunk.isServed(from: minValidTime))
  }

  /// How many samples a chunk holds; markers of the ends of series are none.
  private static func samples(
    of chunk: HeadChunk, in file: MappedFile, _ batch: inout SampleBatch
  ) -> Int {
    batch.removeAll()
    let data = file.bytes.extracting(chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
    do throws(DecodeError) {
      try batch.decode(data, chunk.encoding, at: chunk.dataOffset)
    } catch {
      return batch.count
    }
    var markers = 0
    for index in 0..<batch.count where batch.isMarker(at: index) { markers += 1 }
    return batch.count - markers
  }

  /// Bytes that leave.
  var bytes: Int { files.values.reduce(0) { $0 + $1.droppedBytes } }

  /// The files that change, by number.
  func changes(in directory: DataDirectory) -> [DirectoryChange] {
    files.values.sorted { $0.segment.number < $1.segment.number }.map { file in
      DirectoryChange(
        directory.relative(file.segment.path),
        .replace(size: file.newSize) { sink throws(FileError) in
          try write(file, to: sink)
        })
    }
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

extension HeadChunk {
  /// True for a chunk that a server joins with the log: what is out of order it always takes.
  fileprivate func isServed(from minValidTime: Int64) -> Bool {
    isOutOfOrder || maxTime >= minValidTime
  }
}

extension SampleBatch {
  /// True for the marker of the end of a series.
  fileprivate func isMarker(at index: Int) -> Bool {
    switch value(at: index) {
    case .float(let bits): bits == StaleMarker.bits
    case .histogram(let histogram): histogram.isStale
    }
  }
}
