internal import TSDBFormat
internal import TSDBStore

/// The series that a log defines, in label order: the first of two passes over checkpoint and WAL.
///
/// The second pass puts samples under these series; it needs to know in advance how many there are
/// and where each stands among them. Memory grows with distinct strings and series records.
struct HeadSeriesList: Sendable {
  /// One entry of a series record.
  struct Binding: Sendable, BitwiseCopyable {
    /// The ref it gives to the series.
    let ref: UInt64
    /// The series, by its label set.
    let series: SeriesTable.SeriesID
  }

  /// The label sets.
  private(set) var history = SeriesHistory()
  /// All entries of all series records, in the order of the log.
  private(set) var bindings = LargeArray<Binding>()
  /// By series record, in the order of the log: how many entries it has.
  private(set) var recordSizes = LargeArray<UInt32>()
  /// By series: its place in label order among those that are wanted, or `unwanted`.
  private(set) var ranks = LargeArray<UInt32>()
  /// The wanted series, in label order.
  private(set) var order = LargeArray<SeriesTable.SeriesID>()
  /// Plain bytes of all records with samples: no sample takes fewer than ten.
  private(set) var sampleBytes = 0
  /// Damage, and files that could not be looked at, in the order met.
  private(set) var problems: [FileError] = []

  /// The rank of series that were not asked for.
  static let unwanted = UInt32.max

  /// Reads the series of `slices`, and keeps those that `selectors` select and `excluded` do not.
  static func read(
    _ slices: [SegmentSlice], selectors: [Selector], excluded: [Selector] = [], jobs: Int
  ) async -> HeadSeriesList {
    var list = HeadSeriesList()
    var interner = LabelInterner()
    await LogPass.run(slices, jobs: jobs, make: SeriesBuffer.init) { buffer, slice in
      list.add(buffer, of: slice, &interner)
    }
    list.sort(selectors, excluded)
    return list
  }

  private mutating func add(
    _ buffer: SeriesBuffer, of slice: SegmentSlice, _ interner: inout LabelInterner
  ) {
    interner.intern(
      buffer.plan, buffer.batch, into: &history.pairs, result: &buffer.labelled)
    if slice.part == .snapshot { addSnapshot(buffer.batch) }
    var firstPair = 0
    for record in buffer.plan.records {
      var added = bindings
      bindings = LargeArray()
      history.series.intern(record, of: buffer.plan, buffer.labelled, from: &firstPair) {
        added.append(Binding(ref: $0, series: $1))
      }
      bindings = added
      recordSizes.append(UInt32(record.series.count))
    }
    sampleBytes += buffer.sampleBytes
    let path = slice.file.path
    var damage = buffer.batch.damage.map(\.error) + buffer.plan.records.compactMap(\.error)
    damage.sort { $0.offset < $1.offset }
    problems += damage.map { .damaged(path: path, $0) }
  }

  /// Adds the series of a snapshot, which has one in each record.
  private mutating func addSnapshot(_ batch: RecordBatch) {
    var pairs: [LabelPairTable.PairID] = []
    for entry in batch.entries {
      guard case .series(let series) = batch.snapshotRecord(entry) else { continue }
      pairs.removeAll(keepingCapacity: true)
      for label in series.labels {
        let name = history.pairs.intern(name: label.name.rawBytes)
        pairs.append(history.pairs.intern(name: name, value: label.value.rawBytes))
      }
      bindings.append(
        Binding(ref: series.ref, series: history.series.intern(pairs.span)))
      recordSizes.append(1)
    }
  }

  private mutating func sort(_ selectors: [Selector], _ excluded: [Selector]) {
    var filter = HistoryFilter(selectors, history)
    var unwanted = HistoryFilter(excluded, history)
    var wanted: [SeriesTable.SeriesID] = []
    for series in 0..<SeriesTable.SeriesID(history.series.count) where filter.selects(series) {
      // A filter without selectors selects everything.
      if excluded.isEmpty || !unwanted.selects(series) { wanted.append(series) }
    }
    let pairRanks = PairOrder.ranks(of: history.pairs)
    wanted.sort { left, right in
      Self.isOrdered(history.series.pairs(of: left), before: history.series.pairs(of: right)) {
        pairRanks[Int($0)]
      }
    }
    ranks = LargeArray(repeating: Self.unwanted, count: history.series.count)
    for (rank, series) in wanted.enumerated() {
      ranks[Int(series)] = UInt32(rank)
      order.append(series)
    }
  }

  /// Label by label, as Prometheus orders series (model/labels, `Compare`); of two where one begins
  /// with all labels of the other, the shorter is first.
  private static func isOrdered(
    _ left: Span<LabelPairTable.PairID>, before right: Span<LabelPairTable.PairID>,
    rank: (LabelPairTable.PairID) -> UInt32
  ) -> Bool {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return rank(left[index]) < rank(right[index])
    }
    return left.count < right.count
  }

  /// The labels of the series at `rank`.
  func labels(at rank: Int) -> [Label] {
    var known: [(pair: LabelPairTable.PairID, label: Label)] = []
    return labels(at: rank, &known)
  }

  /// The labels of the series at `rank`. Neighbours share most of theirs: `known` holds those of the
  /// last one, by place, so that they are not copied again.
  func labels(at rank: Int, _ known: inout [(pair: LabelPairTable.PairID, label: Label)]) -> [Label]
  {
    let pairs = history.series.pairs(of: order[rank])
    var labels: [Label] = []
    labels.reserveCapacity(pairs.count)
    for place in pairs.indices {
      let pair = pairs[place]
      if place >= known.count {
        known.append((pair, history.pairs.label(ofPair: pair)))
      } else if known[place].pair != pair {
        known[place] = (pair, history.pairs.label(ofPair: pair))
      }
      labels.append(known[place].label)
    }
    return labels
  }
}

/// A slice's series records, decoded and hashed, and how large the others are.
private final class SeriesBuffer: LogPass.Buffer, @unchecked Sendable {
  var batch = RecordBatch()
  var plan = SeriesPlan()
  var labelled = LabelledSeries()
  var sampleBytes = 0

  func decode(_ slice: SegmentSlice) {
    slice.read(into: &batch)
    // The WBL defines no series: a server does not look for any there. Those of a snapshot are written
    // in another way.
    let hasPlan = slice.part != .wbl && slice.part != .snapshot
    plan.fill(from: hasPlan ? batch : RecordBatch())
    sampleBytes = batch.entries.reduce(0) { $0 &+ $1.byteCount }
  }
}

/// Where each label pair stands among all, by name and then by value, bytewise.
enum PairOrder {
  private struct Key {
    let name: UInt32
    /// The first eight bytes of the value, which decide nearly always.
    let prefix: UInt64
    let pair: LabelPairTable.PairID
  }

  /// By pair: its place in the order.
  static func ranks(of pairs: LabelPairTable) -> [UInt32] {
    let names = (0..<LabelPairTable.NameID(pairs.nameCount)).sorted {
      [UInt8](pairs.name($0)).lexicographicallyPrecedes([UInt8](pairs.name($1)))
    }
    var nameRanks = [UInt32](repeating: 0, count: names.count)
    for (rank, name) in names.enumerated() { nameRanks[Int(name)] = UInt32(rank) }
    var keys = (0..<LabelPairTable.PairID(pairs.count)).map { pair in
      Key(
        name: nameRanks[Int(pairs.nameID(ofPair: pair))],
        prefix: pairs.value(ofPair: pair).prefix64, pair: pair)
    }
    keys.sort { left, right in
      if left.name != right.name { return left.name < right.name }
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return pairs.value(ofPair: left.pair).isOrdered(before: pairs.value(ofPair: right.pair))
    }
    var ranks = [UInt32](repeating: 0, count: keys.count)
    for (rank, key) in keys.enumerated() { ranks[Int(key.pair)] = UInt32(rank) }
    return ranks
  }
}

extension RawSpan {
  /// The first eight bytes as a number that orders as they do; shorter ones are filled up with zeros.
  fileprivate var prefix64: UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<min(8, byteCount) {
      prefix |= UInt64(byte(at: index)) &<< UInt64(56 &- index &* 8)
    }
    return prefix
  }

  /// True if these bytes come before `other`, bytewise.
  fileprivate func isOrdered(before other: RawSpan) -> Bool {
    for index in 0..<min(byteCount, other.byteCount) {
      let mine = byte(at: index)
      let theirs = other.byte(at: index)
      if mine != theirs { return mine < theirs }
    }
    return byteCount < other.byteCount
  }
}
