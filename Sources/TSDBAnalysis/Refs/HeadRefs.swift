internal import TSDBFormat
internal import TSDBStore

/// Which labels the refs of a head stand for, as checkpoint and WAL define them.
struct HeadRefs: Sendable {
  private let list: HeadSeriesList
  /// By ref: the first series that it was given to.
  private var refs: RefTable
  /// Damage of the log, and files that could not be looked at.
  let problems: [FileError]

  /// Reads the series records of `directory`; series that no selector selects have no labels.
  static func read(
    _ directory: DataDirectory, selectors: [Selector], jobs: Int
  ) async -> HeadRefs {
    var problems: [FileError] = []
    let slices = SegmentSlice.all(of: ReplayOrder(directory).segments, problems: &problems)
    let list = await HeadSeriesList.read(slices, selectors: selectors, jobs: jobs)
    return HeadRefs(list, problems + list.problems)
  }

  private init(_ list: HeadSeriesList, _ problems: [FileError]) {
    var refs = RefTable()
    for index in 0..<list.bindings.count {
      let binding = list.bindings[index]
      if refs.entry(of: binding.ref) < 0 { refs.set(binding.ref, to: binding.series) }
    }
    self.list = list
    self.refs = refs
    self.problems = problems
  }

  /// The labels of a series; nil if none has this ref, or if it is not selected.
  mutating func labels(of ref: UInt64) -> [Label]? {
    let series = refs.entry(of: ref)
    guard series >= 0 else { return nil }
    let rank = list.ranks[series]
    return rank == HeadSeriesList.unwanted ? nil : list.labels(at: Int(rank))
  }
}
