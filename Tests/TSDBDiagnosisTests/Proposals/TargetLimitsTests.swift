import TSDBFormat
import Testing

@testable import TSDBAnalysis
@testable import TSDBDiagnosis

/// Limits and alerts are sized from what was there before, and from nothing where nothing was.
@Suite struct TargetLimitsTests {
  /// A server with 60 other targets for five hours, by the minute.
  private struct World {
    private(set) var history = SeriesHistory()

    init() {
      for number in 0..<60 { target("web", "web-\(number)", from: 0, to: 300) }
    }

    mutating func target(_ job: String, _ name: String, from: Double, to: Double) {
      for number in 0..<30 {
        var pairs: [LabelPairTable.PairID] = []
        for (name, value) in [
          ("__name__", "m\(number)"), ("instance", name), ("job", job),
        ] {
          let id = history.pairs.intern(name: Array(name.utf8).rawBytes)
          pairs.append(history.pairs.intern(name: id, value: Array(value.utf8).rawBytes))
        }
        let series = history.series.intern(pairs.span)
        history.series.include(
          TimeRange(minTime: Int64(from * 60_000), maxTime: Int64(to * 60_000)), of: series)
      }
    }

    /// The limits against the first incident.
    func limits() throws -> TargetLimits? {
      let growth = try #require(Growth(of: history))
      let cause = try #require(growth.incidents.first.map { growth.causes[$0] })
      #expect(cause.kind == .targets)
      return TargetLimits(against: cause, in: history)
    }
  }

  @Test func `a limit is twice the targets that were there before`() throws {
    var world = World()
    for number in 0..<10 { world.target("worker", "w\(number)", from: 0, to: 300) }
    for number in 10..<210 {
      world.target("worker", "w\(number)", from: 100 + Double(number / 10), to: 300)
    }
    let found = try #require(try world.limits())
    #expect(
      found.limits == [
        TargetLimits.Limit(
          job: Array("worker".utf8), limit: 20, before: 10, exceededAt: 102 * 60_000)
      ])
    #expect(found.spared == 190 * 30)
    #expect(
      found.configuration == """
        scrape_configs:
          - job_name: worker
            target_limit: 20

        """)
  }

  @Test func `where there are twice as many, the limit lies between`() throws {
    var world = World()
    for number in 0..<60 {
      world.target("disk", "d\(number)", from: 0, to: 300)
      world.target("disk", "e\(number)", from: 100, to: 300)
    }
    #expect(try world.limits()?.limits.map(\.limit) == [90])
  }

  @Test func `a new job has no limit, and neither has a storm of which few are there at a time`()
    throws
  {
    for before in [0, 20] {
      var world = World()
      for number in 0..<before { world.target("importer", "i\(number)", from: 0, to: 300) }
      for number in 100..<600 {
        let at = (120 + Double(number - 100) / 5).rounded(.down)
        world.target("importer", "s\(number)", from: at, to: at)
      }
      #expect(try world.limits() == nil)
    }
  }

  @Test func `alerts are sized above all that was before, and as wide as they still fire`() throws {
    // A rollout before the incident, whose old series are in the head beside the new ones.
    var world = World()
    for number in 0..<40 {
      world.target("api", "a\(number)", from: 0, to: 60)
      world.target("api", "b\(number)", from: 60, to: 300)
    }
    for number in 0..<20 { world.target("worker", "w\(number)", from: 0, to: 300) }
    for number in 20..<90 {
      world.target("worker", "w\(number)", from: 250 + Double(number - 20) / 4, to: 300)
    }
    let explosion = try #require(Explosion.find(in: world.history))
    let alerts = try #require(HeadAlerts(explosion, world.history.series))
    // The 40 that ended at 60 min leave the head at 240 min: 160 targets before that, 120 at the onset.
    #expect(alerts.usual == 3600)
    #expect(alerts.size.threshold == 5300)
    #expect(try #require(alerts.size.firesAt) > explosion.onset)
    // A rollout brought as many within ten minutes as the incident does.
    #expect(alerts.growth.threshold == 2400)
    #expect(alerts.growth.firesAt == nil)
  }

  @Test func `growth that was there from the beginning has no limit and no alerts`() throws {
    var world = World()
    for number in 0..<400 {
      world.target("ci", "c\(number)", from: Double(number) * 0.7, to: 300)
    }
    let explosion = Explosion.find(in: world.history)
    if let explosion, explosion.isOngoingAtStart {
      #expect(HeadAlerts(explosion, world.history.series) == nil)
      #expect(try world.limits() == nil)
    } else {
      Issue.record("no growth from the beginning")
    }
  }
}
