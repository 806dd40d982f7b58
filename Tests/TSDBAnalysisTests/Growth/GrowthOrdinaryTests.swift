import TSDBFormat
import Testing

@testable import TSDBAnalysis

/// What looks like an incident and is none, and which account it is put to.
@Suite struct GrowthOrdinaryTests {
  @Test func `a rollout with overlap, and one an hour after it, are no incidents`() throws {
    var world = GrowthWorld(minutes: 300)
    for pod in 0..<60 {
      let (first, second) = (120 + Double(pod / 6), 190 + Double(pod / 6))
      world.target("api", "a\(pod)", from: 0, to: first + 15)
      world.target("api", "b\(pod)", from: first, to: second + 15)
      world.target("api", "c\(pod)", from: second, to: 300)
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.bornSeries == 120 * 50)
    #expect(growth.accounted == growth.bornSeries)
    #expect(growth.causes.map(\.kind) == [.rollout])
    #expect(growth.unexplainedSeries == 0)
  }

  @Test func `a job that starts target by target is new, and what tells of it follows`() throws {
    var world = GrowthWorld(minutes: 240)
    for pod in 0..<60 {
      let at = 100 + Double(pod / 2)
      world.target("fresh", "f\(pod)", from: at, to: 240)
      for metric in 0..<10 {
        world.add(
          ["__name__": "kube_\(metric)", "job": "ksm", "exported_pod": "f\(pod)"], from: at,
          to: 240)
      }
    }
    for metric in 0..<10 {
      world.add(
        ["__name__": "kube_\(metric)", "job": "ksm", "exported_pod": "x"], from: 0, to: 240)
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.causes.map(\.kind) == [.newJob, .labelValues])
    #expect(growth.causes.map(\.series) == [3000, 600])
    #expect(growth.causes.map(\.follows) == [nil, 0])
    #expect(growth.causes[0].selectors == [#"{job="fresh"}"#])
  }

  @Test func `metrics under other names are renamed`() throws {
    var world = GrowthWorld(minutes: 180)
    for node in 0..<50 {
      let own = ["job": "node", "instance": "n\(node)"]
      world.add(own.merging(["__name__": "up"]) { $1 }, from: 0, to: 180)
      for cpu in 0..<20 {
        world.add(own.merging(["__name__": "cpu", "cpu": "cpu\(cpu)"]) { $1 }, from: 0, to: 90)
        world.add(
          own.merging(["__name__": "cpu_total", "cpu": "\(cpu)"]) { $1 }, from: 91, to: 180)
      }
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.causes.map(\.kind) == [.renamed])
    #expect(growth.causes.map(\.series) == [1000])
    #expect(growth.causes[0].label == nil)
  }

  @Test func `a label that is put on all series of a job is no growth`() throws {
    var world = GrowthWorld(minutes: 180)
    for node in 0..<50 {
      let own = ["job": "node", "instance": "n\(node)"]
      for cpu in 0..<30 {
        let name = ["__name__": "cpu_total", "cpu": "\(cpu)"]
        world.add(own.merging(name) { $1 }, from: 0, to: 90)
        world.add(
          own.merging(name) { $1 }.merging(["rack": "r\(node)"]) { $1 }, from: 91, to: 180)
      }
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.ordinarySeries == 1500)
  }

  @Test func `what was replaced while no samples were taken is the downtime's`() throws {
    var world = GrowthWorld(minutes: 180)
    for pod in 0..<60 {
      if pod < 40 {
        world.target("api", "old\(pod)", from: 0, to: 70)
        world.target("api", "new\(pod)", from: 110, to: 180)
      } else {
        world.target("api", "old\(pod)", from: 0, to: 180)
      }
    }
    let gap = TimeRange(minTime: 70 * 60_000, maxTime: 110 * 60_000)
    let growth = try world.growth(gaps: [gap])
    #expect(growth.causes.map(\.kind) == [.downtime])
    #expect(growth.causes.map(\.series) == [2000])
    // Nobody knows of the gap where blocks hold it: then it is a rollout, and no incident either.
    #expect(try world.growth().found.isEmpty)
  }

  @Test func `what comes every night is periodic`() throws {
    var world = GrowthWorld(minutes: 4320)
    for night in 0..<3 {
      for pod in 0..<40 {
        let at = Double(night) * 1440 + 120
        world.target("batch", "b\(night)-\(pod)", from: at, to: at + 60)
      }
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.causes.map(\.kind) == [.periodic])
    #expect(growth.causes.map(\.series) == [6000])
  }

  @Test func `the same rate for two days is a trend, for six hours it is an incident`() throws {
    func growth(hours: Int) throws -> Growth {
      var world = GrowthWorld(minutes: Double(hours * 60))
      world.target("ci", "gateway", from: 0, to: world.end)
      for commit in 0..<(hours * 200) {
        world.add(
          ["__name__": "ci_seconds", "job": "ci", "commit_sha": "c\(commit)"],
          from: Double(commit) * 0.3, to: world.end)
      }
      return try world.growth()
    }
    let long = try growth(hours: 48)
    #expect(long.found.isEmpty)
    #expect(long.causes.filter(\.isTrend).map(\.labelText) == ["commit_sha"])
    let short = try growth(hours: 6)
    #expect(short.found.map(\.labelText) == ["commit_sha"])
    #expect(short.found.map(\.onset) == [nil])
  }

  @Test func `two colours side by side for an hour and a half are no growth of targets`() throws {
    var world = GrowthWorld(minutes: 360)
    for pod in 0..<60 {
      world.target("api", "blue\(pod)", from: 0, to: 210)
      world.target("api", "green\(pod)", from: 120, to: 360)
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.causes.map(\.kind) == [.rollout])
    #expect(growth.causes.map(\.series) == [3000])
  }

  @Test func `metrics that a new release of a target has more of are no incident`() throws {
    let words = ["read", "write", "lock", "page", "sort", "scan", "key", "flush"]
    func growth(_ name: (Int) -> String, minutes: Double) throws -> Growth {
      var world = GrowthWorld(minutes: 180)
      for number in 0..<100 {
        world.add(
          ["__name__": "db_old_\(number)", "job": "db", "instance": "db:1"], from: 0, to: 180)
      }
      for number in 0..<1500 {
        world.add(
          ["__name__": name(number), "job": "db", "instance": "db:1"],
          from: 90 + Double(number) / 1500 * minutes, to: 180)
      }
      return try world.growth()
    }
    func plain(_ number: Int) -> String {
      var rest = number
      var name = "db"
      for _ in 0..<4 {
        name += "_" + words[rest % words.count]
        rest /= words.count
      }
      return name
    }
    let release = try growth(plain, minutes: 0)
    #expect(release.found.isEmpty)
    #expect(release.causes.map(\.kind) == [.metricNames])
    #expect(release.causes.map(\.series) == [1500])
    // With ids in them they are what multiplies, and so is what goes on.
    let ids = try growth({ "db_session_\($0 * 7919)" }, minutes: 0)
    #expect(ids.found.map(\.series) == [1500])
    let going = try growth(plain, minutes: 60)
    #expect(going.found.map(\.series) == [1500])
  }

  @Test func `no history has no ledger, and one of a moment has nothing born`() throws {
    #expect(Growth(of: SeriesHistory()) == nil)
    var builder = HistoryBuilder()
    builder.add(["__name__": "m"], from: 0, to: 0)
    let growth = try #require(Growth(of: builder.history))
    #expect(growth.bornSeries == 0)
  }

  @Test func `times at both ends of what a number holds are no trap`() throws {
    var history = SeriesHistory()
    let name = history.pairs.intern(name: Array("__name__".utf8).rawBytes)
    for (number, range) in [
      TimeRange(minTime: .min, maxTime: .max), TimeRange(minTime: .max, maxTime: .max),
      TimeRange(minTime: .min, maxTime: .min), TimeRange(minTime: 0, maxTime: 0),
    ].enumerated() {
      let pair = history.pairs.intern(name: name, value: Array("m\(number)".utf8).rawBytes)
      let series = history.series.intern([pair].span)
      history.series.include(range, of: series)
    }
    let growth = try #require(Growth(of: history))
    #expect(growth.accounted == growth.bornSeries)
  }
}
