internal import Synchronization
internal import TSDBFormat
public import TSDBStore

/// Reads checkpoint, WAL and WBL in the order of replay, in three stages: tasks unframe, check and
/// decompress slices of segments and decode their series; one task at a time interns their labels;
/// one consumer counts series and samples. The last two take the slices in their order, so the
/// result is the same for any number of tasks. The second stage is why this is no `LogPass`.
public struct HeadReader: Sendable {
  /// What was read, and what could not be.
  public struct Result: Sendable {
    /// The head, counted.
    public var census: HeadCensus
    /// Damage and files that could not be looked at, in the order met.
    public var problems: [FileError]
    /// Bytes that were stepped over because of damage.
    public var lostBytes: Int
  }

  /// The memory that a slice is read into, used again for other slices. It passes from stage to
  /// stage; only the one that has it touches it.
  private final class Buffer: @unchecked Sendable {
    var batch = RecordBatch()
    var plan = SeriesPlan()
    var labelled = LabelledSeries()

    /// First stage: records out of the segment, series out of the records.
    func decode(_ slice: SegmentSlice) {
      slice.read(into: &batch)
      plan.fill(from: batch)
    }
  }

  /// What a task comes back with: a slice that went through a stage.
  private enum Progress: Sendable {
    case decoded(Int, Buffer)
    case labelled(Int, Buffer)
  }

  /// Counts the head of `directory`, with `jobs` tasks at most; `progress` gets the bytes of each slice that
  /// was read.
  public static func read(
    _ directory: DataDirectory, jobs: Int, progress: @Sendable (Int) -> Void = { _ in }
  ) async -> Result {
    let order = ReplayOrder(directory)
    return await read(
      order.segments, isWhole: order.isWhole, minValidTime: directory.minValidTime, jobs: jobs,
      progress: progress)
  }

  /// Counts the head that `segments` hold, and whose blocks end at `minValidTime`; `isWhole` is false where
  /// there may be others that define its series.
  public static func read(
    _ segments: [LogSegment], isWhole: Bool = true, minValidTime: Int64, jobs: Int,
    progress report: @Sendable (Int) -> Void = { _ in }
  ) async -> Result {
    var result = Result(
      census: HeadCensus(minValidTime: minValidTime), problems: [], lostBytes: 0)
    let slices = SegmentSlice.all(of: segments, problems: &result.problems)
    var strays = Strays()
    let labels = LabelStage()
    await withTaskGroup(of: Progress.self) { group in
      var started = 0
      func decodeNext(into buffer: Buffer) {
        guard started < slices.count else { return }
        let index = started
        started += 1
        group.addTask {
          buffer.decode(slices[index])
          return .decoded(index, buffer)
        }
      }
      var decoded: [Int: Buffer] = [:]
      var turn = 0
      func labelNext() {
        guard let next = decoded.removeValue(forKey: turn) else { return }
        let index = turn
        turn += 1
        group.addTask {
          labels.intern(next.plan, next.batch, result: &next.labelled)
          return .labelled(index, next)
        }
      }
      for _ in 0..<max(jobs, 1) + 2 { decodeNext(into: Buffer()) }
      var isLabelling = false
      while let progress = await group.next() {
        switch progress {
        case .decoded(let index, let buffer):
          decoded[index] = buffer
          if !isLabelling {
            isLabelling = decoded[turn] != nil
            labelNext()
          }
        case .labelled(let index, let buffer):
          let isWhole = buffer.batch.rest == nil
          if isWhole {
            isLabelling = decoded[turn] != nil
            labelNext()
          }
          count(buffer, of: slices[index], into: &result)
          if !isWhole {
            // What was too much for one batch, before anybody else's labels are interned.
            var slice = slices[index]
            while let rest = slice.rest(behind: buffer.batch) {
              slice = rest
              buffer.decode(slice)
              labels.intern(buffer.plan, buffer.batch, result: &buffer.labelled)
              count(buffer, of: slice, into: &result)
            }
            isLabelling = decoded[turn] != nil
            labelNext()
          }
          decodeNext(into: buffer)
          strays.note(result.census, path: slices[index].file.path)
          report(slices[index].size)
        }
      }
    }
    result.census.history.pairs = labels.pairs
    // A WBL alone defines no series, and none of its samples can be told from a stray; nor can those of
    // series that what could not be read may define.
    let isRead = isWhole && !result.problems.contains(where: \.isUnread)
    if isRead, segments.contains(where: { $0.part != .wbl }) {
      result.problems += strays.problems(result.census)
    }
    return result
  }

  /// Where the first ref was met that has no series, or two.
  private struct Strays {
    var unknown: String?
    var reused: String?

    /// Remembers the file that was just counted if it is the first with a stray.
    mutating func note(_ census: HeadCensus, path: String) {
      if unknown == nil, census.firstUnknownSeries != nil { unknown = path }
      if reused == nil, census.firstRefReused != nil { reused = path }
    }

    /// One finding for all refs without a series, one for all with two.
    func problems(_ census: HeadCensus) -> [FileError] {
      var problems: [FileError] = []
      if let path = unknown, let first = census.firstUnknownSeries {
        problems.append(
          StrayRefs.problem(
            census.samplesOfUnknownSeries, first: first.ref, at: first.offset, path: path))
      }
      if let path = reused, let first = census.firstRefReused {
        let why =
          "\(census.refsReused) refs are given to a second series, the first is \(first.ref): "
          + "replay puts the samples of the one under the other"
        problems.append(
          .damaged(
            path: path,
            DecodeError(
              section: .seriesRecord, offset: first.offset, problem: .malformed(why: why))))
      }
      return problems
    }
  }

  private static func count(_ decoded: Buffer, of slice: SegmentSlice, into result: inout Result) {
    var damage = decoded.batch.damage
    damage += result.census.count(
      decoded.batch, decoded.plan, decoded.labelled, from: slice.part)
    if slice.part == .checkpoint {
      result.census.checkpointSeries = result.census.history.series.count
    }
    damage.sort { $0.error.offset < $1.error.offset }
    for item in damage {
      result.problems.append(.damaged(path: slice.file.path, item.error))
      result.lostBytes += item.lost.count
    }
  }
}

/// The label pairs, for the task that interns labels, which is one at a time.
private final class LabelStage: Sendable {
  private struct State {
    var pairs = LabelPairTable()
    var interner = LabelInterner()
  }

  private let state = Mutex(State())

  /// Interns the labels of a slice; the slices come in their order.
  func intern(_ plan: SeriesPlan, _ batch: RecordBatch, result: inout LabelledSeries) {
    state.withLock {
      $0.interner.intern(plan, batch, into: &$0.pairs, result: &result)
    }
  }

  /// All pairs so far.
  var pairs: LabelPairTable { state.withLock { $0.pairs } }
}
