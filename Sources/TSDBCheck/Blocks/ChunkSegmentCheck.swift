internal import TSDBFormat
internal import TSDBStore

/// One chunk segment of a block while the chunks that the index knows in it are read: every checksum,
/// and with `deep` every sample.
struct ChunkSegmentCheck {
  /// A chunk that could not be read.
  struct Failure {
    let chunk: ChunkMeta
    /// The series, as the index refers to it.
    let series: UInt64
    let error: DecodeError
    /// True if the checksum holds and the samples cannot be read.
    let isWhole: Bool
  }

  let path: String
  let size: Int
  private var segment: ChunkSegmentFile
  /// Where sound chunks are; neighbours are one range.
  private var covered: [Range<Int>] = []
  /// Chunks that could not be read, as many as are kept, and how many there were.
  private var failures: [Failure] = []
  private var failureCount = 0
  /// Chunks that would begin behind the end of the file: how many, and the nearest to it.
  private var beyond: (count: Int, nearest: Int, series: UInt64) = (0, .max, 0)
  private var list = FindingList()

  /// So many unreadable chunks are kept apart.
  private static let failureLimit = 1000

  init(_ segment: ChunkSegmentFile) {
    path = segment.file.path
    size = segment.file.size
    self.segment = segment
  }

  /// Reads one chunk; false where it cannot be read.
  mutating func read(
    _ chunk: ChunkMeta, of series: UInt64, _ samples: inout ChunkSamplesCheck
  ) -> Bool {
    let offset = chunk.reference.offset
    guard offset < size else {
      beyond.count &+= 1
      if offset < beyond.nearest { (beyond.nearest, beyond.series) = (offset, series) }
      return false
    }
    let file = segment.file
    var isWhole = false
    do throws(DecodeError) {
      let found = try Chunk(of: file.bytes, at: offset)
      isWhole = true
      cover(offset..<found.end)
      try samples.check(found, of: series, chunk, path: path, &list)
    } catch {
      failureCount &+= 1
      if failures.count < Self.failureLimit {
        failures.append(
          Failure(chunk: chunk, series: series, error: error, isWhole: isWhole))
      }
      return false
    }
    segment.release(before: offset)
    return true
  }

  private mutating func cover(_ range: Range<Int>) {
    if let last = covered.indices.last, covered[last].upperBound == range.lowerBound {
      covered[last] = covered[last].lowerBound..<range.upperBound
    } else {
      covered.append(range)
    }
  }

  /// What is wrong, when all chunks were read. `index` makes findings of the series at fault.
  mutating func finish(_ index: SeriesPlace, expectsGaps: Bool) -> [Finding] {
    covered.sort { $0.lowerBound < $1.lowerBound }
    var end = ChunkSegment.headerByteCount
    var gaps: [Range<Int>] = []
    var shared: [Int] = []
    for range in covered {
      if range.lowerBound > end { gaps.append(end..<range.lowerBound) }
      if range.lowerBound < end { shared.append(range.lowerBound) }
      end = max(end, range.upperBound)
    }
    var isCut = beyond.count > 0 && beyond.nearest == size
    for failure in failures {
      let wasCut = isCutOff(failure, soundEnd: end)
      isCut = isCut || wasCut
      list.add(finding(of: failure, index, cut: wasCut))
    }
    if failureCount > failures.count {
      list.add(
        Finding(
          rule: "chunks.chunk.unlisted", severity: .loss, path: path,
          message: "\(failureCount &- failures.count) more chunks cannot be read"))
    }
    if beyond.count > 0 { addBeyond(index, isCut: isCut) }
    if end < size { gaps.append(end..<size) }
    let isExplained = expectsGaps || beyond.count > 0 && !isCut
    addGaps(isExplained ? [] : unexplained(gaps))
    if let first = shared.first {
      list.add(
        Finding(
          rule: "chunks.chunk.shared", severity: .warning, path: path, offset: first,
          message: "bytes that the index gives to more than one chunk"))
    }
    return list.summed()
  }

  /// A chunk that the end of the file cuts off, and behind which nothing is sound.
  private func isCutOff(_ failure: Failure, soundEnd: Int) -> Bool {
    guard !failure.isWhole, case .truncated = failure.error.problem else { return false }
    return failure.chunk.reference.offset >= soundEnd
  }

  /// Those of `gaps` in which no unreadable chunk begins; both are in the order of the file.
  private func unexplained(_ gaps: [Range<Int>]) -> [Range<Int>] {
    let starts = failures.map(\.chunk.reference.offset).sorted()
    var next = 0
    return gaps.filter { gap in
      while next < starts.count, starts[next] < gap.lowerBound { next &+= 1 }
      return next == starts.count || !gap.contains(starts[next])
    }
  }

  /// True if `offset` is in the middle of sound chunks.
  private func isInside(_ offset: Int) -> Bool {
    var low = 0
    var high = covered.count
    while low < high {
      let middle = (low &+ high) / 2
      if covered[middle].lowerBound < offset { low = middle &+ 1 } else { high = middle }
    }
    return low > 0 && offset < covered[low &- 1].upperBound
  }

  /// The chunk is at fault, or the reference to it, if it leads into a sound chunk.
  private func finding(of failure: Failure, _ index: SeriesPlace, cut: Bool) -> Finding {
    let offset = failure.chunk.reference.offset
    let times = "from \(failure.chunk.minTime) to \(failure.chunk.maxTime) ms"
    if !failure.isWhole, isInside(offset) || offset < ChunkSegment.headerByteCount {
      return index.finding(
        of: failure.series, "chunk-reference", .loss,
        "no chunk begins at byte \(offset) of segment \(failure.chunk.reference.segment &+ 1)",
        lost: "samples of the series \(times)")
    }
    var finding = Finding(.damaged(path: path, failure.error), severity: .loss)
    let place = "the series at byte \(index.offset(of: failure.series)) of the index"
    finding.lost = "samples \(times) of \(place)"
    if cut, beyond.count > 0 {
      let chunks = counted(beyond.count, "chunk", "chunks")
      finding.lost = "samples \(times) of \(place), and \(chunks) behind the end of the file"
    }
    return finding
  }

  /// The file was cut, or the references lead nowhere.
  private mutating func addBeyond(_ index: SeriesPlace, isCut: Bool) {
    let chunks = counted(beyond.count, "chunk", "chunks")
    if !isCut {
      list.add(
        index.finding(
          of: beyond.series, "chunk-reference", .loss,
          "refers to byte \(beyond.nearest) of \(path.lastName), which ends at byte \(size)",
          lost: "\(chunks) that the index looks for behind the end of the file"))
    } else if beyond.nearest == size {
      list.add(
        Finding(
          rule: "chunks.chunk.truncated", severity: .loss, path: path, offset: size,
          message: "ends where the index knows more chunks", lost: chunks))
    }
  }

  private mutating func addGaps(_ gaps: [Range<Int>]) {
    guard let first = gaps.first else { return }
    let bytes = gaps.reduce(0) { $0 &+ $1.count }
    list.add(
      Finding(
        rule: "chunks.chunk.unreferenced", severity: .info, path: path, offset: first.lowerBound,
        message: "\(bytes) bytes that belong to no chunk the index knows"))
  }
}

extension String {
  /// What follows the last slash.
  var lastName: String { split(separator: "/").last.map(String.init) ?? self }
}
