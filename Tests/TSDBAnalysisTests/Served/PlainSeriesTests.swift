import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// Series that are counted in one reading of the log, against the comparison of all samples: the same answers.
@Suite struct PlainSeriesTests {
  private typealias Log = LogDirectory

  private func plan(_ path: String) throws -> ReplayPlan {
    let directory = try DataDirectory(path: path)
    var plan = ReplayPlan()
    plan.segments = ReplayOrder(directory).segments
    plan.blocks = directory.blocks
    plan.headChunks = directory.headChunks
    plan.minValidTime = directory.minValidTime
    return plan
  }

  /// What a server serves that stops at a place of the segment `number`, or reads all.
  private func served(_ everything: ReplayPlan, number: Int?, share: Int) throws -> ReplayPlan {
    var plan = everything
    guard let number else { return plan }
    let size = try readFile(plan.segments[number].path).count
    plan.segments.removeSubrange((number + 1)...)
    plan.segments[number].limit = size / 4 * share
    return plan
  }

  private func expectSame(_ everything: ReplayPlan, _ served: ReplayPlan, _ what: String)
    async throws -> Int
  {
    var everything = everything
    everything.keepsAll = true
    let exact = try await ReplayComparison(
      everything: everything, served: served, jobs: 2, plain: nil)
    let plain = await PlainSeries.count(everything: everything, served: served, jobs: 2)
    let found = try await ReplayComparison(
      everything: everything, served: served, jobs: 2, plain: plain)
    #expect(found.served == exact.served, "\(what)")
    #expect(found.everything == exact.everything, "\(what)")
    #expect(found.lost == exact.lost, "\(what)")
    #expect(found.unlabelled == exact.unlabelled, "\(what)")
    #expect(found.waiting == exact.waiting, "\(what)")
    #expect(found.hidden == exact.hidden, "\(what)")
    #expect(found.foreign == exact.foreign, "\(what)")
    #expect(found.borrowed == exact.borrowed, "\(what)")
    #expect(found.failing == exact.failing, "\(what)")
    let (before, after) = (
      everything,
      {
        var plan = served; plan.keepsAll = true; return plan
      }()
    )
    let loss = try await SampleLoss(from: before, to: after, jobs: 2, settled: nil)
    let settled = try await SampleLoss(from: before, to: after, jobs: 2)
    #expect(settled.lost == loss.lost, "\(what)")
    #expect(settled.left == loss.left, "\(what)")
    #expect(settled.samples == loss.samples, "\(what)")
    return plain?.everything.values.reduce(0) { $0 + $1.samples } ?? 0
  }

  /// What is left of a log that was counted, all of it or what a server serves, comes to the same whether it is
  /// taken out of that count or counted by itself.
  private func expectSameOfParts(
    _ everything: ReplayPlan, _ served: ReplayPlan, _ what: String
  ) async throws {
    var everything = everything
    everything.keepsAll = true
    let known = CountedSeries()
    _ = try await ReplayComparison(
      everything: everything, served: served, jobs: 2, known: known)
    for part in [everything, served] {
      var (all, own) = (part, part)
      (all.keepsAll, own.keepsAll) = (true, false)
      let exact = try await ReplayComparison(everything: all, served: own, jobs: 2, plain: nil)
      let found = try await ReplayComparison(everything: all, served: own, jobs: 2, known: known)
      #expect(found.served == exact.served, "\(what)")
      #expect(found.everything == exact.everything, "\(what)")
      #expect(found.lost == exact.lost, "\(what)")
      #expect(found.unlabelled == exact.unlabelled, "\(what)")
      #expect(found.waiting == exact.waiting, "\(what)")
      #expect(found.hidden == exact.hidden, "\(what)")
      #expect(found.borrowed == exact.borrowed, "\(what)")
      let loss = try await SampleLoss(from: everything, to: all, jobs: 2, settled: nil)
      let other = try await SampleLoss(from: everything, to: all, jobs: 2, known: known)
      #expect(other.lost == loss.lost, "\(what)")
      #expect(other.left == loss.left, "\(what)")
      #expect(other.samples == loss.samples, "\(what)")
    }
  }

  @Test(arguments: [
    "damaged-base/main", "sound/head-mixed", "sound/ooo-3.5", "sound/nh-3.5", "sound/agent-3.5",
    "sound/rollouts",
  ])
  func `directories of servers give the same, wherever a server stops`(name: String) async throws {
    let everything = try plan(Fixture(name).data)
    _ = try await expectSame(everything, everything, name)
    for number in everything.segments.indices {
      for share in [1, 3] {
        let served = try served(everything, number: number, share: share)
        _ = try await expectSame(everything, served, "\(name), segment \(number), \(share) of 4")
      }
    }
  }

  @Test(arguments: ["damaged-base/main", "sound/head-mixed", "sound/ooo-3.5"])
  func `what is left of a directory of a server is known of it`(name: String) async throws {
    var everything = try plan(Fixture(name).data)
    everything.keepsAll = true
    let last = everything.segments.lastIndex { $0.part == .wal }
    let served = try served(everything, number: last, share: 2)
    try await expectSameOfParts(everything, served, name)
  }

  @Test func `an incident is counted without its labels`() async throws {
    let everything = try plan(Fixture("sound/explosion-small").data)
    let served = try served(everything, number: 0, share: 2)
    let counted = try await expectSame(everything, served, "explosion")
    #expect(counted > 300_000)
  }

  /// One label set under many refs, which all stand for one series; and samples of more refs than are defined.
  @Test func `many refs of one series take no longer than as many series`() async throws {
    let count: UInt64 = 30_000
    let records = (1...count).map { Log.series($0, "a") } + (1...count).map { Log.samples($0, [5]) }
    let strays = (count + 1...2 * count).map { Log.samples($0, [7]) }
    let log = try Log([records, strays])
    var everything = ReplayPlan()
    everything.segments =
      try DataDirectory(path: log.data).wal?.segments.map { .init(path: $0.path, part: .wal) } ?? []
    _ = try await expectSame(everything, everything, "one series")
    let plain = await PlainSeries.count(everything: everything, served: everything, jobs: 2)
    #expect(plain?.strays == Int(count))
    #expect(plain?.everything.isEmpty == true)
  }

  @Test func `a segment that was written anew is known by the one whose records it has`()
    async throws
  {
    let records = [
      Log.series(1, "a"), Log.samples(1, [5]), Log.series(2, "b"), Log.samples(2, [6]),
    ]
    let log = try Log([records])
    let path = try #require(try DataDirectory(path: log.data).wal?.segments.first?.path)
    func plan(_ path: String, limit: Int = .max) -> ReplayPlan {
      var plan = ReplayPlan()
      plan.segments = [.init(path: path, part: .wal)]
      plan.segments[0].limit = limit
      return plan
    }
    let bytes = try readFile(path)
    let copy = log.data + "/copy"
    try writeFile(copy, bytes)
    let limit = bytes.count / 2
    let known = CountedSeries()
    _ = try await ReplayComparison(
      everything: plan(path), served: plan(path, limit: limit), jobs: 1, known: known)
    #expect(known.series(plan(copy), plan(copy)) == nil)
    let (old, new) = (
      try #require(FileIdentity(of: path)), try #require(FileIdentity(of: copy))
    )
    known.note(new, has: .max, of: old)
    let whole = known.series(plan(copy), plan(copy))
    #expect(whole?.served.count == 2)
    #expect(known.series(plan(copy, limit: limit), plan(copy)) == nil)
    known.note(new, has: limit, of: old)
    let part = known.series(plan(copy), plan(copy))
    #expect((part?.served.count ?? 0) < 2)
    // Who changes it makes another of it.
    try writeFile(copy, bytes + [0])
    #expect(known.series(plan(copy), plan(copy)) == nil)
  }

  /// A log at random: series that are defined once, twice, under two refs, late or never, deleted, and their samples.
  private func log(_ random: inout SeededRandom) throws -> Log {
    var records: [[UInt8]] = []
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let ref = UInt64.random(in: 1...12, using: &random)
      let time = Int64.random(in: 0...50, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...2:
        records.append(Log.series(ref, ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"))
      case 3: records.append(Log.series(ref, "m\(ref)"))
      default:
        records.append(Log.samples(ref, time...(time + Int64.random(in: 0...9, using: &random))))
      }
    }
    let cut = Int.random(in: 0...records.count, using: &random)
    return try Log([Array(records[..<cut]), Array(records[cut...])])
  }

  @Test func `logs at random give the same`() async throws {
    var random = SeededRandom(seed: 16)
    for round in 0..<20 {
      let log = try log(&random)
      var everything = ReplayPlan()
      everything.segments =
        try DataDirectory(path: log.data).wal?.segments.map { .init(path: $0.path, part: .wal) }
        ?? []
      for number in everything.segments.indices {
        for share in 0...4 {
          let served = try served(everything, number: number, share: share)
          let what = "round \(round), segment \(number), \(share) of 4"
          _ = try await expectSame(everything, served, what)
          try await expectSameOfParts(everything, served, what)
        }
      }
    }
  }
}
