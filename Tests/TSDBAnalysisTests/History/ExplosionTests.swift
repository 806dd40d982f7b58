@testable import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

/// `Explosion.find` and the search behind it.
@Suite struct ExplosionTests {
  func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  func explosion(_ fixture: String) async throws -> Explosion? {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    return Explosion.find(in: read.history)
  }

  // MARK: Real servers

  @Test func `the bundled incident is found, exactly`() async throws {
    let found = try #require(try await explosion("sound/explosion-small"))
    #expect(text(found.metric) == "http_request_duration_seconds_bucket")
    #expect(text(found.family) == "http_request_duration_seconds")
    #expect(text(found.label) == "request_id")
    #expect(found.isNewLabel)
    #expect(found.series == 59_192)
    #expect(found.values == 4228)
    #expect(found.onset == 1_794_876_000_000)
    #expect(!found.isOngoingAtStart)
    #expect(found.seriesBefore == 1568)
    #expect(found.allSeriesBefore == 2259)
    #expect(found.targets.map(\.series) == [19_740, 19_726, 19_726])
    #expect(
      found.targets[0].labels == [
        Label("job", "checkout-service"), Label("instance", "10.8.0.1:8080"),
      ])
    #expect(found.members.count == 59_192)
  }

  @Test func `an explosion that began in the middle of a block is found`() async throws {
    let found = try #require(try await explosion("sound/explosion-blocks"))
    #expect(text(found.metric) == "http_request_duration_seconds_bucket")
    #expect(text(found.label) == "request_id")
    #expect(found.series == 8400)
    #expect(found.values == 600)
    #expect(found.onset == 1_794_885_000_000)
  }

  @Test(arguments: Fixture.all("sound").filter { !$0.name.contains("explosion") })
  func `a healthy server has no culprit`(fixture: Fixture) async throws {
    #expect(try await explosion(fixture.name) == nil)
  }

  // MARK: Histories by hand

  @Test func `where births come evenly from the start the onset is a bound`()
    throws
  {
    var builder = HistoryBuilder()
    builder.addBaseline(200, minutes: 60)
    for index in 0..<6000 {
      let at = Double(index) / 100
      builder.add(
        ["__name__": "m", "job": "a", "user_id": "u\(index)"], from: at, to: min(60, at + 5))
    }
    let found = try #require(Explosion.find(in: builder.history))
    let isBound = found.isOngoingAtStart
    let label = text(found.label)
    #expect(label == "user_id")
    #expect(isBound)
  }

  @Test func `of two labels that come together the one with more values did it`() throws {
    var builder = HistoryBuilder()
    builder.addBaseline(200, minutes: 60)
    for index in 0..<5000 {
      builder.add(
        ["__name__": "m", "zone": "z\(index % 40)", "trace": "t\(index)"],
        from: 30 + Double(index) / 500, to: 60)
    }
    let found = try #require(Explosion.find(in: builder.history))
    #expect(text(found.label) == "trace")
    #expect(found.values == 5000)
    #expect(found.onset == 30 * 60_000)
    #expect(found.seriesBefore == 0)
    #expect(found.allSeriesBefore == 200)
    #expect(found.targets == [Explosion.Target(labels: [], series: 5000)])
  }

  @Test func `a label that grew slowly before is dated to where it took off`() throws {
    var builder = HistoryBuilder()
    builder.addBaseline(500, minutes: 120)
    for index in 0..<100 {
      builder.add(["__name__": "m", "user": "old\(index)"], from: Double(index), to: 120)
    }
    for index in 0..<10_000 {
      builder.add(
        ["__name__": "m", "user": "new\(index)"], from: 90 + Double(index) / 1000, to: 120)
    }
    let found = try #require(Explosion.find(in: builder.history))
    #expect(text(found.label) == "user")
    #expect(!found.isNewLabel)
    #expect(found.onset == 90 * 60_000)
    #expect(found.series == 10_000 + 10)
  }

  @Test func `metric names that explode are told by their name`() throws {
    var builder = HistoryBuilder()
    builder.addBaseline(300, minutes: 60)
    for index in 0..<4000 {
      builder.add(
        ["__name__": "request_\(index)_total", "job": "a", "instance": "i"],
        from: 20 + Double(index) / 200, to: 60)
    }
    let found = try #require(Explosion.find(in: builder.history))
    #expect(text(found.label) == "__name__")
    #expect(found.series == 4000)
    #expect(found.values == 4000)
    #expect(found.onset == 20 * 60_000)
    #expect(!found.isNewLabel)
  }

  @Test func `a rollout that replaces every pod once is no explosion`() {
    var builder = HistoryBuilder()
    for pod in 0..<1500 {
      builder.add(["__name__": "m", "pod": "old\(pod)"], from: 0, to: 60)
      builder.add(["__name__": "m", "pod": "new\(pod)"], from: 60 + Double(pod) / 300, to: 120)
    }
    #expect(Explosion.find(in: builder.history) == nil)
  }

  @Test func `targets that come back after an outage are no explosion`() {
    var builder = HistoryBuilder()
    for index in 0..<100 { builder.add(["__name__": "m", "i": "\(index)"], from: 0, to: 60) }
    for index in 0..<5000 { builder.add(["__name__": "m", "i": "n\(index)"], from: 600, to: 700) }
    #expect(Explosion.find(in: builder.history) == nil)
  }

  @Test func `a history of nothing, or without metric names, has no culprit`() {
    #expect(Explosion.find(in: SeriesHistory()) == nil)
    var builder = HistoryBuilder()
    for index in 0..<5000 { builder.add(["i": "\(index)"], from: Double(index) / 50, to: 200) }
    #expect(Explosion.find(in: builder.history) == nil)
  }

  @Test(arguments: [
    ("a_bucket", "a"), ("a_sum", "a"), ("a_count", "a"), ("a_total", "a_total"), ("_sum", "_sum"),
  ])
  func `a family is the metric without its part of a histogram`(metric: String, family: String)
    throws
  {
    var builder = HistoryBuilder()
    builder.addBaseline(100, minutes: 60)
    for index in 0..<2000 {
      builder.add(["__name__": metric, "id": "\(index)"], from: 30 + Double(index) / 100, to: 60)
    }
    #expect(try text(#require(Explosion.find(in: builder.history)).family) == family)
  }
}
