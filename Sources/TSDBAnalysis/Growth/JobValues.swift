internal import TSDBFormat

/// The label values of the series of one job, counted: when each came and went, and with how many births.
/// Used for one job after another, because the tables are as large as all pairs.
struct JobValues {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  private struct Life {
    var first = Int64.max
    var last = Int64.min
    var births = 0
    var carriers = 0
    var isOld = false
  }

  /// A label of the job.
  struct LabelCount {
    /// Its values.
    var pairs: [PairID] = []
    /// How many of them were not there when the history, or the job, began.
    var new = 0
    /// Series that have it.
    var carriers = 0
  }

  private var lives: [Life]
  private var touched: [PairID] = []
  private(set) var labels: [NameID: LabelCount] = [:]
  private var settled = Int64.min
  private var isNewJob = false

  init(pairs: Int) { lives = [Life](repeating: Life(), count: pairs) }

  /// Counts the series of `job`, and forgets the one before.
  mutating func count(_ job: GrowthHistory.Job, of growth: GrowthHistory) {
    for pair in touched { lives[Int(pair)] = Life() }
    touched.removeAll(keepingCapacity: true)
    settled = growth.settled(job)
    isNewJob = job.isNew
    let series = growth.history.series
    let times = series.times
    for place in job.series {
      let id = growth.byJob[place]
      let range = times[Int(id)]
      let birth = growth.births[Int(id)]
      let isOld = birth == .old || (isNewJob && range.minTime <= settled)
      let pairs = series.pairs(of: id)
      for index in pairs.indices {
        let pair = Int(pairs[index])
        if lives[pair].carriers == 0 { touched.append(pairs[index]) }
        lives[pair].carriers &+= 1
        if birth != .old { lives[pair].births &+= 1 }
        if isOld { lives[pair].isOld = true }
        if range.minTime < lives[pair].first { lives[pair].first = range.minTime }
        if range.maxTime > lives[pair].last { lives[pair].last = range.maxTime }
      }
    }
    labels = [:]
    for pair in touched {
      let life = lives[Int(pair)]
      let name = growth.history.pairs.nameID(ofPair: pair)
      labels[name, default: LabelCount()].pairs.append(pair)
      labels[name, default: LabelCount()].carriers += life.carriers
      if !life.isOld { labels[name, default: LabelCount()].new += 1 }
    }
  }

  /// True where no series had the pair when the history, or the job, began.
  func isNew(_ pair: PairID) -> Bool { !lives[Int(pair)].isOld }

  /// First sample of a pair.
  func first(_ pair: PairID) -> Int64 { lives[Int(pair)].first }
  /// Last sample of a pair.
  func last(_ pair: PairID) -> Int64 { lives[Int(pair)].last }

  /// The lives of the values of a label.
  func values(of label: NameID, in growth: GrowthHistory) -> [ValueLife] {
    (labels[label]?.pairs ?? []).map { pair in
      let life = lives[Int(pair)]
      return ValueLife(
        pair: pair, first: life.first, last: life.last, births: life.births, isOld: life.isOld,
        isReturned: !life.isOld && !isNewJob && growth.baseline.contains(life.first))
    }
  }
}
