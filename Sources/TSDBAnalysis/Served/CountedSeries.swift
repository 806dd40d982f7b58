internal import Synchronization
internal import TSDBFormat
public import TSDBStore

/// What was counted of the plain series of a log, for whoever counts what is left of that log behind a step that left
/// something out of it: where what is left is all of its records, or those that a server reads before damage, nothing
/// is read again.
///
/// Who writes a segment says of which it has the records (`note`).
public final class CountedSeries: Sendable {
  /// A segment by what it is, and up to where its records count.
  private struct Segment: Equatable {
    let file: FileIdentity
    let part: LogPart
    let start: Int
    var limit: Int
  }

  /// A log, and what lies beside it.
  private struct Log {
    var segments: [Segment] = []
    var files: Set<FileIdentity> = []
    /// True where samples of refs that no record defines are left out.
    var lacksStrays = false
    let minValidTime: Int64
    let generation: RecordType.Generation
    let knowsZstd: Bool
  }

  private struct State {
    var everything: Log?
    var served: Log?
    var table: PlainTable?
    /// By file: whose records it has.
    var origins: [FileIdentity: Origin] = [:]
  }

  /// What a segment was made of.
  private struct Origin {
    /// Whose records it has.
    let file: FileIdentity
    /// The offset before which they begin there.
    let limit: Int
    /// True where entries are left out of refs that no record of the log defines before them.
    var lacksStrays = false
  }

  private let state = Mutex(State())

  /// Nothing.
  public init() {}

  /// Takes note that the segment `new` has the records of the segment `old` that begin before `limit`, in their
  /// order, and no others. Without strays, entries are left out of all of the log whose refs no record before them
  /// defines.
  public func note(
    _ new: FileIdentity, has limit: Int = .max, of old: FileIdentity, lacksStrays: Bool = false
  ) {
    state.withLock { state in
      guard var origin = state.origins[old] else {
        state.origins[new] = Origin(file: old, limit: limit, lacksStrays: lacksStrays)
        return
      }
      // Where a record lies in the one is not where it lies in the other.
      guard limit == .max else { return }
      origin.lacksStrays = origin.lacksStrays || lacksStrays
      state.origins[new] = origin
    }
  }

  /// Keeps what was counted of the first log; what comes later is compared with that.
  func keep(_ table: PlainTable, _ everything: ReplayPlan, _ served: ReplayPlan) {
    guard table.end != nil else { return }
    state.withLock { state in
      guard state.table == nil, let all = Self.log(everything, state.origins),
        let some = Self.log(served, state.origins)
      else { return }
      (state.everything, state.served, state.table) = (all, some, table)
    }
  }

  /// The plain series of a log of which all is served, or only what was; nil where they have to be counted.
  func series(_ everything: ReplayPlan, _ served: ReplayPlan) -> PlainSeries? {
    state.withLock { state in
      guard let table = state.table, let (part, lacksStrays) = Self.part(of: everything, in: state),
        let own = Self.part(of: served, in: state), own == (part, lacksStrays),
        part == .served || !table.passesOver
      else { return nil }
      return PlainSeries(table, part, lacksStrays: lacksStrays)
    }
  }

  /// What is left of `before` in `after`; nil where that has to be counted.
  func loss(from before: ReplayPlan, to after: ReplayPlan) -> SettledSeries? {
    state.withLock { state in
      guard let table = state.table, Self.part(of: before, in: state)?.part == .whole,
        let part = Self.part(of: after, in: state)?.part
      else { return nil }
      return SettledSeries(table, part)
    }
  }

  /// Which part of the log that was counted `plan` reads; nil where that is none.
  private static func part(
    of plan: ReplayPlan, in state: State
  ) -> (part: PlainTable.Part, lacksStrays: Bool)? {
    guard let log = log(plan, state.origins), let all = state.everything, let some = state.served,
      let end = state.table?.end, log.minValidTime == all.minValidTime,
      some.minValidTime == all.minValidTime, log.files.isSubset(of: all.files),
      log.generation == all.generation || log.generation == some.generation,
      log.knowsZstd == all.knowsZstd || log.knowsZstd == some.knowsZstd
    else { return nil }
    if log.segments == all.segments { return (.whole, log.lacksStrays) }
    // Late samples are counted elsewhere, and read again.
    let own = log.segments.filter { $0.part != .wbl }
    let read = some.segments.filter { $0.part != .wbl }
    guard own.count == read.count, own.dropLast() == read.dropLast(), var last = own.last,
      let stop = read.last
    else { return nil }
    // Whoever stops between the same two records has read the same.
    if stop.limit < .max, last.limit > end.last, last.limit <= end.next { last.limit = stop.limit }
    return last == stop ? (.served, log.lacksStrays) : nil
  }

  private static func log(
    _ plan: ReplayPlan, _ origins: [FileIdentity: Origin]
  ) -> Log? {
    var log = Log(
      minValidTime: plan.minValidTime, generation: plan.generation, knowsZstd: plan.knowsZstd)
    for segment in plan.segments {
      guard let file = FileIdentity(of: segment.path) else { return nil }
      var found = Segment(
        file: file, part: segment.part, start: segment.start, limit: segment.limit)
      if let origin = origins[file] {
        guard segment.start == 0, segment.limit == .max else { return nil }
        found = Segment(file: origin.file, part: segment.part, start: 0, limit: origin.limit)
        log.lacksStrays = log.lacksStrays || origin.lacksStrays
      }
      log.segments.append(found)
    }
    let others =
      plan.headChunks.map(\.path)
      + plan.blocks.flatMap { [$0.index?.path].compactMap(\.self) + $0.chunks.map(\.path) }
    for path in others {
      guard let file = FileIdentity(of: path) else { return nil }
      log.files.insert(file)
    }
    return log
  }
}
