internal import TSDBFormat

/// Names of jobs with ids in them. Where targets say themselves whose job they are (`honor_labels`), as the
/// groups of a gateway do, or where a job is made for each branch, no job grows: there are ever more of them.
extension GrowthSearch {
  /// Births of new jobs, where there are as many as only a program names, one after the other: what people
  /// add to a configuration comes with its next reload, and is new as a whole.
  func jobNames() -> GrowthDraft? {
    guard growth.jobs.count >= ValueGrowth.Limit.many,
      let label = growth.history.pairs.nameID(of: Array("job".utf8))
    else { return nil }
    let search = ValueGrowth(
      jobLives(), since: growth.baseline.end, isReplaced: false, in: growth)
    guard let grown = search.find(), let first = grown.values.first, let last = grown.values.last,
      grown.values.count >= ValueGrowth.Limit.many,
      TimeRange(minTime: first.first, maxTime: last.first).duration > growth.scrapes(5)
    else { return nil }
    // One that is far larger than most is a job, and no group.
    let births = grown.values.map(\.births).sorted()
    let most = births[births.count / 2].multipliedReportingOverflow(by: 10).partialValue
    let values = grown.values.filter { $0.births <= most }
    let named = Set(values.map(\.pair))
    var members: [SeriesID] = []
    for job in growth.jobs where job.pair.map({ named.contains($0) }) ?? false {
      members += self.births(of: job)
    }
    return GrowthDraft(
      kind: .labelValues, label: label, members: members, values: [label: values.map(\.pair)],
      valuesBefore: grown.before, onset: grown.onset)
  }

  /// The jobs, each as a value of the label.
  private func jobLives() -> [ValueLife] {
    let times = growth.history.series.times
    return growth.jobs.compactMap { job in
      guard let pair = job.pair else { return nil }
      var last = job.start
      for place in job.series { last = max(last, times[Int(growth.byJob[place])].maxTime) }
      return ValueLife(
        pair: pair, first: job.start, last: last, births: job.births, isOld: !job.isNew,
        isReturned: job.isNew && growth.baseline.contains(job.start))
    }
  }
}
