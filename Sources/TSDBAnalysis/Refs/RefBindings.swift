internal import TSDBFormat

/// Which series a ref stands for while a log is replayed, as a server decides it (Prometheus:
/// tsdb/head_wal.go, `loadWAL`; tsdb/head.go, `getOrCreateWithOptionalID`).
///
/// A server knows series by label set and by ref. A second record of a label set makes its ref an
/// alias of the first one's, and aliases are looked up first. A record of a new label set takes its ref
/// for itself: a series that had the ref cannot be reached any more.
///
/// This is the rule. Those that ask something else differ on purpose, and never say what a server serves:
/// - `HeadCensus` and `TraceSearch` count what was written: the last record of a ref wins, no alias is followed.
/// - `HeadRefs` names chunks of `chunks_head`, which were there before the log is read: the first record wins.
/// - The check (`HeadRefs` of TSDBCheck) knows label sets by their hashes alone, for a third of the memory, and
///   counts what each further record takes away.
/// - `DroppedRefs` and `RefSelection` know two kinds of series, wanted ones and others: a ref that stood for both
///   is followed from record to record.
/// - `LogPass` of TSDBRepair and `RefSet` know whether a ref is defined, `SeriesDefinitions` by what first.
struct RefBindings {
  /// What a series record does besides binding its ref.
  struct Effect: Equatable {
    /// The series that lost its ref, and all that it held.
    var shadowed: SeriesTable.SeriesID?
  }

  /// What each ref leads to in the end, aliases followed.
  private var resolved = RefTable()
  /// Refs that stand for another ref.
  private var aliases: [UInt64: UInt64] = [:]
  /// The aliases of a ref.
  private var aliasesOf: [UInt64: [UInt64]] = [:]
  /// Series by their own ref, where that ref is an alias besides and leads somewhere else.
  private var hidden: [UInt64: SeriesTable.SeriesID] = [:]
  /// The highest ref that a series record had: from it a server counts on for new series (Prometheus:
  /// tsdb/head_wal.go, `loadWAL`).
  private(set) var highest: UInt64 = 0
  /// By series: its own ref.
  private var owners: LargeArray<UInt64>
  /// By series: true where a server would find it by its label set.
  private var isKnown: LargeArray<Bool>

  /// No ref stands for any of `count` series.
  init(seriesCount count: Int) {
    owners = LargeArray(repeating: 0, count: count)
    isKnown = LargeArray(repeating: false, count: count)
  }

  /// The series that samples of `ref` belong to; -1 where there is none.
  @inline(__always)
  mutating func series(of ref: UInt64) -> Int { resolved.entry(of: ref) }

  /// Takes in that a series record gives `ref` to `series`.
  mutating func bind(_ ref: UInt64, to series: SeriesTable.SeriesID) -> Effect {
    highest = max(highest, ref)
    guard isKnown[Int(series)] else { return create(ref, series) }
    let own = owners[Int(series)]
    if ref != own { setAlias(ref, of: own) }
    return Effect()
  }

  private mutating func create(_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Effect {
    isKnown[Int(series)] = true
    owners[Int(series)] = ref
    let before = holder(of: ref)
    hold(ref, by: series)
    return Effect(shadowed: before == series ? nil : before)
  }

  /// Takes in that the series of `ref` was deleted as a whole; gives it, if there is one.
  mutating func delete(_ ref: UInt64) -> SeriesTable.SeriesID? {
    let own = aliases[ref] ?? ref
    guard let series = holder(of: own) else { return nil }
    isKnown[Int(series)] = false
    hold(own, by: nil)
    return series
  }

  private mutating func setAlias(_ ref: UInt64, of own: UInt64) {
    if let before = aliases[ref] {
      guard before != own else { return }
      aliasesOf[before]?.removeAll { $0 == ref }
    } else if let series = holder(of: ref) {
      hidden[ref] = series
    }
    aliases[ref] = own
    aliasesOf[own, default: []].append(ref)
    lead(ref, to: holder(of: own))
  }

  /// The series whose own ref this is, as a query finds it: by the ref that the lists of labels hold.
  mutating func holder(of ref: UInt64) -> SeriesTable.SeriesID? {
    if aliases[ref] != nil { return hidden[ref] }
    let series = resolved.entry(of: ref)
    return series < 0 ? nil : SeriesTable.SeriesID(series)
  }

  private mutating func hold(_ ref: UInt64, by series: SeriesTable.SeriesID?) {
    if aliases[ref] != nil { hidden[ref] = series } else { lead(ref, to: series) }
    for alias in aliasesOf[ref] ?? [] { lead(alias, to: series) }
  }

  private mutating func lead(_ ref: UInt64, to series: SeriesTable.SeriesID?) {
    if let series { resolved.set(ref, to: series) } else { resolved.remove(ref) }
  }
}
