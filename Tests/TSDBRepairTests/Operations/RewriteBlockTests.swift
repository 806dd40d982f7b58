import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Blocks whose index is in the wrong order, written anew.
@Suite struct RewriteBlockTests {
  private static let name = "01M7XPVHDBEN0X46Y430AHYY2Q"
  /// Has deletions.
  private static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"

  private func spoilt(
    _ name: String = name, _ change: (inout [IndexedSeries]) throws -> Void
  ) throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try editIndex(copy.data + "/\(name)/index", change)
    return copy
  }

  private func rewrite(_ path: String, _ name: String = name) async throws -> Repair.Result {
    try await operate(on: path) { context throws(FileError) in
      try Operation.rewriteBlock.steps(context, block: name)
    }
  }

  private func findings(_ path: String, _ name: String = name) throws -> [String] {
    BlockCheck.run(try BlockFolder(path: path + "/" + name), level: .deep).findings
      .filter { $0.severity >= .warning }.map(\.rule.id)
  }

  private func samples(_ path: String) async throws -> [String] {
    withoutMarkers(try await servedSamples(path))
  }

  /// Two series with more than one chunk.
  private func long(_ series: [IndexedSeries]) throws -> (Int, Int) {
    let places = series.indices.filter { series[$0].chunks.count > 1 }
    return (try #require(places.first), try #require(places.dropFirst().first))
  }

  @Test func `chunks that were exchanged, and one that is there twice`() async throws {
    let copy = try spoilt { series in
      let (one, other) = try long(series)
      series[one].chunks.swapAt(0, 1)
      series[other].chunks.insert(series[other].chunks[0], at: 0)
    }
    #expect(
      Set(try findings(copy.data)).isSuperset(of: ["index.series.chunk-order"]))
    let result = try await rewrite(copy.data)
    #expect(
      result.steps.map(\.why) == [
        "\(Self.name) is written anew: it has 1 chunk that is there twice, 1 series whose chunks are not sorted"
      ])
    #expect(result.steps.map(\.loss.samples) == [0])
    #expect(try findings(copy.data) == [])
    #expect(try await samples(copy.data) == samples(Fixture("damaged-base/main").data))
  }

  @Test func `series and labels in any order, and a series in two parts`() async throws {
    let copy = try spoilt { series in
      let (one, _) = try long(series)
      var part = series[one]
      part.chunks.removeFirst()
      series[one].chunks.removeLast(series[one].chunks.count - 1)
      series.append(part)
      series.reverse()
      for place in series.indices where place % 3 == 0 { series[place].labels.reverse() }
    }
    #expect(try !findings(copy.data).isEmpty)
    let result = try await rewrite(copy.data)
    #expect(result.steps.map(\.loss.samples) == [0])
    #expect(try findings(copy.data) == [])
    let before = try await samples(Fixture("damaged-base/main").data)
    #expect(try await samples(copy.data) == before)
  }

  @Test func `of a name that stands twice the value stays that no other series has`() async throws {
    let copy = try spoilt { series in
      let place = try #require(
        series.firstIndex { $0.labels.contains { $0.name == "instance" } })
      let labels = series[place].labels
      let instance = try #require(labels.firstIndex { $0.name == "instance" })
      // The first value makes it equal to itself with another chunk list; the second is free.
      var other = series[place]
      other.labels.insert((name: "instance", value: "zz-free"), at: instance + 1)
      series[place].labels.insert(labels[instance], at: instance)
      series.insert(other, at: place + 1)
    }
    _ = try await rewrite(copy.data)
    #expect(try findings(copy.data) == [])
    let series = try await samples(copy.data)
    #expect(try await !servedSamples(copy.data, match: #"{instance="zz-free"}"#).isEmpty)
    let before = try await samples(Fixture("damaged-base/main").data)
    #expect(series.count > before.count)
    #expect(Set(series).isSuperset(of: before))
  }

  @Test func `one of two values of a time goes, and is counted`() async throws {
    var range = TimeRange()
    let copy = try spoilt { series in
      let (one, other) = try long(series)
      series[one].chunks.insert(series[other].chunks[0], at: 1)
      range = TimeRange(
        minTime: series[one].chunks[0].minTime, maxTime: series[one].chunks[0].maxTime)
    }
    let result = try await rewrite(copy.data)
    #expect(result.steps.map { $0.loss.samples > 0 && $0.loss.samples <= 120 } == [true])
    #expect(!range.isEmpty)
    #expect(try findings(copy.data) == [])
    #expect(try await samples(copy.data) == samples(Fixture("damaged-base/main").data))
  }

  @Test func `deletions go with their series`() async throws {
    let copy = try spoilt(Self.first) { $0.reverse() }
    // Tombstones name places that are other series now: those of the reversed index are put in.
    let before = try Block.readTombstones(path: copy.data + "/\(Self.first)/tombstones")
    let index = try IndexFile(path: copy.data + "/\(Self.first)/index")
    var references: [UInt64] = []
    var sequence = index.series()
    while sequence.next() { references += sequence.batch.series.map(\.reference) }
    let chosen = try #require(references.first)
    let moved = before.prefix(1).map {
      Tombstone(series: chosen, minTime: $0.minTime, maxTime: $0.maxTime)
    }
    let file = TombstonesFile.write(moved)
    var bytes: [UInt8] = []
    for offset in 0..<file.count { bytes.append(file.bytes.byte(at: offset)) }
    try writeFile(copy.data + "/\(Self.first)/tombstones", bytes)
    let served = try await samples(copy.data)
    _ = try await rewrite(copy.data, Self.first)
    #expect(try findings(copy.data, Self.first) == [])
    #expect(
      try Block.readTombstones(path: copy.data + "/\(Self.first)/tombstones").count == moved.count)
    #expect(try await samples(copy.data) == served)
  }

  /// Servers of 2.42.0 and 3.5.3 served as much: queries of the others failed.
  @Test func `series that come behind those of other blocks fail queries`() async throws {
    let copy = try spoilt { $0.reverse() }
    let repair = Repair(of: try DataDirectory(path: copy.data), Repair.Options())
    let plan = try await repair.plan(comparesWays: false)
    #expect(plan.before.startup.first.outcome == .startsWithLoss)
    #expect(plan.before.samples == 10_199)
    #expect(plan.steps.map(\.operation) == [.rewriteBlock])
    #expect(plan.steps.map(\.loss.samples) == [0])
    #expect(plan.after.samples == 105_879)
  }

  /// A server of 3.5.3 logged `compaction failed` with `out-of-order series added` a minute behind its start.
  @Test func `blocks of one time that cannot be joined are told before the first try`() async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let name = "01M7XPVHDBEN0X46Y430AHYY2R"
    try copyTree(from: copy.data + "/" + Self.name, to: copy.data + "/" + name)
    let meta = copy.data + "/\(name)/meta.json"
    try writeFile(meta, Array(try readText(meta).replacing(Self.name, with: name).utf8))
    try editIndex(copy.data + "/\(name)/index") { series in
      for place in series.indices { series[place].labels.reverse() }
    }
    let repair = Repair(of: try DataDirectory(path: copy.data), Repair.Options())
    let plan = try await repair.plan(comparesWays: false)
    let start = plan.before.startup.first
    #expect(start.outcome == .startsThenFails)
    #expect(
      start.message == "compaction failed: add series: out-of-order series added with label set")
    #expect(plan.steps.map(\.operation) == [.rewriteBlock])
    #expect(plan.after.startup.first.outcome == .starts)
  }

  @Test func `a sound block is left alone`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    #expect(try await rewrite(copy.data).steps.isEmpty)
  }

  /// The list of Thanos is of the files that were there before.
  @Test func `the list of files leaves with the files`() async throws {
    let copy = try spoilt { $0.reverse() }
    let path = copy.data + "/\(Self.name)/meta.json"
    let text = try readText(path)
    let end = try #require(text.lastIndex(of: "}"))
    let thanos = """
      , "thanos": {"labels": {"a": "b"}, "files": [{"rel_path": "index", "size_bytes": 5}],
      "source": "sidecar"}}
      """
    try writeFile(path, Array((text[..<end] + thanos).utf8))
    _ = try await rewrite(copy.data)
    #expect(try findings(copy.data) == [])
    let kept = try BlockMeta.read(path: path).thanos ?? ""
    #expect(kept.contains("sidecar") && kept.contains("labels") && !kept.contains("files"))
  }
}
