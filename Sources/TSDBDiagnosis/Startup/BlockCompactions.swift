internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Which blocks a running server joins first, a minute or so behind its start, and whether it can (Prometheus:
/// tsdb/compact.go, `LeveledCompactor.plan`).
struct BlockCompactions {
  /// A compaction that fails. It is tried again for ever, or the blocks are marked and never compacted.
  struct Failure: Equatable {
    /// The blocks that were to be joined.
    let blocks: [String]
    /// Why, in words.
    let reason: Message
    /// What the server logs, as far as that is known.
    let message: String
  }

  /// Milliseconds of a block of the head, and how long those get that it goes into.
  private static let ranges: [Int64] = [
    7_200_000, 21_600_000, 64_800_000, 194_400_000, 583_200_000, 1_749_600_000,
  ]
  /// No server joins more often before it comes to an end.
  private static let most = 100

  /// The first that fails; nil where all go well.
  let failure: Failure?

  /// What becomes of the blocks that a start serves.
  init(_ served: [BlockFolder], _ options: StartupOptions) {
    // A tenth of the retention, and 31 days at most (cmd/prometheus/main.go).
    let month: Int64 = 2_678_400_000
    let longest = min(
      month, options.retentionTime?.quotientAndRemainder(dividingBy: 10).quotient ?? month)
    let ranges = Array(Self.ranges.prefix { $0 <= longest })
    var blocks = served.compactMap { folder -> Member? in
      guard case .success(let meta) = folder.meta, meta.downsampledTo == nil else { return nil }
      return Member(
        folders: [folder], times: meta.minTime..<max(meta.minTime, meta.maxTime),
        failed: meta.compaction.failed)
    }
    for _ in 0..<Self.most {
      blocks.sort { $0.times.lowerBound < $1.times.lowerBound }
      let group = Self.overlapping(blocks) ?? Self.next(blocks.dropLast(), ranges)
      guard let group else { break }
      let folders = group.flatMap { blocks[$0].folders }
      if let labels = MergedOrder.firstMisplaced(in: folders) {
        failure = Self.failure(folders, labels)
        return
      }
      if options.release.comparesChunksOfSeries,
        let overlap = MergedOrder.firstOverlap(in: folders)
      {
        failure = Self.failure(folders, overlap)
        return
      }
      let joined = Member(
        folders: folders,
        times: (group.map { blocks[$0].times.lowerBound }.min() ?? 0)..<(group.map {
          blocks[$0].times.upperBound
        }.max() ?? 0), failed: false)
      for place in group.sorted(by: >) { blocks.remove(at: place) }
      blocks.append(joined)
    }
    failure = nil
  }

  /// A block, or what several become.
  private struct Member {
    let folders: [BlockFolder]
    let times: Range<Int64>
    let failed: Bool
  }

  private static func failure(_ folders: [BlockFolder], _ labels: [Label]) -> Failure {
    let names = folders.map(\.name)
    return Failure(
      blocks: names,
      reason:
        "\(path: names.joined(separator: ", ")) cannot be joined, at the first try or any later one: "
        + "a series \(of(labels)) stands in the wrong place, or twice",
      message: "compaction failed: add series: out-of-order series added with label set")
  }

  private static func failure(
    _ folders: [BlockFolder], _ overlap: MergedOrder.Overlap
  ) -> Failure {
    let names = folders.map(\.name)
    return Failure(
      blocks: names,
      reason:
        "\(path: names.joined(separator: ", ")) cannot be joined, at the first try or any later one: "
        + "a chunk of a series \(of(overlap.labels)) begins before the one before it has ended, or "
        + "as it ends, at \(Message(moment: overlap.end))",
      message:
        "compaction failed: add series: chunk minT \(overlap.start) is not higher than previous chunk maxT "
        + "\(overlap.end)")
  }

  /// `of up`, for behind "a series".
  private static func of(_ labels: [Label]) -> Message {
    let name = labels.metricName
    return name.isEmpty ? "without a name" : "of \(metric: name)"
  }

  /// Those that cover the same time go first (`selectOverlappingDirs`).
  private static func overlapping(_ blocks: [Member]) -> [Int]? {
    guard var end = blocks.first?.times.upperBound else { return nil }
    var group: [Int] = []
    for place in blocks.indices.dropFirst() {
      if blocks[place].times.lowerBound < end {
        if group.isEmpty { group.append(place - 1) }
        group.append(place)
      } else if !group.isEmpty {
        break
      }
      end = max(end, blocks[place].times.upperBound)
    }
    return group.isEmpty ? nil : group
  }

  /// Those that make up a longer one, or that are all there will be of it (`selectDirs`).
  private static func next(_ blocks: ArraySlice<Member>, _ ranges: [Int64]) -> [Int]? {
    guard let last = blocks.last?.times.lowerBound else { return nil }
    for length in ranges.dropFirst() {
      for group in parts(blocks, length) where group.count > 1 {
        guard let first = group.first, let end = group.last,
          !group.contains(where: { blocks[$0].failed })
        else { continue }
        let times = (blocks[first].times.lowerBound, blocks[end].times.upperBound)
        if Timestamp(times.1) - Timestamp(times.0) == length || times.1 <= last { return group }
      }
    }
    return nil
  }

  /// Neighbours that lie in one stretch of `length` (`splitByRange`).
  private static func parts(_ blocks: ArraySlice<Member>, _ length: Int64) -> [[Int]] {
    var parts: [[Int]] = []
    var place = blocks.startIndex
    while place < blocks.endIndex {
      let start = blocks[place].times.lowerBound.floored(to: length)
      let end = (Timestamp(start) + length).milliseconds
      guard blocks[place].times.upperBound <= end else {
        place += 1
        continue
      }
      var group: [Int] = []
      while place < blocks.endIndex, blocks[place].times.upperBound <= end {
        group.append(place)
        place += 1
      }
      parts.append(group)
    }
    return parts
  }
}

extension [Label] {
  /// The value of `__name__`; empty where there is none.
  fileprivate var metricName: [UInt8] {
    let name = [UInt8]("__name__".utf8)
    return first { $0.name == name }?.value ?? []
  }
}
