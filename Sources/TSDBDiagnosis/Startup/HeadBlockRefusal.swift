internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat

/// What keeps a server from writing its head into blocks, for ever: the log is cut no more then.
extension StartupOutlook {
  /// What keeps a block from being written: the error, and because of which series.
  struct Refusal {
    let series: SeriesTable.SeriesID
    let flaw: LabelFlaw
    /// What is logged; nil for a release that never comes to that.
    let cause: String?
  }

  /// What keeps the head from becoming blocks.
  var compactions: [Later] {
    guard let refusal = firstRefusal else { return [] }
    let when: Message =
      cuts.cuts.isEmpty
      ? "as soon as the head reaches over more than three hours" : "within a minute or two"
    let why: Message =
      switch refusal.flaw {
      case .duplicate: "has a label name more than once"
      case .emptyPair: "has a label without name and value"
      default: "has no labels"
      }
    let how: Message =
      refusal.cause == nil
      ? ", the first block out of the head is begun and never ends, which takes a processor: the series "
      : ", and at every later try, no block can be written out of the head: the series "
    return [
      Later(
        .headCompaction,
        when + how + "\(labels(of: refusal.series)) " + why
          + "; the log is cut no more, and grows until disk or memory end",
        message: refusal.cause.map { "compaction failed: " + $0 })
    ]
  }

  /// The labels of a series, for a sentence.
  func labels(of series: SeriesTable.SeriesID) -> Message {
    Message(labels: history.history.labels(of: series))
  }
}

/// The first block of a head that cannot be written (tsdb/index/index.go, `AddSeries`, `writePostings`).
///
/// There may be as many blocks as series: a block is looked at as a whole only where something keeps it from being
/// written, which one pass over the series finds.
struct HeadBlockRefusal {
  private let history: DirectoryHistory
  private let version: ServerBehaviour
  /// The times of the blocks that are cut now, in order, none of which meets another.
  private let cuts: [TimeRange]
  /// The times of the whole head; nil where it is empty.
  private let head: TimeRange?
  /// The names that stand twice in a series.
  private let doubled: Set<LabelPairTable.NameID>

  init(_ history: DirectoryHistory, _ cuts: HeadCuts, from begin: Int64, _ version: ServerBehaviour)
  {
    self.history = history
    self.version = version
    self.cuts = cuts.cuts.map { cut in
      let end = TimeRange(minTime: cut.times.minTime, end: cut.end).maxTime
      return TimeRange(minTime: cut.times.minTime, maxTime: min(cut.times.maxTime, end))
    }
    head = cuts.newest.map { TimeRange(minTime: begin, maxTime: $0) }
    var doubled: Set<LabelPairTable.NameID> = []
    for (id, flaw) in history.head.census.flawedSeries where flaw == .duplicate {
      doubled.formUnion(history.history.repeatedNames(of: id))
    }
    self.doubled = doubled
  }

  /// The first block that cannot be written, of those that are cut now, or of the whole head.
  var first: StartupOutlook.Refusal? {
    guard !history.head.census.flawedSeries.isEmpty else { return nil }
    let stopping = firstStopping
    let crowded = firstCrowded(before: stopping)
    if let cut = crowded ?? (stopping < cuts.count ? stopping : nil) {
      return refusal(of: cuts[cut])
    }
    return head.flatMap(refusal)
  }

  /// The first cut with a series that cannot be added to a block; the number of all where there is none.
  private var firstStopping: Int {
    history.head.census.flawedSeries.reduce(cuts.count) { first, flawed in
      guard flawed.value.stopsBlock else { return first }
      let places = places(of: history.history.series.times[Int(flawed.key)])
      return places.isEmpty ? first : min(first, places.lowerBound)
    }
  }

  /// The first cut with a name that stands there more often than there are series; nil where none is before `end`.
  private func firstCrowded(before end: Int) -> Int? {
    guard !doubled.isEmpty, end > 0 else { return nil }
    let table = history.history.series
    // How many series more, or fewer, than the cut before each has.
    var steps = [Int](repeating: 0, count: cuts.count + 1)
    var begins: [Int: [SeriesTable.SeriesID]] = [:]
    var ends: [Int: [SeriesTable.SeriesID]] = [:]
    for index in 0..<history.headSeries {
      let places = places(of: table.times[index])
      guard !places.isEmpty, places.lowerBound < end else { continue }
      steps[places.lowerBound] += 1
      steps[places.upperBound] -= 1
      let id = SeriesTable.SeriesID(index)
      if history.history.names(of: id).contains(where: doubled.contains) {
        begins[places.lowerBound, default: []].append(id)
        ends[places.upperBound, default: []].append(id)
      }
    }
    var uses = NameUses()
    var series = 0
    for cut in 0..<end {
      series += steps[cut]
      for id in begins[cut] ?? [] {
        for name in history.history.names(of: id) where doubled.contains(name) { uses.add(name) }
      }
      for id in ends[cut] ?? [] {
        for name in history.history.names(of: id) where doubled.contains(name) { uses.remove(name) }
      }
      if uses.most > series { return cut }
    }
    return nil
  }

  /// The cuts that a series with samples in `times` is in.
  private func places(of times: TimeRange) -> Range<Int> {
    guard !times.isEmpty else { return 0..<0 }
    let first = firstCut { $0.maxTime >= times.minTime }
    return first..<max(first, firstCut { $0.minTime > times.maxTime })
  }

  /// The first cut that `isBehind`, as are all that follow on it.
  private func firstCut(where isBehind: (TimeRange) -> Bool) -> Int {
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(cuts[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Why a block of the head with all samples in `times` cannot be written.
  private func refusal(of times: TimeRange) -> StartupOutlook.Refusal? {
    let table = history.history.series
    func isIn(_ index: Int) -> Bool {
      let own = table.times[index]
      return !own.isEmpty && own.minTime <= times.maxTime && own.maxTime >= times.minTime
    }
    let stopping = history.head.census.flawedSeries.filter {
      $0.value.stopsBlock && isIn(Int($0.key))
    }
    if let (id, flaw) = stopping.min(by: { $0.key < $1.key }) {
      // Such a series is in the list of all twice, or sorts before all that there can be.
      let text = flaw == .missing ? "{}" : goLabels(of: id)
      let more = version.namesLastSeries ? ", last label set \"\(text)\"" : ""
      return .init(
        series: id, flaw: flaw,
        cause: version.seriesError
          + "out-of-order series added with label set \"\(text)\"\(more)")
    }
    guard !doubled.isEmpty else { return nil }
    var series = 0
    var uses: [LabelPairTable.NameID: Int] = [:]
    var first: [LabelPairTable.NameID: SeriesTable.SeriesID] = [:]
    for index in 0..<history.headSeries where isIn(index) {
      series += 1
      let id = SeriesTable.SeriesID(index)
      let names = history.history.names(of: id).filter(doubled.contains)
      guard !names.isEmpty else { continue }
      for name in names { uses[name, default: 0] += 1 }
      for name in history.history.repeatedNames(of: id) where first[name] == nil {
        first[name] = id
      }
    }
    let crowded = uses.filter { $0.value > series }.min { $0.key < $1.key }
    guard let (name, count) = crowded, let id = first[name] else { return nil }
    let text = String(decoding: [UInt8](history.history.pairs.name(name)), as: UTF8.self)
    return .init(
      series: id, flaw: .duplicate,
      cause: version.noticesDoubledLabels
        ? "corruption detected when writing postings to index: label \"\(text)\" has \(count) uses, "
          + "but maxPostings is \(series)" : nil)
  }

  /// Labels as Go prints them within a quoted text.
  private func goLabels(of series: SeriesTable.SeriesID) -> String {
    let parts = history.history.labels(of: series).map { label in
      let name = String(decoding: label.name, as: UTF8.self)
      let value = String(decoding: label.value, as: UTF8.self)
      let shown = name.isEmpty && version.quotesLabelNames ? "\\\"\\\"" : name
      return "\(shown)=\\\"\(value)\\\""
    }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}

/// How often names stand in some series, as these come and go.
private struct NameUses {
  /// How often the one that stands most often does.
  private(set) var most = 0
  private var counts: [LabelPairTable.NameID: Int] = [:]
  /// How many names there are of each count.
  private var names: [Int: Int] = [:]

  mutating func add(_ name: LabelPairTable.NameID) {
    let count = counts[name, default: 0]
    counts[name] = count + 1
    names[count, default: 0] -= 1
    names[count + 1, default: 0] += 1
    most = max(most, count + 1)
  }

  mutating func remove(_ name: LabelPairTable.NameID) {
    guard let count = counts[name], count > 0 else { return }
    counts[name] = count - 1
    names[count, default: 0] -= 1
    names[count - 1, default: 0] += 1
    // Whoever stood most often stands one time less often now.
    if count == most, names[count, default: 0] <= 0 { most = count - 1 }
  }
}

extension LabelFlaw {
  /// True for a series that cannot be added to a block, whatever else is in it.
  fileprivate var stopsBlock: Bool {
    switch self {
    case .missing, .emptyPair: true
    case .duplicate, .order, .emptyName: false
    }
  }
}

extension SeriesHistory {
  fileprivate func labels(of series: SeriesTable.SeriesID) -> [Label] {
    let own = self.series.pairs(of: series)
    return own.indices.map { pairs.label(ofPair: own[$0]) }
  }

  /// The names of its labels, in their order.
  fileprivate func names(of series: SeriesTable.SeriesID) -> [LabelPairTable.NameID] {
    let own = self.series.pairs(of: series)
    return own.indices.map { pairs.nameID(ofPair: own[$0]) }
  }

  /// Those of them that stand there more than once.
  fileprivate func repeatedNames(of series: SeriesTable.SeriesID) -> Set<LabelPairTable.NameID> {
    var known: Set<LabelPairTable.NameID> = []
    return Set(names(of: series).filter { !known.insert($0).inserted })
  }
}
