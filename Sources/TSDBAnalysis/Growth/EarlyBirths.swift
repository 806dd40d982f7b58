internal import TSDBFormat

/// What was born while targets showed up again. When a history begins, a first sample tells nothing for a few
/// scrapes; but of a value that a target did not have at its own first scrape it tells that it was born. Where
/// growth was there from the beginning, these are its births as well.
extension GrowthSearch {
  mutating func takeEarly() {
    for index in drafts.indices where drafts[index].onset == nil {
      guard let label = drafts[index].label,
        drafts[index].kind == .labelValues || drafts[index].kind == .metricNames
      else { continue }
      var isMember = [Bool](repeating: false, count: growth.history.series.count)
      for series in drafts[index].members { isMember[Int(series)] = true }
      var early: [SeriesID] = []
      for job in growth.jobs where job.series.contains(where: { isMember[Int(growth.byJob[$0])] }) {
        early += self.early(of: job, label)
      }
      guard !early.isEmpty else { continue }
      var found = Set<PairID>()
      var values: [PairID] = []
      var finder = LabelFinder(label)
      for series in early {
        isTaken[Int(series)] = true
        growth.takeAsBorn(series)
        if let pair = finder.pair(of: series, in: growth.history), found.insert(pair).inserted {
          values.append(pair)
        }
      }
      let known = drafts[index].values[label] ?? []
      drafts[index].members += early
      drafts[index].values[label] = values + known.filter { !found.contains($0) }
    }
  }

  /// Series of the job with a value that their target did not have at first, in the order they came.
  private func early(of job: GrowthHistory.Job, _ label: NameID) -> [SeriesID] {
    let history = growth.history
    let times = history.series.times
    var instances = LabelFinder("instance", in: history)
    var labels = LabelFinder(label)
    // Of a target its first scrape, of a value its first sample.
    var scrapes: [PairID: Int64] = [:]
    var values: [PairID: Int64] = [:]
    for place in job.series {
      let series = growth.byJob[place]
      let first = times[Int(series)].minTime
      let instance = instances?.pair(of: series, in: history) ?? GrowthHistory.noPair
      scrapes[instance] = min(scrapes[instance] ?? first, first)
      if let value = labels.pair(of: series, in: history) {
        values[value] = min(values[value] ?? first, first)
      }
    }
    // A target's series all come with its scrape; the next one is a whole interval later. What has no target
    // is of several senders, whose times lie an interval apart at most.
    let (scraped, sent) = (growth.interval / 2, growth.scrapes(3) / 2)
    return growth.byJob[job.series].filter { series in
      guard growth.births[Int(series)] == .old, series >= growth.uncertainSeries,
        !isTaken[Int(series)], let value = labels.pair(of: series, in: history),
        let birth = values[value]
      else { return false }
      let instance = instances?.pair(of: series, in: history)
      guard let scrape = scrapes[instance ?? GrowthHistory.noPair] else { return false }
      return Timestamp(birth) - Timestamp(scrape) > (instance == nil ? sent : scraped)
    }.sorted { (times[Int($0)].minTime, $0) < (times[Int($1)].minTime, $1) }
  }
}
