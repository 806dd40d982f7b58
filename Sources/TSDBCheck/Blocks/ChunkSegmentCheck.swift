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
  /// The last series of which a reference leads nowhere.
  private var lastStray: UInt64?
  /// The last sound chunk, and its series.
  private var last: (series: UInt64, offset: Int)?
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
      // A series that has a chunk twice is a finding about the series.
      if last?.series != series || last?.offset != offset { cover(offset..<found.end) }
      last = (series, offset)
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
    let soundEnd = end
    if end < size { gaps.append(end..<size) }
    let strays = strays(gaps, expectsGaps: expectsGaps)
    var isCut = beyond.count > 0 && beyond.nearest == size
    for (failure, isStray) in zip(failures, strays) {
      if isStray {
        addReference(failure, index)
      } else {
        let wasCut = isCutOff(failure, soundEnd: soundEnd)
        isCut = isCut || wasCut
        list.add(finding(of: failure, index, cut: wasCut))
      }
    }
    if failureCount > failures.count {
      list.add(
        Finding(
          rule: .chunksChunkUnlisted, severity: .loss, path: path,
          message:
            "\(count: failureCount &- failures.count, of: "more chunks") cannot be read")
      )
    }
    if beyond.count > 0 { addBeyond(index, isCut: isCut) }
    let isExplained = expectsGaps || beyond.count > 0 && !isCut || strays.contains(true)
    addGaps(isExplained ? [] : unexplained(gaps))
    if let first = shared.first {
      list.add(
        Finding(
          rule: .chunksChunkShared, severity: .warning, path: path, offset: first,
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

  /// For each failure, whether the reference is at fault rather than the chunk: no chunk begins in the
  /// middle of sound ones, and one that follows a sound chunk begins where that ends, unless there are
  /// chunks that nobody knows of.
  private func strays(_ gaps: [Range<Int>], expectsGaps: Bool) -> [Bool] {
    var strays = failures.map { !$0.isWhole }
    let order = failures.indices.sorted {
      failures[$0].chunk.reference.offset < failures[$1].chunk.reference.offset
    }
    var next = 0
    for gap in gaps {
      while next < order.count, failures[order[next]].chunk.reference.offset < gap.lowerBound {
        next &+= 1
      }
      guard next < order.count else { break }
      let first = failures[order[next]].chunk.reference.offset
      guard expectsGaps || first == gap.lowerBound else { continue }
      while next < order.count, gap.contains(failures[order[next]].chunk.reference.offset) {
        strays[order[next]] = false
        next &+= 1
      }
    }
    return strays
  }

  /// One finding for all references of a series that lead nowhere.
  private mutating func addReference(_ failure: Failure, _ index: SeriesPlace) {
    guard lastStray != failure.series else { return }
    lastStray = failure.series
    let offset = failure.chunk.reference.offset
    list.add(
      index.finding(
        of: failure.series, .indexSeriesChunkReference, .loss,
        "no chunk begins at byte \(offset) of \(path: path.lastName)", lost: "samples of the series"
      ))
  }

  private func finding(of failure: Failure, _ index: SeriesPlace, cut: Bool) -> Finding {
    let times: Message =
      "from \(time: failure.chunk.minTime) to \(time: failure.chunk.maxTime)"
    var finding = Finding(.damaged(path: path, failure.error), severity: .loss)
    let place: Message = "the series at byte \(index.offset(of: failure.series)) of the index"
    finding.lost = "samples \(times) of \(place)"
    if cut, beyond.count > 0 {
      finding.lost? += ", and \(count: beyond.count, "chunk") behind the end of the file"
    }
    return finding
  }

  /// The file was cut, or the references lead nowhere.
  private mutating func addBeyond(_ index: SeriesPlace, isCut: Bool) {
    let chunks: Message = "\(count: beyond.count, "chunk")"
    if !isCut {
      guard lastStray != beyond.series else { return }
      list.add(
        index.finding(
          of: beyond.series, .indexSeriesChunkReference, .loss,
          "refers to byte \(beyond.nearest) of \(path: path.lastName), which ends at byte \(size)",
          lost: "\(chunks) that the index looks for behind the end of the file"))
    } else if beyond.nearest == size {
      list.add(
        Finding(
          rule: Rule(.chunk, .truncated), severity: .loss, path: path, offset: size,
          message: "ends where the index knows more chunks", lost: chunks))
    }
  }

  private mutating func addGaps(_ gaps: [Range<Int>]) {
    guard let first = gaps.first else { return }
    let bytes = gaps.reduce(0) { $0 &+ $1.count }
    list.add(
      Finding(
        rule: .chunksChunkUnreferenced, severity: .info, path: path, offset: first.lowerBound,
        message: "\(count: bytes, of: "bytes") that belong to no chunk the index knows"))
  }
}

extension String {
  /// What follows the last slash.
  var lastName: String { split(separator: "/").last.map(String.init) ?? self }
}
