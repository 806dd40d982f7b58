import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis
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

  /// Queries over all time give them: a server unpacks the whole chunk (3.5.3).
  @Test func `samples beyond the times that the index has of their chunk stay`() async throws {
    var cut: Int64 = 0
    let copy = try spoilt { series in
      let (one, _) = try long(series)
      let last = series[one].chunks.count - 1
      let chunk = series[one].chunks[last]
      cut = chunk.minTime
      series[one].chunks[last] = ChunkMeta(
        reference: chunk.reference, minTime: chunk.minTime, maxTime: chunk.minTime)
      series.reverse()
    }
    #expect(cut > 0)
    let result = try await rewrite(copy.data)
    #expect(
      result.steps.map(\.why) == [
        "\(Self.name) is written anew: it has series that are not sorted, "
          + "1 chunk that reaches beyond the times that the index has of it"
      ])
    #expect(result.steps.map(\.loss.samples) == [0])
    #expect(try findings(copy.data) == [])
    #expect(try await samples(copy.data) == samples(Fixture("damaged-base/main").data))
  }

  /// Each was unpacked, and kept until the end: 200,000 of 120 samples.
  @Test func `a chunk that an index refers to again and again is unpacked once`() async throws {
    let times = 200_000
    let copy = try spoilt { series in
      let (one, _) = try long(series)
      let first = series[one].chunks[0]
      series[one].chunks += [ChunkMeta](repeating: first, count: times)
    }
    let result = try await rewrite(copy.data)
    #expect(
      result.steps.map(\.why) == [
        "\(Self.name) is written anew: it has 200,000 chunks that are there twice"
      ])
    #expect(result.steps.map(\.loss.samples) == [0])
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

  /// Chunks that only touch are left alone, as both samples are served, unless the blocks can never be joined then.
  @Test func `chunks that touch are joined where a compaction would end at them`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let name = "01M7XPVHDBEN0X46Y430AHYY2R"
    try copyTree(from: copy.data + "/" + Self.name, to: copy.data + "/" + name)
    let meta = copy.data + "/\(name)/meta.json"
    try writeFile(meta, Array(try readText(meta).replacing(Self.name, with: name).utf8))
    let segment = copy.data + "/\(Self.name)/chunks/000001"
    var bytes = try readFile(segment)
    var touched: [(name: String, value: String)] = []
    try editIndex(copy.data + "/\(Self.name)/index") { series in
      let (one, other) = try long(series)
      series[other].chunks.swapAt(0, 1)
      // Another value at the time of the last sample.
      let last = try #require(series[one].chunks.last)
      var samples = SampleBatch()
      samples.append(time: last.maxTime, bits: (-1.0).bitPattern)
      samples.append(time: last.maxTime + 1, bits: (-2.0).bitPattern)
      let chunk = try #require(PackedChunk.pack(samples, keepsStartTimes: false).chunks.first)
      var writer = ChunkSegmentWriter()
      let place = writer.append(chunk.data.bytes, chunk.encoding)
      series[one].chunks.append(
        ChunkMeta(
          reference: ChunkReference(segment: 0, offset: bytes.count), minTime: last.maxTime,
          maxTime: last.maxTime + 1))
      for offset in place..<writer.pending.count {
        bytes.append(writer.pending.bytes(in: 0..<writer.pending.count).byte(at: offset))
      }
      touched = series[one].labels
    }
    try writeFile(segment, bytes)
    // The series is in one of the two alone, so that its chunks stay as they are when they are joined.
    try editIndex(copy.data + "/\(name)/index") { series in
      series.removeAll { $0.labels.map(\.value) == touched.map(\.value) }
    }
    var options = Repair.Options()
    options.time = "test"
    let repair = Repair(of: try DataDirectory(path: copy.data), options)
    let plan = try await repair.plan(comparesWays: false)
    #expect(plan.before.startup.first.outcome == .startsThenFails)
    #expect(plan.steps.contains { $0.operation == .rewriteBlock })
    #expect(plan.after.startup.first.outcome == .starts)
    let result = try await repair.applyInPlace(plan)
    #expect(result.steps == plan.steps)
  }

  @Test(arguments: [
    "index.series.label-order", "index.series.label-duplicate", "index.series.order",
    "index.series.duplicate", "index.series.chunk-order",
  ])
  func `a diagnosis has the check's name for what is not in order`(rule: String) throws {
    let copy = try spoilt { series in
      let (one, _) = try long(series)
      switch rule {
      case "index.series.label-order": series[one].labels.reverse()
      case "index.series.label-duplicate": series[one].labels.insert(series[one].labels[0], at: 0)
      case "index.series.order": series.swapAt(one, one + 1)
      case "index.series.duplicate": series.insert(series[one], at: one)
      default: series[one].chunks.swapAt(0, 1)
      }
    }
    #expect(try findings(copy.data).contains(rule))
    let found = BlockDamage.ofChunks(in: try DataDirectory(path: copy.data)) { _ in }
    #expect(found.map { Finding($0).rule.id } == [rule])
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
