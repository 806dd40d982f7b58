internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// Samples of the head at times that cannot be true: after the present, and before a gap of years. A server
/// appends nothing that is an hour older than the newest sample of its head (Prometheus: tsdb/head_append.go,
/// `appendableMinValidTime`), and cuts blocks from the oldest on.
package struct OddTimes {
  private let directory: DataDirectory
  private let now: Int64
  /// Files of `chunks_head`.
  private let files: [SegmentFile]
  /// The first time behind a gap of years; nil without one.
  private let behindGap: Int64?
  /// True where samples may be of the future.
  private let mayReachFuture: Bool

  /// Milliseconds of a year.
  static let year: Int64 = 365 * 86_400_000
  /// Samples as much later than the present as clocks of machines differ are none of the future.
  static let tolerance: Int64 = 60_000
  /// A server takes what is less than an hour older than its newest sample.
  static let appendWindow: Int64 = TimeBins.width / 2

  /// Samples before or behind a time.
  private struct Tally {
    var samples = 0
    var times = TimeRange()
    var refs: Set<UInt64> = []
    var first: (path: String, offset: Int, ref: UInt64)?

    mutating func add(
      _ ref: UInt64, _ range: TimeRange, _ count: Int, _ path: String, _ offset: Int
    ) {
      samples &+= count
      times.include(range)
      refs.insert(ref)
      if first == nil { first = (path, offset, ref) }
    }
  }

  /// Looks at the samples of the log of `directory`, which are in `bins`, and at its head chunks, unless something
  /// is wrong with those.
  init(_ directory: DataDirectory, _ bins: TimeBins, usesChunks: Bool = true, now: Int64) {
    self.directory = directory
    self.now = now
    files = usesChunks ? directory.headChunks : []
    var bins = bins
    for file in files {
      Self.forEachChunk(of: file) { chunk in
        bins.add(chunk.minTime)
        bins.add(chunk.maxTime)
      }
    }
    let all = bins.bins
    mayReachFuture = all.last.map { $0.end > now } ?? false
    let limit = directory.minValidTime
    var gap: Int64?
    for (bin, next) in zip(all, all.dropFirst())
    where next.start <= now && Timestamp(next.start) - Timestamp(bin.end) > Self.year
      && next.end > limit
    {
      gap = next.start
    }
    // Without anything later, what is all of January 1970 is of another unit, or the clock was never set.
    if gap == nil, let last = all.last, last.end <= Self.beforeServers,
      TimeUnit.guess(of: last.times.maxTime, now: now) != nil
        || directory.blocks.contains(where: { $0.endsBehind(Self.beforeServers) })
    {
      gap = last.end
    }
    behindGap = gap
  }

  /// The latest time that is not of the future at `now`.
  package static func latest(at now: Int64) -> Int64 { (Timestamp(now) + tolerance).milliseconds }

  /// 2000-01-01: machines without a clock begin before it.
  static let beforeServers: Int64 = 946_684_800_000

  /// What is wrong with them; nothing is read where nothing is.
  var findings: [Finding] {
    guard mayReachFuture || behindGap != nil else { return [] }
    var future = Tally()
    var past = Tally()
    let limit = Self.latest(at: now)
    let least = behindGap ?? .min
    func take(_ ref: UInt64, _ range: TimeRange, _ count: Int, _ path: String, _ offset: Int) {
      if range.maxTime > limit {
        future.add(ref, range, count, path, offset)
      } else if range.minTime < least {
        past.add(ref, range, count, path, offset)
      }
    }
    for (part, files) in ReplayOrder(directory).parts where part != .snapshot {
      for file in files {
        Self.forEachSample(of: file) { row, offset in
          let time = TimeRange(minTime: row.time, maxTime: row.time)
          take(row.ref, time, 1, file.path, offset)
        }
      }
    }
    var chunked = Tally()
    for file in files {
      Self.forEachChunk(of: file) { chunk in
        guard chunk.maxTime > limit else { return }
        let times = TimeRange(minTime: max(limit, chunk.minTime), maxTime: chunk.maxTime)
        chunked.add(chunk.series, times, chunk.sampleCount, file.path, chunk.offset)
      }
    }
    // The log mostly has what is in chunks, too.
    if future.samples == 0 { future = chunked }
    future.times.include(chunked.times)
    return [finding(ofFuture: future), finding(ofPast: past)].compactMap(\.self)
  }

  private func finding(ofFuture tally: Tally) -> Finding? {
    guard let first = tally.first else { return nil }
    let newest = tally.times.maxTime
    let end = (Timestamp(newest) - Self.appendWindow).milliseconds
    let isRefused = end > now
    var message: Message =
      "\(count: tally.samples, "sample") of the future, of \(count: tally.refs.count, of: "series")"
      + example(first.ref) + ": from \(Message(moment: tally.times.minTime)) to "
      + "\(Message(moment: newest)), and it is \(Message(moment: now))"
    message += guess(newest)
    if isRefused {
      message +=
        "; a server refuses every scrape as too old until " + Message(words: TimeText.seconds(end))
    }
    return Finding(
      rule: .headFuture, severity: isRefused ? .warning : .info, path: first.path,
      offset: first.offset, message: message)
  }

  private func finding(ofPast tally: Tally) -> Finding? {
    guard let first = tally.first, let behindGap else { return nil }
    var message: Message =
      "\(count: tally.samples, "sample") of another age, of \(count: tally.refs.count, of: "series")"
      + example(first.ref) + ": from \(Message(moment: tally.times.minTime)) to "
      + "\(Message(moment: tally.times.maxTime))"
    message += guess(tally.times.maxTime)
    if behindGap > tally.times.maxTime, behindGap > Self.beforeServers {
      let years = (Timestamp(behindGap) - Timestamp(tally.times.maxTime))
        .quotientAndRemainder(dividingBy: Self.year).quotient
      message += "; what comes next is \(count: years, "year") later"
    }
    return Finding(
      rule: .headGap, severity: .info, path: first.path,
      offset: first.offset, message: message)
  }

  /// What the time would be in another unit.
  private func guess(_ time: Int64) -> Message {
    guard let found = TimeUnit.guess(of: time, now: now) else { return "" }
    return "; as \(name: found.unit.rawValue) the last would be "
      + Message(words: TimeText.seconds(found.time))
  }

  /// The labels of a series.
  private func example(_ ref: UInt64) -> Message {
    let labels = Self.labels(of: ref, in: directory)
    return labels.isEmpty ? "" : ", such as \(Message(labels: labels))"
  }
}

extension OddTimes {
  private static func forEachSample(
    of file: SegmentFile, _ body: (SampleRow, Int) -> Void
  ) {
    guard let mapped = try? MappedFile(path: file.path) else { return }
    var pass = SegmentPass(mapped)
    var batch = RecordBatch()
    var rows = SampleRows()
    while pass.next(into: &batch) != nil {
      for entry in batch.entries {
        let payload = batch.payload(of: entry)
        guard payload.byteCount > 0 else { continue }
        let type = RecordType(code: payload.byte(at: 0))
        guard type.holdsSamples else { continue }
        try? rows.decode(payload, type, at: entry.offset) { samples, _ in
          for index in samples.indices { body(samples[index], entry.offset) }
        }
      }
    }
  }

  private static func forEachChunk(of file: SegmentFile, _ body: (HeadChunk) -> Void) {
    guard file.size > 0, let mapped = try? MappedFile(path: file.path),
      var reader = try? HeadChunkFile(mapped.bytes, holes: mapped.holes)
    else { return }
    while let event = reader.next() {
      if case .chunk(let chunk) = event { body(chunk) }
    }
  }

  /// The labels that the log gives a ref first; none where it defines it nowhere.
  private static func labels(of ref: UInt64, in directory: DataDirectory) -> [Label] {
    for (part, files) in ReplayOrder(directory).parts where part == .checkpoint || part == .wal {
      for file in files {
        guard let mapped = try? MappedFile(path: file.path) else { continue }
        var pass = SegmentPass(mapped)
        var batch = RecordBatch()
        while pass.next(into: &batch) != nil {
          for entry in batch.entries {
            let payload = batch.payload(of: entry)
            guard payload.byteCount > 0, payload.byte(at: 0) == 1 else { continue }
            if let found = labels(of: ref, in: payload, at: entry.offset) { return found }
          }
        }
      }
    }
    return []
  }

  private static func labels(of ref: UInt64, in payload: RawSpan, at offset: Int) -> [Label]? {
    var record = SeriesRecord()
    try? record.append(payload, at: offset)
    guard let wanted = record.series.firstIndex(where: { $0.ref == ref }) else { return nil }
    var row: [SeriesRecord.Change] = []
    for index in 0...wanted {
      row = Array(row.prefix(record.series[index].labelCount))
      for change in record.changes[record.changeRange(of: index)] {
        if Int(change.place) < row.count {
          row[Int(change.place)] = change
        } else {
          row.append(change)
        }
      }
    }
    return row.map {
      Label(name: [UInt8]($0.name.bytes(in: payload)), value: [UInt8]($0.value.bytes(in: payload)))
    }
  }
}

extension BlockFolder {
  /// True where its `meta.json` says that it ends later.
  fileprivate func endsBehind(_ time: Int64) -> Bool {
    if case .success(let meta) = meta { meta.maxTime > time } else { false }
  }
}
