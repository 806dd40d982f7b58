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

  /// The first block that cannot be written, of those that are cut now, or of the whole head.
  var firstRefusal: Refusal? {
    guard !history.head.census.flawedSeries.isEmpty else { return nil }
    for cut in cuts.cuts {
      if let found = refusal(of: cut.times) { return found }
    }
    guard let newest = cuts.newest else { return nil }
    return refusal(of: TimeRange(minTime: walk.plan.minValidTime, maxTime: newest))
  }

  /// Why a block of the head with all samples in `times` cannot be written (tsdb/index/index.go, `AddSeries`,
  /// `writePostings`).
  private func refusal(of times: TimeRange) -> Refusal? {
    let table = history.history.series
    let flaws = history.head.census.flawedSeries
    var series = 0
    var doubled: Set<LabelPairTable.NameID> = []
    var first: [LabelPairTable.NameID: SeriesTable.SeriesID] = [:]
    func isIn(_ index: Int) -> Bool {
      let own = table.times[index]
      return !own.isEmpty && own.minTime <= times.maxTime && own.maxTime >= times.minTime
    }
    for (id, flaw) in flaws.sorted(by: { $0.key < $1.key }) where isIn(Int(id)) {
      switch flaw {
      case .order, .emptyName: continue
      case .missing, .emptyPair:
        // Such a series is in the list of all twice, or sorts before all that there can be.
        let text = flaw == .missing ? "{}" : goLabels(of: id)
        let more = options.version.namesLastSeries ? ", last label set \"\(text)\"" : ""
        return Refusal(
          series: id, flaw: flaw,
          cause: options.version.seriesError
            + "out-of-order series added with label set \"\(text)\"\(more)")
      case .duplicate:
        var known: Set<LabelPairTable.NameID> = []
        let pairs = table.pairs(of: id)
        for index in pairs.indices {
          let name = history.history.pairs.nameID(ofPair: pairs[index])
          if !known.insert(name).inserted {
            doubled.insert(name)
            if first[name] == nil { first[name] = id }
          }
        }
      }
    }
    guard !doubled.isEmpty else { return nil }
    var uses: [LabelPairTable.NameID: Int] = [:]
    for index in 0..<history.headSeries where isIn(index) {
      series += 1
      let pairs = table.pairs(of: SeriesTable.SeriesID(index))
      for place in pairs.indices {
        let name = history.history.pairs.nameID(ofPair: pairs[place])
        if doubled.contains(name) { uses[name, default: 0] += 1 }
      }
    }
    for (name, count) in uses.sorted(by: { $0.key < $1.key }) where count > series {
      guard let id = first[name] else { continue }
      let text = String(decoding: [UInt8](history.history.pairs.name(name)), as: UTF8.self)
      return Refusal(
        series: id, flaw: .duplicate,
        cause: options.version.noticesDoubledLabels
          ? "corruption detected when writing postings to index: label \"\(text)\" has \(count) uses, "
            + "but maxPostings is \(series)" : nil)
    }
    return nil
  }

  /// The labels of a series, for a sentence.
  func labels(of series: SeriesTable.SeriesID) -> Message { Message(labels: list(series)) }

  private func list(_ series: SeriesTable.SeriesID) -> [Label] {
    let pairs = history.history.series.pairs(of: series)
    return pairs.indices.map { history.history.pairs.label(ofPair: pairs[$0]) }
  }

  /// Labels as Go prints them within a quoted text.
  private func goLabels(of series: SeriesTable.SeriesID) -> String {
    let parts = list(series).map { label in
      let name = String(decoding: label.name, as: UTF8.self)
      let value = String(decoding: label.value, as: UTF8.self)
      let shown = name.isEmpty && options.version.quotesLabelNames ? "\\\"\\\"" : name
      return "\(shown)=\\\"\(value)\\\""
    }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}
