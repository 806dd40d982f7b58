import TSDBFormat
import TestSupport
import Testing

@testable import TSDBAnalysis
@testable import TSDBStore

/// Names that tell: those of jobs, those beside an index, and those of targets that are gone.
@Suite struct GrowthNamesTests {
  @Test func `jobs that are made one by one for each build are one cause`() throws {
    var world = GrowthWorld(minutes: 240)
    func group(_ name: String, from: Double) {
      for metric in 0..<8 {
        world.add(["__name__": "build_\(metric)", "job": name], from: from, to: 240)
      }
    }
    for number in 0..<5 { group("nightly-\(number)", from: 0) }
    for number in 0..<150 { group("build-\(number * 7919 % 100_000)", from: 90 + Double(number)) }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(growth.found.count == 1)
    #expect(cause.kind == .labelValues)
    #expect(cause.labelText == "job")
    #expect(cause.series == 1200)
    #expect(cause.values == 150)
    #expect(cause.onsetMinutes == 90)
    #expect(cause.selectors == [#"{job=~"build-[0-9]+"}"#])
    #expect(cause.valuePattern == "build-[0-9]+")
    #expect(growth.accounted == growth.bornSeries)
  }

  @Test func `jobs that a configuration adds are no incident, a dozen or two hundred at once`()
    throws
  {
    for (count, apart) in [(12, 5.0), (200, 0.0)] {
      var world = GrowthWorld(minutes: 240)
      for number in 0..<count {
        for metric in 0..<20 {
          world.add(
            ["__name__": "m_\(metric)", "job": "team-\(number)"],
            from: 90 + Double(number) * apart, to: 240)
        }
      }
      #expect(try world.growth().found.isEmpty)
    }
  }

  @Test func `of labels that move as one, the one whose new values look different is told`() throws
  {
    var world = GrowthWorld(minutes: 240)
    func port(_ index: Int, _ name: String, from: Double) {
      for metric in 0..<4 {
        world.add(
          [
            "__name__": "if_\(metric)", "job": "snmp", "instance": "s", "ifIndex": "\(index)",
            "ifName": name,
          ], from: from, to: 240)
      }
    }
    for number in 1..<40 { port(number, "ge-0/0/\(number)", from: 0) }
    for number in 0..<400 { port(500 + number, "ppp\(number)", from: 90 + Double(number / 4)) }
    let cause = try world.incident()
    #expect(Set([cause.labelText ?? ""] + cause.alsoText) == ["ifIndex", "ifName"])
    #expect(cause.patternLabel.map { String(decoding: $0, as: UTF8.self) } == "ifName")
    #expect(cause.valuePattern == "[0-9a-zA-Z]+")
  }

  @Test func `what a sender federates comes by remote write`() throws {
    var sent = HistoryBuilder()
    for number in 0..<300 {
      sent.add(["__name__": "m", "tenant": "a", "n": "\(number)"], from: 0, to: 120)
    }
    for route in 0..<30 {
      sent.add(
        [
          "__name__": "q", "tenant": "a", "job": "federate", "exported_job": "search",
          "exported_instance": "i\(route % 9)", "route": "r\(route)",
        ], from: 0, to: 120)
    }
    for id in 0..<1500 {
      sent.add(
        [
          "__name__": "q", "tenant": "a", "job": "federate", "exported_job": "search",
          "exported_instance": "i\(id % 9)", "term": "t\(id)",
        ], from: 60 + Double(id / 30), to: 120)
    }
    let growth = try #require(Growth(of: sent.history))
    #expect(growth.found.map(\.source) == [.remoteWrite])
  }

  // MARK: What tells of targets that are gone

  @Test func `what tells of targets that a repair cut out is no incident`() throws {
    var world = GrowthWorld(minutes: 240)
    for pod in 0..<400 {
      for metric in 0..<6 {
        world.add(
          ["__name__": "kube_\(metric)", "job": "ksm", "exported_pod": "w\(pod)"],
          from: pod < 4 ? 0 : 100 + Double(pod / 40), to: 240)
      }
    }
    var observation = GrowthObservation()
    observation.interval = 60_000
    let before = try #require(Growth(of: world.builder.history, observation))
    #expect(before.found.map(\.labelText) == ["exported_pod"])
    observation.cutTargets = Set((4..<400).map { Array("w\($0)".utf8) })
    let growth = try #require(Growth(of: world.builder.history, observation))
    #expect(growth.found.isEmpty)
    #expect(growth.causes.map(\.followsCut) == [true])
    #expect(growth.accounted == growth.bornSeries)
  }

  @Test func `the originals in a quarantine tell which targets were cut out`() async throws {
    func series(_ ref: UInt64, _ job: String, _ pod: String) -> [UInt8] {
      RecordBuilder.series(ref, [("__name__", "m"), ("job", job), ("pod", pod)])
    }
    let kept = series(1, "worker", "w-a") + series(2, "ksm", "w-b") + series(3, "ksm", "w-c")
    let cut = series(4, "worker", "w-b") + series(5, "worker", "17") + series(6, "worker", "w-a")
    let samples = RecordBuilder.samples((1...3).map { (ref: $0, time: 1000, value: 1) })
    let directory = try LogDirectory([[[1] + kept, samples]])
    let quarantine = directory.data + "/epimetheus-quarantine-20261117T000000Z"
    for folder in ["", "/original", "/original/wal"] { try makeFolder(quarantine + folder) }
    try writeFile(
      quarantine + "/original/wal/00000000", WALBuilder([[1] + kept + cut, samples]).bytes)
    let data = try DataDirectory(path: directory.data)
    var read = await DirectoryHistory.read(data, parts: [.head, .quarantine], jobs: 1)
    #expect(read.observation.cutTargets == [Array("w-b".utf8)])
    // What tells of them has pseudonyms then, if its label is replaced.
    read.replaceValues { name, value in
      name.elementsEqual("pod".utf8) ? Array("x-".utf8) + value : nil
    }
    #expect(read.observation.cutTargets == [Array("w-b".utf8), Array("x-w-b".utf8)])
    // No other command looks into it.
    #expect(await DirectoryHistory.read(data, parts: .head, jobs: 1).observation.cutTargets == [])
  }

  // MARK: When a history begins

  @Test func `growth from the first scrape on has the births of the first minutes as well`() throws
  {
    var world = GrowthWorld(minutes: 120)
    world.target("orders", "o", from: 0, to: 120, series: 5)
    for number in 0..<2400 {
      world.add(
        ["__name__": "state", "job": "orders", "instance": "o:80", "order": "\(number)x"],
        from: Double(number / 20), to: 120)
    }
    let growth = try world.growth()
    let cause = try #require(growth.found.first)
    #expect(cause.onset == nil)
    #expect(cause.labelText == "order")
    // All but the 20 of the first scrape, which may have been there for long.
    #expect(cause.series == 2380)
    #expect(cause.values == 2380)
    #expect(growth.accounted == growth.bornSeries)
  }

  @Test func `nodes that are replaced as fast as ever are no storm`() throws {
    var world = GrowthWorld(minutes: 240)
    for slot in 0..<24 {
      var from = 0.0
      var generation = 0
      while from < 240 {
        let to = from + 28 + Double((slot * 7 + generation * 5) % 12)
        world.target("files", "f\(slot)-\(generation)", from: from, to: min(to, 240), series: 20)
        from = to
        generation += 1
      }
    }
    let growth = try world.growth()
    #expect(growth.found.isEmpty)
    #expect(growth.accounted == growth.bornSeries)
  }
}
