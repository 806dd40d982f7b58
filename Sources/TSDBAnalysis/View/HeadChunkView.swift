public import TSDBFormat
public import TSDBStore

/// The head as a server holds it after replay, series by series, packed into chunks: what a block of a
/// stretch of time is made of.
///
/// A chunk of `chunks_head` that nothing overlaps and of which nothing was deleted is taken as it is;
/// all other samples are joined as `SampleView` joins them, and packed anew.
public struct HeadChunkView: Sendable {
  private let replay: HeadReplay
  private let listed: [FileError]

  /// Reads the log of `directory`; of `options`, blocks and times do not matter. Series that one of
  /// `excluded` selects are left out.
  ///
  /// Throws `FileError.system` if a temporary file is needed and cannot be used.
  public init(
    _ directory: DataDirectory, excluded: [Selector], options: SampleView.Options
  ) async throws(FileError) {
    listed = directory.problems
    replay = try await HeadReplay(
      directory,
      HeadReplay.Options(
        selectors: options.selectors, excluded: excluded, memory: options.maxMemory,
        folder: options.temporaryFolder, jobs: options.jobs, usesSnapshot: options.usesSnapshot))
  }

  /// What is wrong with the head.
  public var problems: [FileError] {
    listed.without(replay.problems) + replay.problems
  }

  /// How many series there are, with samples or without.
  public var seriesCount: Int { replay.list.order.count }

  /// First and last sample of each stretch of `width` milliseconds that has samples; stretches begin at
  /// multiples of it. Those that are deleted count too.
  public func windows(of width: Int64) throws(FileError) -> [TimeRange] {
    var windows: [Int64: TimeRange] = [:]
    var stream = try HeadStream(replay)
    var scratch = SampleBatch()
    func note(_ time: Int64) {
      windows[time.floored(to: width), default: TimeRange()].include(time)
    }
    while let series = stream.next {
      for run in series.replayed.runs(series.chunks) where !run.range.isEmpty {
        let (first, last) = (run.range.minTime, run.range.maxTime)
        if first.floored(to: width) == last.floored(to: width) {
          note(first)
          note(last)
        } else {
          scratch.removeAll()
          // What cannot be unpacked is told when the chunks are.
          _ = run.unpack(into: &scratch)
          for time in scratch.times { note(time) }
        }
      }
      try stream.advance()
    }
    return windows.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The series that have samples within `range`, in label order, packed so that a server that knows
  /// `encodings` can read them.
  public func chunks(
    in range: TimeRange, for encodings: KnownEncodings = KnownEncodings()
  ) throws(FileError) -> HeadChunkSequence {
    HeadChunkSequence(try HeadStream(replay), range, encodings)
  }

  /// Calls `body` with the labels of each series.
  public func forEachSeries(_ body: ([Label]) -> Void) {
    for rank in 0..<replay.list.order.count { body(replay.list.labels(at: rank)) }
  }

  /// Calls `body` with each series that has samples, how many there are, and when; markers of ends are
  /// none.
  public func forEachCount(
    _ body: ([Label], Int, TimeRange) -> Void
  ) throws(FileError) {
    var stream = try HeadStream(replay)
    while let series = stream.next {
      var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max))
      var count = ReplayComparison.Count()
      merge.merge(series.replayed.runs(series.chunks)) { samples in
        count.add(ReplayComparison.Count(of: samples.withoutMarkers, series: 0))
      }
      if count.samples > 0 { body(series.labels, count.samples, count.timeRange) }
      try stream.advance()
    }
  }
}

/// What of chunks a server can read.
public struct KnownEncodings: Equatable, Sendable {
  /// Encodings with start timestamps: XOR2, since 3.11, and those of histograms, since 3.14.
  public var startTimes: Bool
  /// Native histograms with custom buckets; before 3.0 their layout is read as another.
  public var customBuckets: Bool

  /// What the newest server knows, or less.
  public init(startTimes: Bool = true, customBuckets: Bool = true) {
    self.startTimes = startTimes
    self.customBuckets = customBuckets
  }
}

extension Int64 {
  /// The multiple of `width`, which is positive, at or below this; the smallest number has none below.
  public func floored(to width: Int64) -> Int64 {
    Timestamp(self).floored(to: width).milliseconds
  }
}

/// Series of the head within a stretch of time, one after the other.
public struct HeadChunkSequence {
  /// One series.
  public struct Series: Sendable {
    /// Its labels, in the order of the disk.
    public let labels: [Label]
    /// Its chunks in the order of time, none of which overlaps another.
    public let chunks: [PackedChunk]

    /// A series of these parts.
    public init(labels: [Label], chunks: [PackedChunk]) {
      self.labels = labels
      self.chunks = chunks
    }
  }

  /// What is wrong with chunks, and samples that no chunk can hold.
  public private(set) var problems: [FileError] = []
  /// Histograms that were left out, because their buckets do not fit their spans.
  public private(set) var leftOut = 0
  /// Histograms that were left out, because the server does not know custom buckets.
  public private(set) var custom = 0
  /// Samples that lost their start timestamp, because the server knows no encoding that has it.
  public private(set) var startTimes = 0
  private let encodings: KnownEncodings
  private var stream: HeadStream
  private let range: TimeRange
  private var scratch = SampleBatch()

  init(_ stream: HeadStream, _ range: TimeRange, _ encodings: KnownEncodings) {
    self.encodings = encodings
    self.stream = stream
    self.range = range
  }

  /// The next series with samples; nil behind the last. Throws `FileError.system` if a temporary file
  /// cannot be read.
  public mutating func next() throws(FileError) -> Series? {
    while let series = stream.next {
      let chunks = chunks(of: series.replayed.runs(series.chunks))
      try stream.advance()
      if !chunks.isEmpty { return Series(labels: series.labels, chunks: chunks) }
    }
    return nil
  }

  private mutating func chunks(of all: [SampleRun]) -> [PackedChunk] {
    let runs = all.filter { !$0.range.isEmpty && $0.range.overlaps(range) }
      .sorted { ($0.range.minTime, $0.precedence) < ($1.range.minTime, $1.precedence) }
    var chunks: [PackedChunk] = []
    var pending = SampleBatch()
    var next = 0
    while next < runs.count {
      var end = next + 1
      var last = runs[next].range.maxTime
      while end < runs.count, runs[end].range.minTime <= last {
        last = max(last, runs[end].range.maxTime)
        end += 1
      }
      let before = [pending.times.max(), chunks.last?.range.maxTime].compactMap(\.self).max()
      if end == next + 1, let copy = copy(of: runs[next], behind: before) {
        pack(&pending, &chunks)
        chunks.append(copy)
      } else {
        var merge = SampleMerge(range: range)
        merge.merge(Array(runs[next..<end])) { pending.append(contentsOf: $0) }
        problems += merge.problems
      }
      next = end
    }
    pack(&pending, &chunks)
    return chunks
  }

  private mutating func pack(_ samples: inout SampleBatch, _ chunks: inout [PackedChunk]) {
    let wanted = known(ordered(samples, behind: chunks.last?.range.maxTime))
    let packed = PackedChunk.pack(wanted, keepsStartTimes: encodings.startTimes)
    chunks += packed.chunks
    leftOut += packed.leftOut
    samples.removeAll()
  }

  /// The samples that the server knows; counts what it does not.
  private mutating func known(_ samples: SampleBatch) -> SampleBatch {
    if !encodings.startTimes {
      for index in 0..<samples.count where samples.startTime(at: index) != 0 { startTimes += 1 }
    }
    guard !encodings.customBuckets else { return samples }
    var result = SampleBatch()
    for index in 0..<samples.count {
      if samples.hasCustomBuckets(at: index) {
        custom += 1
      } else {
        result.append(samples, at: index)
      }
    }
    return result
  }

  /// The samples that are wanted and in the order of time: chunks with damage can make up any times.
  private func ordered(_ samples: SampleBatch, behind last: Int64?) -> SampleBatch {
    guard let first = samples.times.first, let final = samples.times.last else { return samples }
    let isBehind = last.map { $0 < first } ?? true
    if isBehind, samples.areOrdered(from: 0), first >= range.minTime, final <= range.maxTime {
      return samples
    }
    var result = SampleBatch()
    for index in samples.times.indices {
      let time = samples.times[index]
      guard time >= range.minTime, time <= range.maxTime,
        (result.times.last ?? last).map({ $0 < time }) ?? true
      else { continue }
      result.append(samples, at: index)
    }
    return result
  }

  /// The chunk of a run as it is; nil where it has to be packed anew.
  private mutating func copy(of run: SampleRun, behind last: Int64?) -> PackedChunk? {
    guard case .headChunk(let file, let entry) = run.content,
      !run.tombstones.overlaps(run.range)
    else { return nil }
    scratch.removeAll()
    guard run.unpack(into: &scratch) == nil, let first = scratch.times.first,
      let final = scratch.times.last, scratch.areOrdered(from: 0), first >= range.minTime,
      final <= range.maxTime, first == run.range.minTime, final == run.range.maxTime,
      last.map({ $0 < first }) ?? true, isKnown(ChunkEncoding(code: entry.encoding))
    else { return nil }
    let data = file.bytes.extracting(entry.dataOffset..<entry.dataOffset + entry.dataSize)
    return PackedChunk(
      copying: data, ChunkEncoding(code: entry.encoding),
      range: TimeRange(minTime: first, maxTime: final), sampleCount: scratch.count)
  }

  /// True where the server can read the chunk that was unpacked as it is. Encodings with room for start
  /// timestamps are not needed where there are none, and then a chunk is packed so that all can read it.
  private func isKnown(_ encoding: ChunkEncoding) -> Bool {
    switch encoding {
    case .xor: return true
    case .histogram, .floatHistogram: break
    case .xor2, .histogramST, .floatHistogramST:
      guard encodings.startTimes,
        scratch.times.indices.contains(where: { scratch.startTime(at: $0) != 0 })
      else { return false }
    case .unknown: return false
    }
    return encodings.customBuckets
      || !scratch.times.indices.contains { scratch.hasCustomBuckets(at: $0) }
  }
}

extension SampleBatch {
  fileprivate func hasCustomBuckets(at index: Int) -> Bool {
    guard case .histogram(let histogram) = value(at: index) else { return false }
    return histogram.schema == Histogram.customBucketsSchema
  }
}
