import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct SnapshotRecordTests {
  private static let snapshots = (Fixture.all("sound") + Fixture.allOfFullSet("sound")).filter {
    $0.truthNames.contains { $0.hasPrefix("chunk_snapshot.") }
  }

  /// What Prometheus says about a record, without the samples of its chunk.
  private static func expected(
    _ truth: RecordTruth, data: Range<Int>?
  ) throws -> SnapshotRecord {
    switch truth.code {
    case 2: return .tombstones(truth.lines.map(\.tombstone))
    case 3: return .exemplars(truth.lines.map(\.exemplar))
    default: break
    }
    let head = try #require(truth.lines.first)
    var series = SnapshotSeries(
      ref: head.unsigned("ref"), labels: head.labels, chunkRange: head.integer("chunkrange"),
      chunk: nil)
    if let line = truth.lines.first(where: { $0.words.first == "c" }) {
      let code = (line.values["enc"] ?? "").prefix { $0 != "(" }
      let floats = truth.lines.filter { $0.words.first?.hasPrefix("buf") == true }
      let histogram = truth.lines.first { $0.words.first == "last" }?.histogram
      series.chunk = SnapshotSeries.Chunk(
        minTime: line.integer("mint"), maxTime: line.integer("maxt"),
        encoding: ChunkEncoding(code: UInt8(code) ?? 0), data: try #require(data),
        last: histogram.map { .histogram($0) }
          ?? .floats(floats.map { .init(time: $0.integer("t"), value: $0.float("v").bitPattern) }))
      #expect(data?.count == Int(line.integer("len")))
    }
    return .series(series)
  }

  @Test(arguments: snapshots)
  func `every record is what Prometheus decodes`(fixture: Fixture) throws {
    let folder = "chunk_snapshot.000000.0000327680"
    let truth = RecordTruth.list(try #require(try fixture.truthText("\(folder)-records.txt")))
    let reading = SegmentReading(try readFile(fixture.file("\(folder)/00000000")))
    #expect(reading.damage == [])
    #expect(reading.records.count == 38)
    #expect(truth.count == 38)
    for (record, truth) in zip(reading.records, truth) {
      #expect(record.range.upperBound == truth.end)
      var decoded = try SnapshotRecord(
        payload: record.payload.rawBytes, at: record.range.lowerBound)
      // Servers keep them in a hash table, and write them in no order.
      if case .tombstones(let all) = decoded {
        decoded = .tombstones(all.sorted { $0.series < $1.series })
      }
      var data: Range<Int>?
      if case .series(let series) = decoded, let chunk = series.chunk {
        data = chunk.data
        let count = truth.lines.first { $0.words.first == "c" }?.integer("n")
        // Two bytes of the data are the count; histograms with start times give two bits away.
        let first = record.payload[chunk.data].prefix(2).reduce(0) { $0 << 8 | Int64($1) }
        #expect(first & (chunk.encoding.isHistogramST ? 0x3fff : 0xffff) == count)
      }
      #expect(decoded == (try Self.expected(truth, data: data)))
      #expect(decoded.kind.rawValue == UInt8(truth.code))
    }
  }

  /// The worked example of Docs/formats/snapshot.md.
  @Test func `the worked example of the documentation is right`() throws {
    let fixture = Fixture("sound/snapshot-3.14")
    let file = try readFile(fixture.file("chunk_snapshot.000000.0000327680/00000000"))
    let record = try #require(SegmentReading(file).records.first)
    #expect(record.range == 0..<798)
    #expect(record.compression == .snappy)
    #expect(record.payload.count == 826)
    let payload = record.payload
    #expect(
      payload[..<0x0e] == [1, 0, 0, 0, 0, 0, 0, 0, 1, 3, 8, 0x5f, 0x5f, 0x6e])
    let decoded = try SnapshotRecord(payload: payload.rawBytes, at: 0)
    guard case .series(let series) = decoded, let chunk = series.chunk else {
      Issue.record("no series with a chunk")
      return
    }
    #expect(series.ref == 1)
    #expect(
      series.labels == [
        Label("__name__", "gen_counter"), Label("idx", "0"), Label("job", "tsdbtool"),
      ])
    #expect(chunk.minTime == 1_767_228_000_000)
    #expect(chunk.maxTime == 1_767_230_085_000)
    #expect(chunk.encoding == .xor2)
    #expect(chunk.data == 78..<762)
    let zero = SnapshotSeries.Sample(time: 0, value: 0)
    #expect(
      chunk.last == .floats([zero, zero, zero, .init(time: 0, value: (11586.0).bitPattern)]))
  }

  private func decode(_ payload: [UInt8]) throws -> SnapshotRecord {
    try SnapshotRecord(payload: payload.rawBytes, at: 700)
  }

  private static func series(_ encoding: UInt8?, last: [UInt8] = []) -> [UInt8] {
    let head: [UInt8] =
      [1] + bigEndianBytes(UInt64(7)) + [1, 1, 0x61, 2, 0x62, 0x63]
      + bigEndianBytes(Int64(0))
    guard let encoding else { return head + [0] }
    let times = bigEndianBytes(Int64(1000)) + bigEndianBytes(Int64(2000))
    return head + [1] + times + [encoding, 3, 0, 1, 9] + last
  }

  private static let floats: [UInt8] = (1...4).flatMap {
    bigEndianBytes(Int64($0)) + bigEndianBytes((0.5).bitPattern)
  }
  private static let tombstones: [UInt8] =
    [2, 8, 1, 7] + varintBytes(-5) + varintBytes(300) + [8, 0, 0]
  private static let exemplars: [UInt8] =
    [3] + bigEndianBytes(UInt64(10)) + bigEndianBytes(Int64(1000)) + [2, 20]
    + bigEndianBytes((1.0).bitPattern) + [1, 1, 0x61, 2, 0x62, 0x63]

  static let known: [[UInt8]] = [
    series(nil), series(1, last: floats), series(4, last: floats),
    series(2, last: HistogramBodyTests.body(isFloat: false)),
    series(6, last: HistogramBodyTests.body(isFloat: true)), tombstones, exemplars,
  ]

  @Test func `known bytes are a series without a chunk, and with one`() throws {
    let bare = SnapshotSeries(ref: 7, labels: [Label("a", "bc")], chunkRange: 0, chunk: nil)
    #expect(try decode(Self.known[0]) == .series(bare))
    var floats = bare
    floats.chunk = .init(
      minTime: 1000, maxTime: 2000, encoding: .xor, data: 42..<45,
      last: .floats((1...4).map { .init(time: $0, value: (0.5).bitPattern) }))
    #expect(try decode(Self.known[1]) == .series(floats))
    var histogram = bare
    histogram.chunk = .init(
      minTime: 1000, maxTime: 2000, encoding: .floatHistogramST, data: 42..<45,
      last: .histogram(HistogramBodyTests.histogram(isFloat: true)))
    #expect(try decode(Self.known[4]) == .series(histogram))
  }

  @Test func `known bytes are tombstones and exemplars`() throws {
    #expect(
      try decode(Self.tombstones)
        == .tombstones([
          Tombstone(series: 7, minTime: -5, maxTime: 300),
          Tombstone(series: 8, minTime: 0, maxTime: 0),
        ]))
    #expect(
      try decode(Self.exemplars)
        == .exemplars([
          Exemplar(ref: 11, time: 1010, value: (1.0).bitPattern, labels: [Label("a", "bc")])
        ]))
  }

  @Test func `the names of the types say where they come from`() {
    #expect(
      SnapshotRecord.RecordKind.allCases.map(\.name) == [
        "snapshot_series", "snapshot_tombstones", "snapshot_exemplars",
      ])
  }

  @Test func `what no server reads is refused where it stands`() {
    func failure(_ payload: [UInt8]) -> DecodeError? {
      #expect(throws: DecodeError.self) { try decode(payload) }
    }
    func error(_ section: Section, _ inner: Int, _ problem: DecodeError.Problem) -> DecodeError {
      DecodeError(section: section, offset: 700, inner: inner, problem: problem)
    }
    #expect(failure([4, 0]) == error(.snapshotRecord, 0, .unknownCode(found: 4)))
    #expect(failure(Self.series(9)) == error(.snapshotSeries, 40, .unknownCode(found: 9)))
    #expect(failure([2, 1, 9]) == error(.snapshotTombstones, 2, .unsupportedVersion(found: 9)))
    #expect(
      failure(Self.known[0] + [0]) == error(.snapshotSeries, 24, .trailingBytes(count: 1)))
    #expect(
      failure(Self.tombstones + [0]) == error(.snapshotTombstones, 10, .trailingBytes(count: 1)))
  }

  @Test func `every cut is refused where it ends`() throws {
    for (index, whole) in Self.known.enumerated() {
      for count in 0..<whole.count {
        do {
          _ = try decode(Array(whole[..<count]))
          // Exemplars may be none, and end behind the type or the base.
          #expect(index == 6 && [1, 17].contains(count), "\(index) \(count)")
        } catch let error as DecodeError {
          #expect(error.offset == 700)
          #expect((0...count).contains(error.inner ?? -1))
          #expect([.truncated, .range].contains(error.problem.code))
          #expect(error.section.rawValue.hasPrefix("snapshot."))
        }
      }
    }
  }

  @Test func `no flipped bit traps`() {
    for whole in Self.known {
      for offset in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes.flip(at: offset, bit: bit)
          let decoded = try? decode(bytes)
          if case .series(let series) = decoded, let chunk = series.chunk {
            #expect(chunk.data.upperBound <= bytes.count)
          }
        }
      }
    }
  }
}
