import TSDBFormat
import Testing

@testable import TSDBAnalysis

/// Growth that is none of the ordinary: what kind, since when, how many, and what selects it.
@Suite struct GrowthIncidentTests {
  @Test func `a known label with ids in its values is a cause over all metrics that carry it`()
    throws
  {
    var world = GrowthWorld(minutes: 180)
    let target = ["job": "api", "instance": "a:80"]
    world.add(target.merging(["__name__": "up"]) { $1 }, from: 0, to: 180)
    func add(_ path: String, from: Double) {
      for metric in ["req_total", "req_sum"] {
        world.add(target.merging(["__name__": metric, "path": path]) { $1 }, from: from, to: 180)
      }
    }
    for path in ["/list", "/find", "/health"] { add(path, from: 0) }
    for id in 0..<1500 { add("/users/\(id * 7919)/orders", from: 90 + Double(id / 20)) }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(growth.found.count == 1)
    #expect(growth.accounted == growth.bornSeries)
    #expect(cause.kind == .labelValues)
    #expect(cause.labelText == "path")
    #expect(cause.series == 3000)
    #expect(cause.values == 1500)
    #expect(cause.valuesBefore == 3)
    #expect(cause.seriesBefore == 6)
    #expect(cause.onsetMinutes == 90)
    #expect(cause.metrics.map(\.series) == [1500, 1500])
    #expect(cause.source == .scrape)
    #expect(cause.selectors == [#"{job="api",path=~"/users/[0-9]+/orders"}"#])
    #expect(cause.endedMinutes == 164)
    #expect(cause.aliveSeries == 3000)
  }

  @Test func `one job of many that share a metric is not hidden by the others`() throws {
    var world = GrowthWorld(minutes: 120)
    for job in 0..<12 {
      for number in 0..<400 {
        world.add(["__name__": "req_total", "job": "j\(job)", "n": "\(number)"], from: 0, to: 120)
      }
    }
    for user in 0..<1500 {
      world.add(
        ["__name__": "req_total", "job": "j7", "user": "u\(user)"], from: 60 + Double(user / 25),
        to: 120)
    }
    let cause = try world.incident()
    #expect(cause.labelText == "user")
    #expect(cause.jobText == ["j7"])
    #expect(cause.series == 1500)
    #expect(cause.selectors == [#"{job="j7",user!=""}"#])
  }

  @Test func `more targets are a cause, and what other jobs tell of them follows it`() throws {
    var world = GrowthWorld(minutes: 180)
    func pod(_ number: Int, from: Double) {
      world.target("worker", "w\(number)", from: from, to: 180, series: 30)
      for metric in 0..<6 {
        world.add(
          ["__name__": "kube_\(metric)", "job": "ksm", "exported_pod": "w\(number)"], from: from,
          to: 180)
      }
    }
    for number in 0..<5 { pod(number, from: 0) }
    for number in 5..<105 { pod(number, from: 100 + Double(number / 10)) }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(growth.found.count == 1)
    #expect(cause.kind == .targets)
    #expect(cause.labelText == "instance")
    #expect(cause.alsoText == ["pod"])
    #expect(cause.series == 3000)
    #expect(cause.values == 100)
    #expect(cause.seriesEach == 30)
    #expect(cause.onsetMinutes == 100)
    #expect(cause.endedMinutes == 110)
    let follower = try #require(growth.causes.first { $0.follows != nil })
    let leader = try #require(follower.follows)
    #expect(follower.jobText == ["ksm"])
    #expect(follower.series == 600)
    #expect(growth.causes[leader].kind == .targets)
    #expect(growth.accounted == growth.bornSeries)
  }

  @Test(arguments: [0, 2])
  func `targets that come and go by the hundred are a storm, in an old job and in a new one`(
    before: Int
  ) throws {
    var world = GrowthWorld(minutes: 240)
    for number in 0..<before { world.target("importer", "i\(number)", from: 0, to: 240) }
    for number in 100..<400 {
      let at = 120 + Double(number - 100) / 5
      world.target("importer", "s\(number)", from: at.rounded(.down), to: at.rounded(.down) + 1)
    }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(cause.kind == .targets)
    #expect(cause.jobText == ["importer"])
    #expect(cause.series == 300 * 50)
    #expect(cause.values == 300)
    #expect(cause.onsetMinutes == 120)
    #expect(cause.aliveSeries == 0)
  }

  @Test func `targets that are there twice, and stay so, are an incident`() throws {
    var world = GrowthWorld(minutes: 300)
    for number in 0..<60 {
      world.target("disk", "10.0.0.\(number)", from: 0, to: 300)
      world.target("disk", "disk-\(number)", from: 90, to: 300)
    }
    let cause = try world.incident()
    #expect(cause.kind == .targets)
    #expect(cause.series == 3000)
    #expect(cause.values == 60)
    #expect(cause.valuesBefore == 60)
    #expect(cause.seriesEach == 50)
    #expect(cause.endedMinutes == 90)
  }

  @Test func `two labels that multiply are one cause with all that their targets bring`() throws {
    var world = GrowthWorld(minutes: 180)
    func pod(_ number: Int, paths: Range<Int>, from: Double, isNew: Bool) {
      let own = ["job": "shop", "instance": "s\(number):80", "pod": "s\(number)"]
      if isNew { world.add(own.merging(["__name__": "up"]) { $1 }, from: from, to: 180) }
      for path in paths {
        world.add(
          own.merging(["__name__": "shop_total", "path": "/p\(path)"]) { $1 }, from: from, to: 180)
      }
    }
    for number in 0..<10 { pod(number, paths: 0..<10, from: 0, isNew: true) }
    for number in 0..<10 { pod(number, paths: 10..<60, from: 90, isNew: false) }
    for number in 10..<60 { pod(number, paths: 0..<60, from: 90, isNew: true) }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(growth.found.count == 1)
    #expect(cause.kind == .product)
    #expect(Set([cause.labelText ?? ""] + cause.alsoText) == ["path", "instance", "pod"])
    #expect(cause.series == 10 * 50 + 50 * 61)
    #expect(growth.accounted == growth.bornSeries)
  }

  @Test func `names with ids in them are a cause with a template`() throws {
    var world = GrowthWorld(minutes: 120)
    let target = ["job": "statsd", "instance": "x:80"]
    for name in ["up", "api_login_ms", "api_logout_ms"] {
      world.add(target.merging(["__name__": name]) { $1 }, from: 0, to: 120)
    }
    for id in 0..<1200 {
      world.add(
        target.merging(["__name__": "api_req_\(id * 977)_ms"]) { $1 }, from: 40 + Double(id / 20),
        to: 120)
    }
    let cause = try world.incident()
    #expect(cause.kind == .metricNames)
    #expect(cause.labelText == "__name__")
    #expect(cause.values == 1200)
    #expect(cause.template == "api_req_<number>_ms")
    #expect(cause.selectors == [#"{job="statsd",__name__=~"api_req_[0-9]+_ms"}"#])
  }

  @Test func `growth that begins on one target is dated to there, not to the rollout`() throws {
    var world = GrowthWorld(minutes: 240)
    for pod in 0..<20 {
      let turn = pod == 0 ? 90.0 : 150.0
      world.target("pay", "old\(pod)", from: 0, to: turn, series: 10)
      world.target("pay", "new\(pod)", from: turn, to: 240, series: 10)
      for customer in 0..<150 {
        world.add(
          [
            "__name__": "pay_total", "job": "pay", "instance": "new\(pod):80",
            "pod": "new\(pod)", "customer": "c\(customer)",
          ], from: turn, to: 240)
      }
    }
    let cause = try world.incident()
    #expect(cause.labelText == "customer")
    #expect(cause.series == 3000)
    #expect(cause.onsetMinutes == 90)
  }

  @Test func `two labels of one job that grow on metrics of their own are two causes`() throws {
    var world = GrowthWorld(minutes: 180)
    for number in 0..<2000 {
      world.add(
        ["__name__": "carts", "job": "shop", "cart": "c\(number)"], from: 60 + Double(number / 20),
        to: 180)
      world.add(
        ["__name__": "searches", "job": "shop", "query": "q\(number)"],
        from: 100 + Double(number / 40), to: 180)
    }
    world.target("shop", "shop-0", from: 0, to: 180)
    let found = try world.growth().found
    #expect(Set(found.map(\.labelText)) == ["cart", "query"])
    #expect(found.map(\.series) == [2000, 2000])
    #expect(Set(found.map(\.onsetMinutes)) == [60, 100])
  }

  @Test func `labels that move together are one`() throws {
    var world = GrowthWorld(minutes: 120)
    world.target("leak", "a", from: 0, to: 120)
    for number in 0..<1500 {
      world.add(
        [
          "__name__": "alloc", "job": "leak", "stack": "\(number)", "path": "f\(number % 700)",
          "pid": "\(number % 30)",
        ], from: 60 + Double(number / 30), to: 120)
    }
    let found = try world.growth().found
    #expect(found.map(\.kind) == [.labelValues])
    #expect(found.map(\.labelText) == ["stack"])
    #expect(Set(found.flatMap(\.alsoText)) == ["path", "pid"])
  }

  @Test func `a mended incident has an end`() throws {
    var world = GrowthWorld(minutes: 240)
    world.target("auth", "a", from: 0, to: 240)
    for user in 0..<2400 {
      world.add(
        ["__name__": "logins", "job": "auth", "user": "u\(user)"], from: 100 + Double(user / 40),
        to: 160)
    }
    let cause = try world.incident()
    #expect(cause.endedMinutes == 159)
    #expect(cause.aliveSeries == 0)
    #expect(abs(cause.seriesPerSecond - 2400 / (59 * 60)) < 0.01)
  }

  @Test func `values of kilobytes are an incident, though their series are few`() throws {
    var world = GrowthWorld(minutes: 120)
    world.target("pg", "pg", from: 0, to: 120)
    for query in 0..<400 {
      world.add(
        [
          "__name__": "calls", "job": "pg",
          "query": String(repeating: "select ", count: 500) + "\(query)",
        ],
        from: 60 + Double(query / 10), to: 120)
    }
    let cause = try world.incident()
    #expect(cause.labelText == "query")
    #expect(cause.labelBytes > 400 * 3500)
  }

  @Test func `rules and senders are told from scrapes`() throws {
    var world = GrowthWorld(minutes: 120)
    for tenant in 0..<1500 {
      world.add(
        ["__name__": "tenant:req:rate5m", "tenant": "t\(tenant)"], from: 60 + Double(tenant / 30),
        to: 120)
    }
    #expect(try world.growth().found.map(\.source) == [.recordingRule])

    var sent = HistoryBuilder()
    // The server's own series have no label of the sender, whatever its job is called.
    for name in ["up", "prometheus_tsdb_head_series"] {
      sent.add(["__name__": name, "job": "self", "instance": "a:9090"], from: 0, to: 120)
    }
    for number in 0..<300 {
      sent.add(["__name__": "m", "cluster": "eu", "n": "\(number)"], from: 0, to: 120)
    }
    for id in 0..<1500 {
      sent.add(
        ["__name__": "m", "cluster": "eu", "id": "i\(id)"], from: 60 + Double(id / 30), to: 120)
    }
    let ledger = try #require(Growth(of: sent.history))
    let cause = try #require(ledger.found.first)
    #expect(cause.source == .remoteWrite)
    #expect(cause.commonLabels == [Label("__name__", "m"), Label("cluster", "eu")])
  }
}
