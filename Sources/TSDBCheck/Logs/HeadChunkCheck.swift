internal import TSDBFormat
internal import TSDBStore

/// The check of `chunks_head` (Prometheus: tsdb/chunks/head_chunks.go, `openMMapFiles`,
/// `IterateAllChunks`; tsdb/head.go, `loadMmappedChunks`).
///
/// A file whose header is wrong, and a gap between the files, keep a server from starting. At any
/// other damage it deletes the file and all behind it, and takes their samples from the log.
struct HeadChunkCheck {
  /// What was found.
  private(set) var result = CheckResult()
  /// The chunks that a server would join with the log.
  private(set) var refs = HeadChunkRefs()
  private let minValidTime: Int64
  private var ends: [UInt64: Int64] = [:]
  /// Refs of which a chunk's header names wrong times, with the index of the finding.
  private var wrongTimes: [UInt64: Int] = [:]
  /// True from the first file on that a server would delete.
  private var isCutOff = false

  /// A file and its chunks.
  fileprivate struct Walk: Sendable {
    let segment: SegmentFile
    var chunks: [HeadChunk] = []
    var findings: [Finding] = []
    /// Refs of chunks whose header names other times than they hold, with the index of the finding.
    var wrongTimes: [UInt64: Int] = [:]
    /// True where a server deletes the file, and all behind it.
    var isDeleted = false
  }

  /// Checks `files`.
  static func run(
    _ files: [SegmentFile], minValidTime: Int64, level: CheckLevel, jobs: Int,
    progress: @escaping @Sendable (Int) -> Void
  ) async -> HeadChunkCheck {
    var check = HeadChunkCheck(minValidTime: minValidTime)
    check.checkNames(files)
    let last = files.last?.number
    await inOrder(files, jobs: jobs) { segment in
      let walk = Self.walk(segment, isLast: segment.number == last, level)
      progress(segment.size)
      return walk
    } take: { walk in
      check.take(walk)
    }
    return check
  }

  private init(minValidTime: Int64) {
    self.minValidTime = minValidTime
    refs.minValidTime = minValidTime
  }

  private mutating func checkNames(_ files: [SegmentFile]) {
    var present = files
    // A server removes an empty last file before it looks for gaps.
    if present.last?.isEmpty == true { present.removeLast() }
    for (before, next) in zip(present, present.dropFirst())
    where next.number != before.number &+ 1 {
      var finding = Finding(
        rule: Rule(.headChunkFiles, .gap), severity: .fatal, path: next.path,
        message: "the file before it is number \(before.number)",
        expected: "number \(before.number &+ 1)", found: "\(next.number)")
      finding.lost = "nothing yet: the log has the samples of the open chunks"
      result.findings.append(finding)
    }
  }

  private static func walk(_ segment: SegmentFile, isLast: Bool, _ level: CheckLevel) -> Walk {
    var walk = Walk(segment: segment)
    // It was just created when the power went; the server removes it.
    if isLast && segment.isEmpty {
      walk.findings.append(
        Finding(
          rule: .chunksHeadHeaderEmpty, severity: .info, path: segment.path,
          message: "the last file is empty; a server removes it"))
      return walk
    }
    do {
      let file = try MappedFile(path: segment.path)
      file.willReadSequentially()
      walk.read(file, isLast: isLast, level)
      file.release(0..<file.size)
    } catch {
      walk.findings.append(Finding(error, severity: .fatal))
      walk.isDeleted = true
    }
    return walk
  }

  private mutating func take(_ walk: Walk) {
    result.files += 1
    result.bytes += walk.segment.size
    for (series, finding) in walk.wrongTimes {
      wrongTimes[series] = result.findings.count + finding
    }
    result.findings += walk.findings
    if walk.isDeleted { isCutOff = true }
    guard !isCutOff else { return }
    for chunk in walk.chunks {
      refs.place(chunk, file: walk.segment)
      // What blocks hold already is skipped; out of order chunks may overlap.
      if chunk.isOutOfOrder || chunk.maxTime < minValidTime { continue }
      if case .unknown = chunk.encoding { continue }
      if let end = ends[chunk.series], end >= chunk.minTime {
        addOverlap(chunk, behind: end, path: walk.segment.path)
        return
      }
      ends[chunk.series] = chunk.maxTime
      refs.add(chunk, path: walk.segment.path)
    }
  }

  /// Where a header names a wrong time, that is why.
  private mutating func addOverlap(_ chunk: HeadChunk, behind end: Int64, path: String) {
    isCutOff = true
    let overlap = Finding(
      rule: .chunksHeadChunkOverlap, severity: .warning, path: path, offset: chunk.offset,
      message: "a chunk of ref \(ref: chunk.series) begins before the one before it ends; a server "
        + "deletes all files of chunks_head and replays the log instead",
      expected: "more than \(time: end)", found: "\(time: chunk.minTime)")
    if let cause = wrongTimes[chunk.series] {
      result.findings[cause].consequences.append(overlap)
    } else {
      result.findings.append(overlap)
    }
  }
}

extension HeadChunkCheck.Walk {
  /// Reads all chunks of `file`.
  fileprivate mutating func read(_ file: MappedFile, isLast: Bool, _ level: CheckLevel) {
    var reader: HeadChunkFile
    do throws(DecodeError) {
      reader = try HeadChunkFile(file.bytes, holes: file.holes)
    } catch {
      refuse(file, isLast: isLast, error)
      return
    }
    var samples = SampleBatch()
    while let event = reader.next() {
      switch event {
      case .damage(let error):
        findings.append(Finding(.damaged(path: file.path, error), severity: .warning))
        isDeleted = true
      case .chunk(let chunk):
        chunks.append(chunk)
        if let error = chunk.oddity {
          findings.append(Finding(.damaged(path: file.path, error), severity: .warning))
        } else if level > .quick {
          decode(chunk, of: file, &samples)
        }
      }
    }
    if reader.unreadBytes > 0, let last = findings.indices.last {
      findings[last].lost =
        "\(count: reader.unreadBytes, of: "bytes") behind it cannot be read"
    }
  }

  /// The header is wrong. A last file that begins with four zeros, or has not even those, is removed
  /// (`repairLastChunkFile`); with any other a server does not start.
  private mutating func refuse(_ file: MappedFile, isLast: Bool, _ error: DecodeError) {
    let start = file.bytes.extracting(0..<min(4, file.size))
    isDeleted = true
    guard isLast, start.isZero || file.size < 4 else {
      findings.append(Finding(.damaged(path: file.path, error), severity: .fatal))
      return
    }
    findings.append(
      Finding(
        rule: .chunksHeadHeaderZeros, severity: .warning, path: file.path, offset: 0,
        message: "the last file has no header; a server removes it and replays the log instead"))
  }

  private mutating func decode(
    _ chunk: HeadChunk, of file: MappedFile, _ samples: inout SampleBatch
  ) {
    samples.removeAll()
    let data = file.bytes.extracting(chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
    do throws(DecodeError) {
      try samples.decode(data, chunk.encoding, at: chunk.dataOffset)
    } catch {
      addUnreadable(chunk, error, of: file, samples)
      return
    }
    guard let first = samples.times.first, let last = samples.times.last,
      first != chunk.minTime || last != chunk.maxTime
    else { return }
    wrongTimes[chunk.series] = findings.count
    findings.append(
      Finding(
        rule: .chunksHeadChunkTimes, severity: .warning, path: file.path,
        offset: chunk.offset, message: "the chunk's header does not name its first and last sample",
        expected: "\(first) to \(last)", found: "\(chunk.minTime) to \(chunk.maxTime)"))
  }

  /// A chunk whose checksum holds and whose samples do not decode. A server joins it by its header
  /// alone, and takes none of its samples from the log; those before the place can be read.
  private mutating func addUnreadable(
    _ chunk: HeadChunk, _ error: DecodeError, of file: MappedFile, _ samples: SampleBatch
  ) {
    // The bits that fill the last byte decode too, as samples behind the last one.
    let isWhole =
      samples.times.first == chunk.minTime && samples.times.contains(chunk.maxTime)
    let cause = Finding(.damaged(path: file.path, error), severity: .loss)
    findings.append(
      Finding(
        rule: .chunksHeadChunkSamples, severity: isWhole ? .warning : .loss, path: file.path,
        offset: error.offset,
        message:
          "a chunk claims \(count: chunk.sampleCount, of: "samples") of ref \(ref: chunk.series), and does not "
          + "decode here; the \(count: samples.count, "sample") before it can be read",
        expected: cause.expected, found: cause.found,
        lost: isWhole ? nil : "samples from \(time: chunk.minTime) to \(time: chunk.maxTime)"))
  }
}

extension HeadChunk {
  /// What is wrong with a chunk whose checksum holds. A server skips one whose encoding it does not
  /// know, and says nothing.
  fileprivate var oddity: DecodeError? {
    if case .unknown(let code) = encoding {
      return DecodeError(section: .headChunk, offset: offset, problem: .unknownCode(found: code))
    }
    guard minTime > maxTime else { return nil }
    return DecodeError(
      section: .headChunk, offset: offset,
      problem: .outOfRange(found: maxTime, allowed: minTime...Int64.max))
  }
}
