internal import TSDBFormat
internal import TSDBStore

/// Which chunks of `chunks_head` a server would join with the samples of the WAL, by series ref
/// (Prometheus: tsdb/head.go, `loadMmappedChunks`).
///
/// A server that finds a damaged file deletes it and all behind it, and takes their samples from the
/// WAL, which still has them; so these files are left out here too. Where a chunk begins before the end
/// of the one before it of the same ref, it deletes all files, and so none is left here.
struct HeadChunkIndex: Sendable {
  /// A chunk that is joined.
  struct Entry: Sendable, BitwiseCopyable {
    /// The ref that its series had when it was written.
    let ref: UInt64
    /// First and last sample, in milliseconds since 1970.
    let range: TimeRange
    /// Index of its file.
    let file: UInt32
    /// Code of its encoding.
    let encoding: UInt8
    /// True if its samples came out of order.
    let isOutOfOrder: Bool
    /// Where its data are in the file.
    let dataOffset: Int
    /// Bytes of its data.
    let dataSize: Int
  }

  /// The files, mapped.
  private(set) var files: [MappedFile] = []
  /// All chunks, by ref and then in the order of the files.
  private var entries: [Entry] = []
  /// File number and offset of the last chunk; markers of the WBL that point behind it are void.
  private(set) var last: (file: Int, offset: Int) = (0, 0)
  /// What is wrong with the files.
  private(set) var problems: [FileError] = []

  private var keepsAll = false
  private var isOutOfSequence = false

  /// No chunks.
  init() {}

  /// All chunks, by ref.
  var all: [Entry] { entries }

  /// Reads the headers of all chunks of `segments` that are not older than `minValidTime`. With
  /// `keepsAll`, those behind damage too, and those that overlap others.
  init(_ segments: [SegmentFile], minValidTime: Int64, keepsAll: Bool = false) {
    self.keepsAll = keepsAll
    var lastTimes: [UInt64: Int64] = [:]
    for (place, segment) in segments.enumerated() {
      // Behind a missing file nothing can be trusted to follow; the listing says that it is missing.
      if !keepsAll, place > 0, segment.number != segments[place - 1].number &+ 1 { break }
      // A server removes the last file if it is empty: it was just created when the power went.
      if segment.isEmpty && segment.number == segments.last?.number { continue }
      let before = (entries.count, last)
      do {
        let file = try MappedFile(path: segment.path)
        try add(file, number: segment.number, minValidTime, &lastTimes)
      } catch {
        problems.append(error)
        if keepsAll { continue }
        entries.removeSubrange((isOutOfSequence ? 0 : before.0)...)
        last = isOutOfSequence ? (0, 0) : before.1
        break
      }
    }
    // The order of the files is kept among the chunks of a ref.
    let order = entries.indices.sorted {
      (entries[$0].ref, $0) < (entries[$1].ref, $1)
    }
    entries = order.map { entries[$0] }
  }

  private mutating func add(
    _ file: MappedFile, number: Int, _ minValidTime: Int64, _ lastTimes: inout [UInt64: Int64]
  ) throws(FileError) {
    file.willReadSequentially()
    var reader = try Self.reader(of: file)
    while let event = reader.next() {
      switch event {
      case .damage(let error):
        if keepsAll { continue }
        throw .damaged(path: file.path, error)
      case .chunk(let chunk):
        last = (number, chunk.offset)
        if chunk.maxTime < minValidTime && !chunk.isOutOfOrder { continue }
        if case .unknown = chunk.encoding { continue }
        if !chunk.isOutOfOrder && !keepsAll {
          if let known = lastTimes[chunk.series], known >= chunk.minTime {
            isOutOfSequence = true
            files.removeAll()
            throw .damaged(path: file.path, Self.outOfSequence(chunk, behind: known))
          }
          lastTimes[chunk.series] = chunk.maxTime
        }
        entries.append(Entry(chunk, file: UInt32(files.count)))
      }
    }
    files.append(file)
    file.release(0..<file.size)
  }

  @_lifetime(borrow file)
  private static func reader(of file: MappedFile) throws(FileError) -> HeadChunkFile {
    do {
      return try HeadChunkFile(file.bytes, holes: file.holes)
    } catch {
      throw .damaged(path: file.path, error)
    }
  }

  private static func outOfSequence(_ chunk: HeadChunk, behind known: Int64) -> DecodeError {
    DecodeError(
      section: .headChunk, offset: chunk.offset,
      problem: .outOfRange(found: chunk.minTime, allowed: known...Int64.max))
  }

  /// The chunks of a ref, in the order of the files.
  func entries(of ref: UInt64) -> ArraySlice<Entry> {
    let start = bound(of: ref) { $0 < $1 }
    let end = bound(of: ref) { $0 <= $1 }
    return entries[start..<end]
  }

  /// The first entry for which `isBefore` does not hold.
  private func bound(of ref: UInt64, _ isBefore: (UInt64, UInt64) -> Bool) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(entries[middle].ref, ref) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// True if the chunk that a marker of the WBL names was loaded.
  func holds(_ marker: MmapMarker) -> Bool {
    (marker.file, marker.offset) <= (last.file, last.offset)
  }
}

extension HeadChunkIndex.Entry {
  fileprivate init(_ chunk: HeadChunk, file: UInt32) {
    ref = chunk.series
    range = TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime)
    self.file = file
    encoding = chunk.encoding.code
    isOutOfOrder = chunk.isOutOfOrder
    dataOffset = chunk.dataOffset
    dataSize = chunk.dataSize
  }
}
