internal import TSDBFormat
internal import TSDBStore

/// All chunk segments of a block, read through the references of the index.
struct ChunkCheck {
  private var segments: [ChunkSegmentCheck] = []
  /// By number less one, where each is in `segments`; nil for those that cannot be opened, which was
  /// reported with the block.
  private var places: [Int: Int?] = [:]
  /// The segment that the chunk before was in, and its place.
  private var last: (segment: Int, place: Int)?
  /// Segments that are not there, with the chunks that should be in them.
  private var missing: [Int: Int] = [:]
  private var samples: ChunkSamplesCheck
  private let folder: String
  private let index: SeriesPlace
  /// Chunks that could not be read.
  private(set) var unread = 0
  /// Segments that could not be opened, where that was not the bytes' fault.
  private var failures: [FileError] = []

  /// Opens the segments of `folder`.
  init(_ folder: BlockFolder, _ index: SeriesPlace, level: CheckLevel) {
    self.folder = folder.path + "/chunks"
    self.index = index
    samples = ChunkSamplesCheck(index, decodes: level == .deep)
    for file in folder.chunks {
      var opened: ChunkSegmentFile?
      do throws(FileError) {
        opened = try ChunkSegmentFile(path: file.path)
      } catch {
        if error.isUnread { failures.append(error) }
      }
      places[file.number &- 1] = .some(opened.map { _ in segments.count })
      if let opened { segments.append(ChunkSegmentCheck(opened)) }
    }
  }

  /// Samples of chunks that could be read.
  var floats: UInt64 { samples.floats }
  var histograms: UInt64 { samples.histograms }

  /// Reads one chunk of a series.
  mutating func read(_ chunk: ChunkMeta, of series: UInt64) {
    guard let place = place(of: chunk.reference.segment) else {
      unread &+= 1
      return
    }
    if !segments[place].read(chunk, of: series, &samples) { unread &+= 1 }
  }

  private mutating func place(of segment: Int) -> Int? {
    if let last, last.segment == segment { return last.place }
    guard let known = places[segment] else {
      missing[segment, default: 0] &+= 1
      return nil
    }
    guard let place = known else { return nil }
    last = (segment, place)
    return place
  }

  /// What is wrong, when all series were read. Where series could not be read, or the folder has a gap
  /// that was reported, what is missing is no finding of its own.
  mutating func finish(seriesAreDamaged: Bool, hasGap: Bool) -> [Finding] {
    var findings = failures.map { Finding($0, severity: .fatal) }
    for place in segments.indices {
      findings += segments[place].finish(index, expectsGaps: seriesAreDamaged || hasGap)
    }
    guard !missing.isEmpty, !hasGap else { return findings }
    var list = FindingList()
    for (segment, chunks) in missing.sorted(by: { $0.key < $1.key }) {
      list.add(
        Finding(
          rule: .chunksFilesMissing, severity: .loss, path: folder,
          message: "has no segment \(segment &+ 1), which the index refers to",
          lost: "\(count: chunks, "chunk")"))
    }
    return list.summed() + findings
  }
}
