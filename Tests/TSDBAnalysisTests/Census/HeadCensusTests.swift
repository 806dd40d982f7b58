import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What a server said about its head (`/api/v1/status/tsdb`, `headStats`).
struct HeadStatistics: Equatable, CustomStringConvertible {
  var series: Int
  var labelPairs: Int
  var minTime: Int64
  var maxTime: Int64

  var description: String {
    "\(series) series, \(labelPairs) label pairs, \(minTime) to \(maxTime)"
  }

  init(series: Int, labelPairs: Int, minTime: Int64, maxTime: Int64) {
    self.series = series
    self.labelPairs = labelPairs
    self.minTime = minTime
    self.maxTime = maxTime
  }

  /// From the answer of a server.
  init?(status text: String) {
    guard let series = Self.number("numSeries", in: text),
      let labelPairs = Self.number("numLabelPairs", in: text),
      let minTime = Self.number("minTime", in: text),
      let maxTime = Self.number("maxTime", in: text)
    else { return nil }
    self.init(
      series: Int(series), labelPairs: Int(labelPairs), minTime: minTime, maxTime: maxTime)
  }

  /// From a census: the label pairs are those of series with samples that replay keeps.
  init(_ census: HeadCensus) {
    var pairs: Set<LabelPairTable.PairID> = []
    let history = census.history
    for id in 0..<history.series.count {
      let times = history.series.times[id]
      guard !times.isEmpty, times.maxTime >= census.minValidTime else { continue }
      let own = history.series.pairs(of: SeriesTable.SeriesID(id))
      for index in own.indices { pairs.insert(own[index]) }
    }
    // A server's empty head stands where the blocks end.
    let times =
      census.timeRange.isEmpty
      ? TimeRange(minTime: census.minValidTime, maxTime: census.minValidTime) : census.timeRange
    self.init(
      series: census.liveSeries, labelPairs: pairs.count, minTime: times.minTime,
      maxTime: times.maxTime)
  }

  private static func number(_ name: String, in text: String) -> Int64? {
    let letters = Array(text.utf8)
    let key = Array("\"\(name)\":".utf8)
    guard letters.count > key.count else { return nil }
    for start in 0..<(letters.count - key.count) {
      guard letters[start..<start + key.count].elementsEqual(key) else { continue }
      let digits = letters[(start + key.count)...].drop { $0 == 0x20 }
        .prefix { $0 == 0x2d || (0x30...0x39).contains($0) }
      return Int64(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}

extension Fixture {
  /// The head of the fixture, counted.
  func census(jobs: Int = 2) async throws -> HeadReader.Result {
    try await Self.census(of: data, jobs: jobs)
  }

  static func census(of path: String, jobs: Int = 2) async throws -> HeadReader.Result {
    let directory = try DataDirectory(path: path)
    return await HeadReader.read(directory, jobs: jobs)
  }
}

@Suite struct HeadCensusTests {
  /// Small and full set, each fixture that has the status of a restarted server.
  static let withStatus: [Fixture] =
    (Fixture.all("sound") + Fixture.allOfFullSet("sound")).filter {
      $0.truthNames.contains { $0.hasPrefix("live-after-restart") && $0.hasSuffix("tsdb.json") }
    }

  @Test(arguments: withStatus)
  func `series, label pairs and times are those of the restarted server`(
    fixture: Fixture
  ) async throws {
    let found = HeadStatistics(try await fixture.census().census)
    for name in fixture.truthNames
    where name.hasPrefix("live-after-restart") && name.hasSuffix("status-tsdb.json") {
      let text = String(decoding: try fixture.truth(name), as: UTF8.self)
      let truth = try #require(HeadStatistics(status: text))
      #expect(found == truth, "\(fixture.name) \(name)")
    }
  }

  /// Numbers that a server served after its own repair of these logs.
  @Test(
    arguments: [("explosion-small", 61_451, 671_546), ("explosion-enospc", 142_919, 147_560)])
  func `the explosions hold what a server served of them`(
    name: String, series: Int, samples: Int
  ) async throws {
    let fixtures = (Fixture.all("sound") + Fixture.allOfFullSet("sound"))
      .filter { $0.name == "sound/" + name }
    for fixture in fixtures {
      let result = try await fixture.census()
      #expect(result.census.liveSeries == series)
      #expect(result.census.samples == samples)
      #expect(result.problems.count == 1)
    }
  }

  // Records made here, to tell apart what replay does with each sample.

  private static func series(_ ref: UInt64, _ labels: [(String, String)]) -> [UInt8] {
    RecordBuilder.series(ref, labels)
  }

  private static func samples(_ rows: [(UInt64, Int64)]) -> [UInt8] {
    RecordBuilder.samples(rows.map { ($0.0, $0.1, 0) })
  }

  private static func count(
    _ records: [[UInt8]], into census: inout HeadCensus, from origin: LogPart = .wal
  ) -> [RecordBatch.Damage] {
    let segment = WALBuilder(records).bytes
    var batch = RecordBatch()
    var reader = SegmentReader(segment.rawBytes)
    reader.read(into: &batch)
    return batch.damage + census.count(batch, from: origin)
  }

  @Test func `samples are counted by what replay does with them`() {
    var census = HeadCensus(minValidTime: 100)
    let records = [
      [1] + Self.series(1, [("a", "x")]) + Self.series(2, [("a", "y")]),
      Self.samples([(1, 50), (1, 100), (1, 110), (1, 110), (1, 105), (9, 200), (2, 99)]),
    ]
    #expect(Self.count(records, into: &census) == [])
    #expect(census.samplesInBlocks == 2)
    #expect(census.samples == 2)
    #expect(census.samplesNotNewer == 2)
    #expect(census.samplesOfUnknownSeries == 1)
    #expect(census.timeRange == TimeRange(minTime: 100, maxTime: 110))
    #expect(census.liveSeries == 1)
    #expect(census.records[.series] == .init(records: 1, entries: 2, bytes: records[0].count))
    #expect(census.records[.samples] == .init(records: 1, entries: 7, bytes: records[1].count))
  }

  @Test func `a sample before its series is of an unknown series`() {
    var census = HeadCensus(minValidTime: .min)
    _ = Self.count([Self.samples([(1, 5)]), [1] + Self.series(1, [])], into: &census)
    #expect(census.samplesOfUnknownSeries == 1)
    #expect(census.samples == 0)
  }

  @Test func `two refs of one series are one series, and a ref of two series is told`() {
    var census = HeadCensus(minValidTime: .min)
    let records = [
      [1] + Self.series(1, [("a", "x")]) + Self.series(2, [("a", "x")]),
      Self.samples([(1, 5), (2, 6), (2, 6)]),
      [1] + Self.series(1, [("a", "x")]) + Self.series(2, [("a", "y")]),
      Self.samples([(2, 7)]),
    ]
    #expect(Self.count(records, into: &census) == [])
    #expect(census.history.series.count == 2)
    #expect(census.liveSeries == 2)
    #expect(census.refsReused == 1)
    #expect(census.samples == 3)
    #expect(census.samplesNotNewer == 1)
  }

  @Test func `samples of the WBL are out of order and extend their series only`() {
    var census = HeadCensus(minValidTime: .min)
    _ = Self.count([[1] + Self.series(1, []), Self.samples([(1, 100)])], into: &census)
    _ = Self.count([Self.samples([(1, 40), (7, 1)])], into: &census, from: .wbl)
    #expect(census.outOfOrderSamples == 1)
    #expect(census.samplesOfUnknownSeries == 1)
    #expect(census.samples == 1)
    #expect(census.timeRange == TimeRange(minTime: 100, maxTime: 100))
    #expect(census.history.series.times[0] == TimeRange(minTime: 40, maxTime: 100))
  }

  @Test func `what stands before damage in a record is counted`() {
    var census = HeadCensus(minValidTime: .min)
    let series = [1] + Self.series(1, [("a", "x")]) + Self.series(2, [("a", "y")]).dropLast()
    let samples = Self.samples([(1, 5), (1, 6)]).dropLast()
    let damage = Self.count([series, Array(samples), []], into: &census)
    #expect(
      damage.map(\.error.rule) == [
        "record.series.range", "record.samples.truncated", "wal.record.truncated",
      ])
    #expect(
      damage.map(\.lost.lowerBound) == [0, series.count + 7, series.count + samples.count + 14])
    #expect(census.liveSeries == 1)
    #expect(census.samples == 1)
  }

  @Test func `times at the limits do not trap`() {
    var census = HeadCensus(minValidTime: .max)
    _ = Self.count(
      [[1] + Self.series(.max, []), Self.samples([(.max, .min), (.max, .max), (.max, 0)])],
      into: &census)
    #expect(census.samplesInBlocks == 2)
    #expect(census.samples == 1)
  }

  @Test func `record types that are not known are listed and sized`() {
    var census = HeadCensus(minValidTime: .min)
    #expect(Self.count([[99, 1, 2], [3], [99]], into: &census) == [])
    #expect(census.records[.unknown(99)] == .init(records: 2, entries: 0, bytes: 4))
    #expect(census.records[.tombstones] == .init(records: 1, entries: 0, bytes: 1))
  }
}

/// Records of each type, counted against what Prometheus' own decoder counted.
@Suite struct HeadCensusRecordTests {
  private struct Count: Equatable {
    var records: Int
    var bytes: Int
  }

  /// `# 2(samples) records=406 bytes=226259`
  private static func summary(_ text: String) -> [String: Count] {
    var counts: [String: Count] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split { " ()=".contains($0) }
      guard words.count == 7, let records = Int(words[4]), let bytes = Int(words[6]) else {
        continue
      }
      counts[String(words[2])] = Count(records: records, bytes: bytes)
    }
    return counts
  }

  static let withSummary: [Fixture] =
    (Fixture.all("sound") + Fixture.all("states") + Fixture.allOfFullSet("sound")
    + Fixture.allOfFullSet("states")).filter { $0.truthNames.contains("wal-summary.txt") }

  @Test(arguments: withSummary)
  func `records and bytes of each type are those that Prometheus counts`(
    fixture: Fixture
  ) async throws {
    for folder in ["wal", "wbl"] where fixture.truthNames.contains("\(folder)-summary.txt") {
      let text = String(decoding: try fixture.truth("\(folder)-summary.txt"), as: UTF8.self)
      let truth = Self.summary(text)
      #expect(truth.isEmpty == false)
      let paths = try namesInFolder(fixture.file(folder)).filter { $0.allSatisfy(\.isNumber) }
        .map { fixture.file(folder) + "/" + $0 }
      let part: LogPart = folder == "wal" ? .wal : .wbl
      let result = await HeadReader.read(
        paths.map { LogSegment(path: $0, part: part) }, minValidTime: .min, jobs: 2)
      // The checkpoint is left out here, and with it the series that only it defines.
      let rules = result.problems.map { problem in
        if case .damaged(_, let error) = problem { error.rule } else { "\(problem)" }
      }
      #expect(rules.allSatisfy { $0 == "record.samples.missing" }, "\(result.problems)")
      let found = result.census.records.map {
        ($0.key.name, Count(records: $0.value.records, bytes: $0.value.bytes))
      }
      #expect(Dictionary(uniqueKeysWithValues: found) == truth, "\(fixture) \(folder)")
    }
  }

  @Test(arguments: Fixture.allOfFullSet("sound").filter { $0.name.hasSuffix("checkpoint-3.14") })
  func `a checkpoint holds the series that Prometheus finds in it`(fixture: Fixture) async throws {
    let text = String(
      decoding: try fixture.truth("checkpoint.00000012-records.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let path = fixture.file("wal/checkpoint.00000012/00000000")
    let result = await HeadReader.read(
      [LogSegment(path: path, part: .checkpoint)], minValidTime: .min, jobs: 2)
    #expect(result.problems == [])
    let records = result.census.records
    #expect(records[.series]?.entries == lines.count { $0.hasPrefix(" series ") })
    #expect(records.values.reduce(0) { $0 + $1.records } == lines.count { $0.hasPrefix("R ") })
    #expect(
      records[.metadata]?.records == lines.count { $0.hasPrefix("R ") && $0.contains("(metadata)") }
    )
  }
}
