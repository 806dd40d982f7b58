import TSDBAnalysis
import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

@Suite struct DropSeriesTests {
  static let selector = #"{__name__=~"[a-m].*"}"#
  static let others = #"{__name__!~"[a-m].*"}"#
  static let fixtures =
    (Fixture.all("sound") + Fixture.all("damaged-base") + Fixture.allOfFullSet("sound"))
    .filter { !$0.name.contains("agent") && !$0.name.contains("explosion") }

  private func drop(_ path: String, _ selector: String) async throws -> Repair.Result {
    let selectors = [try Selector(selector)]
    return try await operate(on: path) { context async throws(FileError) in
      let drop = try await DropSeries(context.directory, selectors)
      return drop.changes.isEmpty ? [] : [drop.step]
    }
  }

  /// Of the head nothing is served but what was not selected, sample by sample; no ref of a series
  /// that left is left anywhere; and what is written is sound.
  @Test(arguments: fixtures)
  func `what was selected leaves, and nothing else`(fixture: Fixture) async throws {
    let copy = try fixture.copy()
    var options = SampleView.Options()
    options.readsBlocks = false
    for usesSnapshot in [false, true] {
      options.usesSnapshot = usesSnapshot
      let wanted = try await servedSamples(
        fixture.data, match: Self.others, options: options)
      if !usesSnapshot { _ = try await drop(copy.data, Self.selector) }
      let found = try await servedSamples(copy.data, options: options)
      // A difference of so many lines is not worth printing.
      let isSame = found == wanted
      #expect(isSame, "\(found.count) of \(wanted.count) samples")
    }
    let before = await rules(try DataDirectory(path: fixture.data))
    let after = await rules(try DataDirectory(path: copy.data))
    #expect(after.subtracting(before) == [])
  }

  /// Markers of the ends of series are no samples; what blocks hold besides stays, and what was deleted is
  /// not lost.
  @Test(arguments: fixtures)
  func `the loss that is told is what is served no more`(fixture: Fixture) async throws {
    let copy = try fixture.copy()
    let before = try await servedSamples(fixture.data, match: Self.selector)
    let result = try await drop(copy.data, Self.selector)
    let after = try await servedSamples(copy.data, match: Self.selector)
    let lost = withoutMarkers(before).count - withoutMarkers(after).count
    #expect(result.steps.reduce(0) { $0 + $1.loss.samples } == lost)
    #expect(result.toll.samples == lost)
  }

  private func rules(_ directory: DataDirectory) async -> Set<String> {
    let found = await LogCheck.run(directory, level: .deep, jobs: 2).findings
    return Set(found.filter { $0.severity >= .warning }.map(\.rule.id))
  }

  @Test func `the same is there again after undo`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let before = try ContentState(copy.data)
    let result = try await drop(copy.data, Self.selector)
    #expect(result.steps.map(\.operation.name) == ["drop-series"])
    #expect(try ContentState(copy.data) != before)
    _ = try Undo.run(copy.data)
    #expect(try ContentState(copy.data) == before)
  }

  @Test func `nothing is written where nothing is selected`() async throws {
    let copy = try Fixture("sound/head-mixed").copy()
    let result = try await drop(copy.data, #"{__name__="there is none"}"#)
    #expect(result.steps.isEmpty)
  }

  @Test func `a selector that selects nothing is named`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/head-mixed").data)
    let selectors = try [Self.selector, #"{job="none of that"}"#].map { try Selector($0) }
    let drop = try await DropSeries(directory, selectors)
    #expect(drop.idle.map(\.text) == [#"{job="none of that"}"#])
  }

  @Test func `the incident's series leave and the baseline keeps every sample`() async throws {
    let copy = try Fixture("sound/explosion-blocks").copy()
    var head = SampleView.Options()
    head.readsBlocks = false
    let wanted = try await servedSamples(copy.data, match: #"{request_id=""}"#, options: head)
    let result = try await drop(copy.data, #"{request_id!=""}"#)
    let isSame = try await servedSamples(copy.data, options: head) == wanted
    #expect(isSame)
    let loss = try #require(result.steps.first?.loss)
    #expect(loss.series == 8400)
    #expect(loss.samples == 26_880)
  }

  /// A server that forgot a series gives it another ref when it comes back.
  @Test func `a series with two refs counts once`() async throws {
    let folder = try LogDirectory([
      [
        LogDirectory.series(1, "goes"), LogDirectory.series(2, "stays"),
        LogDirectory.samples(1, [1000]), LogDirectory.series(3, "goes"),
        LogDirectory.series(4, "goes", x: "2"), LogDirectory.series(5, "stays"),
        LogDirectory.samples(3, [2000]),
      ]
    ])
    let drop = try await DropSeries(DataDirectory(path: folder.data), [try Selector("goes")])
    #expect(drop.refs == 3)
    #expect(drop.loss.series == 2)
    #expect(drop.loss.samples == 2)
    #expect(drop.step.why.hasPrefix("2 series leave the head, with 5 entries of the log"))
    let metric = try #require(drop.toll.metrics.first)
    #expect(metric.series == 2)
    #expect(drop.toll.targets.map(\.series) == [2])
  }

  /// A ref stands for one series, then for another.
  @Test func `of a ref with two series the record before an entry decides`() async throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.data)
    try makeFolder(folder.data + "/wal")
    func series(_ name: String) -> [UInt8] {
      [1] + bigEndianBytes(UInt64(5)) + [1] + lengthPrefixedBytes("__name__".utf8)
        + lengthPrefixedBytes(name.utf8)
    }
    func sample(_ time: Int64) -> [UInt8] {
      [2] + bigEndianBytes(UInt64(5)) + bigEndianBytes(time) + [0, 0]
        + bigEndianBytes((1.0).bitPattern)
    }
    let records = [
      sample(1000), series("goes"), sample(2000), series("stays"), sample(3000), sample(4000),
    ]
    try writeFile(folder.data + "/wal/00000000", WALBuilder(records).bytes)
    let drop = try await DropSeries(
      DataDirectory(path: folder.data), [try Selector("goes")])
    #expect(drop.mixedRefs == 1)
    // Nobody is served what stands before the record of its series.
    #expect(drop.loss.samples == 1)
    _ = try await self.drop(folder.data, "goes")
    var reader = SegmentWords(try readFile(folder.data + "/wal/00000000"))
    #expect(reader.payloads() == [series("stays"), sample(3000), sample(4000)])
  }
}

/// The plain records of a segment.
private struct SegmentWords {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func payloads() -> [[UInt8]] {
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    return batch.entries.map { [UInt8](batch.payload(of: $0)) }
  }
}
