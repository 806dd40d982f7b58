internal import TSDBFormat
internal import TSDBStore

/// The work of `SeriesTrace`: goes through log, head chunks and blocks, and keeps what concerns the
/// wanted series.
struct TraceSearch {
  private let wanted: SeriesTrace.Wanted
  private let limit: Int
  private(set) var series: [SeriesTrace.Series] = []
  private(set) var isCut = false
  private(set) var problems: [FileError] = []

  /// The series of each ref, as the records met so far define it.
  private var bound: [UInt64: Int] = [:]
  private var byLabels: [[Label]: Int] = [:]
  /// The refs of each series, to be looked for; and how many labels there are of a series at all.
  private var refs: [Int: Set<UInt64>] = [:]
  private var labelCounts: Set<Int> = []
  private var batch = RecordBatch()
  private var rows = SampleRows()

  init(_ wanted: SeriesTrace.Wanted, limit: Int) {
    self.wanted = wanted
    self.limit = max(limit, 1)
    if case .ref(let ref) = wanted {
      // Its samples are wanted even if nothing defines it.
      series = [SeriesTrace.Series(labels: [])]
      bound[ref] = 0
    }
  }

  /// Goes through the records of a slice.
  mutating func read(_ slice: SegmentSlice) {
    var part: SegmentSlice? = slice
    while let next = part {
      readBatch(of: next)
      part = next.rest(behind: batch)
    }
  }

  private mutating func readBatch(of slice: SegmentSlice) {
    slice.read(into: &batch)
    let path = slice.file.path
    problems += batch.damage.map { .damaged(path: path, $0.error) }
    let batch = batch
    for entry in batch.entries {
      let payload = batch.payload(of: entry)
      do throws(DecodeError) {
        try read(payload, at: entry.offset, path, isWBL: slice.part == .wbl)
      } catch {
        problems.append(.damaged(path: path, error))
      }
    }
  }

  private mutating func read(
    _ payload: RawSpan, at offset: Int, _ path: String, isWBL: Bool
  ) throws(DecodeError) {
    guard payload.byteCount > 0 else { return }
    let type = RecordType(code: payload.byte(at: 0))
    if type == .series {
      if !isWBL { try readSeries(payload, at: offset, path) }
      return
    }
    guard !bound.isEmpty else { return }
    var found: [Int: TimesCount] = [:]
    let bound = bound
    var failure: DecodeError?
    do throws(DecodeError) {
      try rows.decode(payload, type, at: offset) { samples, _ in
        for index in samples.indices {
          guard let series = bound[samples[index].ref] else { continue }
          found[series, default: TimesCount()].add(samples[index].time)
        }
      }
    } catch {
      failure = error
    }
    for (series, times) in found { add(times, to: series, at: offset, path) }
    if let failure { throw failure }
  }

  private mutating func add(_ times: TimesCount, to index: Int, at offset: Int, _ path: String) {
    if series[index].samples.last?.path != path {
      series[index].samples.append(
        SeriesTrace.SegmentSamples(path: path, firstOffset: offset, lastOffset: offset))
    }
    let last = series[index].samples.count - 1
    series[index].samples[last].records += 1
    series[index].samples[last].samples += times.count
    series[index].samples[last].lastOffset = offset
    series[index].samples[last].times.include(times.range)
  }

  private mutating func readSeries(
    _ payload: RawSpan, at offset: Int, _ path: String
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    try cursor.skip(1)
    var met = MatcherAnswers(wanted)
    while !cursor.isAtEnd {
      let ref = try cursor.uint64()
      var labels = cursor
      let isWanted: Bool
      switch wanted {
      case .ref(let wantedRef):
        isWanted = ref == wantedRef
        try cursor.skipLabels()
      case .selector: isWanted = try met.holds(&cursor)
      }
      if isWanted {
        define(ref, labels: try labels.labels(), SeriesTrace.Place(path: path, offset: offset))
      } else if case .selector = wanted {
        // The ref stands for another series from here on.
        bound[ref] = nil
      }
    }
  }

  private mutating func define(_ ref: UInt64, labels: [Label], _ place: SeriesTrace.Place) {
    guard let index = index(of: labels) else { return }
    bound[ref] = index
    if refs[index, default: []].insert(ref).inserted { series[index].refs.append(ref) }
    series[index].definitions.append(place)
  }

  /// The index of the series with these labels, new if it has none; nil if there are too many.
  private mutating func index(of labels: [Label]) -> Int? {
    if let known = byLabels[labels] { return known }
    guard series.count < limit else {
      isCut = true
      return nil
    }
    byLabels[labels] = series.count
    labelCounts.insert(labels.count)
    series.append(SeriesTrace.Series(labels: labels))
    return series.count - 1
  }

  /// Drops the series without labels that stood for a ref, if a record defines the ref after all.
  mutating func finishLog() {
    guard case .ref(let ref) = wanted else { return }
    series[0].refs = [ref]
    if series.count > 1, series[0].samples.isEmpty {
      series.removeFirst()
      bound = bound.mapValues { $0 - 1 }
      byLabels = byLabels.mapValues { $0 - 1 }
    }
  }

  /// Goes through the headers of all head chunks.
  mutating func read(headChunks files: [SegmentFile]) {
    var byRef: [UInt64: Int] = [:]
    for (index, series) in series.enumerated() { for ref in series.refs { byRef[ref] = index } }
    for segment in files where segment.size > 0 {
      do throws(FileError) {
        try read(headChunks: try MappedFile(path: segment.path), byRef)
      } catch {
        problems.append(error)
      }
    }
  }

  private mutating func read(
    headChunks file: MappedFile, _ byRef: [UInt64: Int]
  ) throws(FileError) {
    var reader: HeadChunkFile
    do {
      reader = try HeadChunkFile(file.bytes, holes: file.holes)
    } catch {
      throw .damaged(path: file.path, error)
    }
    while let event = reader.next() {
      switch event {
      case .damage(let error): problems.append(.damaged(path: file.path, error))
      case .chunk(let chunk):
        guard let index = byRef[chunk.series] else { continue }
        series[index].headChunks.append(.init(path: file.path, chunk: chunk))
      }
    }
    file.release(0..<file.size)
  }

  /// Goes through the series of a block.
  mutating func read(_ block: Block) {
    problems += block.damage
    guard let index = block.index else { return }
    var filter: SeriesFilter?
    if case .selector(let selector) = wanted { filter = SeriesFilter([selector], index: index) }
    var sequence = index.series(chunks: true)
    while sequence.next() {
      let batch = sequence.batch
      var (label, chunk) = (0, 0)
      for entry in batch.series {
        let labelRange = label..<entry.labelsEnd
        let chunkRange = chunk..<entry.chunksEnd
        (label, chunk) = (entry.labelsEnd, entry.chunksEnd)
        if let selected = filter?.selects(batch.labels, labelRange), !selected { continue }
        if filter == nil, !mayBeKnown(labelRange.count) { continue }
        let labels = batch.labels[labelRange].map {
          Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
        }
        let known = filter == nil ? byLabels[labels] : self.index(of: labels)
        guard let known else { continue }
        series[known].blocks.append(
          SeriesTrace.BlockSeries(
            path: block.folder.path, reference: entry.reference,
            chunks: Array(batch.chunks[chunkRange])))
      }
    }
    problems += sequence.damage
  }

  /// True if a known series has so many labels; saves most comparisons.
  private func mayBeKnown(_ count: Int) -> Bool {
    count > 0 && labelCounts.contains(count)
  }
}

/// Times of the samples of a series in one record.
private struct TimesCount {
  var count = 0
  var range = TimeRange()

  mutating func add(_ time: Int64) {
    count += 1
    range.include(time)
  }
}

/// Whether the labels of a record meet the conditions of a selector, without copies of them.
private struct MatcherAnswers {
  private let matchers: [LabelMatcher]
  private var answers: [Bool]
  private let missing: [Bool]

  init(_ wanted: SeriesTrace.Wanted) {
    if case .selector(let selector) = wanted { matchers = selector.matchers } else { matchers = [] }
    missing = matchers.map(\.matchesMissing)
    answers = missing
  }

  /// Reads the labels at `cursor`.
  mutating func holds(_ cursor: inout ByteCursor) throws(DecodeError) -> Bool {
    answers = missing
    let count = try cursor.count(ofAtLeast: 2)
    for _ in 0..<count {
      let name = try cursor.lengthPrefixed()
      let value = try cursor.lengthPrefixed()
      for (index, matcher) in matchers.enumerated() where name.isEqual(to: matcher.name) {
        answers[index] = matcher.matches(value)
      }
    }
    return !answers.contains(false)
  }
}

extension RawSpan {
  /// True if these are the bytes of `array`.
  fileprivate func isEqual(to array: [UInt8]) -> Bool { isEqual(to: array.rawBytes) }
}

extension ByteCursor {
  /// Steps over labels.
  fileprivate mutating func skipLabels() throws(DecodeError) {
    let count = try count(ofAtLeast: 2)
    for _ in 0..<count {
      _ = try lengthPrefixed()
      _ = try lengthPrefixed()
    }
  }
}
