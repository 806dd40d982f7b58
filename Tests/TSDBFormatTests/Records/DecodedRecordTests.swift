import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct DecodedRecordTests {
  /// A folder of segments and what Prometheus says about its records.
  struct Log: Sendable, CustomStringConvertible {
    var fixture: Fixture
    /// `wal`, `wbl`, `checkpoint.00000012`.
    var name: String

    var description: String { "\(fixture) \(name)" }

    var folder: String {
      fixture.file(name.hasPrefix("checkpoint") ? "wal/\(name)" : name)
    }
  }

  static let logs: [Log] = (Fixture.all("sound") + Fixture.allOfFullSet("sound")).flatMap {
    fixture in
    fixture.truthNames.compactMap { file -> Log? in
      guard let name = file.split(separator: "-").first.map(String.init),
        file.hasPrefix("\(name)-records.txt"), !name.hasPrefix("chunk_snapshot")
      else { return nil }
      return Log(fixture: fixture, name: name)
    }
  }

  @Test(arguments: logs)
  func `every record and entry is what Prometheus decodes`(log: Log) throws {
    let truth = RecordTruth.list(
      try #require(try log.fixture.truthText("\(log.name)-records.txt")))
    #expect(!truth.isEmpty)
    for segment in Set(truth.map(\.segment)).sorted() {
      let expected = truth.filter { $0.segment == segment }
      let name = String(segment)
      let file = String(repeating: "0", count: 8 - name.count) + name
      let reading = SegmentReading(try readFile(log.folder + "/" + file))
      #expect(reading.damage == [])
      // The truth in the repository is the beginning of what there is to say.
      #expect(reading.records.count >= expected.count)
      for (record, expected) in zip(reading.records, expected) {
        #expect(record.range.upperBound == expected.end)
        #expect(record.payload.count == expected.length)
        let decoded = try DecodedRecord(
          payload: record.payload.rawBytes, at: record.range.lowerBound)
        guard decoded != expected.decoded else { continue }
        Issue.record("\(log) \(file) at \(record.range.lowerBound): \(decoded)")
        return
      }
    }
  }

  @Test func `the logs of the full set are compared where it is there`() {
    #expect(Self.logs.count(where: { $0.fixture.path.hasPrefix(Fixture.testData) }) == 2)
    let full = Fixture.fullSet == nil ? 0 : 9
    #expect(Self.logs.count(where: { !$0.fixture.path.hasPrefix(Fixture.testData) }) == full)
  }

  private static let one = bigEndianBytes((1.0).bitPattern)
  private static let base = bigEndianBytes(UInt64(10)) + bigEndianBytes(Int64(1000))
  private static let labels: [UInt8] = [1, 1, 0x61, 2, 0x62, 0x63]

  /// A record of every type with what it decodes to.
  static let known: [([UInt8], DecodedRecord)] = [
    (
      [1] + bigEndianBytes(UInt64(7)) + labels, .series([.init(ref: 7, labels: [Label("a", "bc")])])
    ),
    (
      [2] + base + [2, 20] + one,
      .samples([.init(ref: 11, time: 1010, value: (1.0).bitPattern)])
    ),
    (
      [3] + bigEndianBytes(UInt64(7)) + varintBytes(-5) + varintBytes(300),
      .tombstones([Tombstone(series: 7, minTime: -5, maxTime: 300)])
    ),
    (
      [4] + base + [2, 20] + one + labels,
      .exemplars([
        Exemplar(ref: 11, time: 1010, value: (1.0).bitPattern, labels: [Label("a", "bc")])
      ])
    ),
    (
      [5] + bigEndianBytes(UInt64(7)) + bigEndianBytes(UInt64(3 << 32 | 8)),
      .mmapMarkers([MmapMarker(ref: 7, chunk: 3 << 32 | 8)])
    ),
    (
      [6, 7, 1, 3]
        + ["UNIT", "s", "HELP", "me", "X", "y"].flatMap { lengthPrefixedBytes($0.utf8) },
      .metadata([
        MetricMetadata(
          ref: 7, type: 1, unit: [0x73], help: [0x6d, 0x65], others: [Label("X", "y")])
      ])
    ),
    (
      [11] + varintBytes(7) + varintBytes(1010) + varintBytes(900) + one,
      .samples([.init(ref: 7, time: 1010, startTime: 900, value: (1.0).bitPattern)])
    ),
    ([99, 1, 2], .unknown(code: 99, bytes: [1, 2])),
  ]

  @Test func `known bytes of every type are decoded`() throws {
    for (bytes, expected) in Self.known {
      #expect(try DecodedRecord(payload: bytes.rawBytes, at: 700) == expected)
    }
  }

  @Test func `a marker names the file and the place in it`() {
    let marker = MmapMarker(ref: 7, chunk: 3 << 32 | 8)
    #expect(marker.file == 3)
    #expect(marker.offset == 8)
  }

  @Test func `the codes of metric types have the names of OpenMetrics`() {
    let names = (0...8).map { MetricMetadata(ref: 1, type: $0, unit: [], help: []).typeName }
    #expect(
      names == [
        "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info",
        "stateset", "unknown",
      ])
  }

  @Test func `a record without a byte is truncated`() {
    #expect(
      throws: DecodeError(
        section: .walRecord, offset: 700, inner: 0, problem: .truncated(needed: 1, available: 0))
    ) { try DecodedRecord(payload: [UInt8]().rawBytes, at: 700) }
  }

  @Test func `every cut is refused where it ends, or empty`() {
    for (bytes, _) in Self.known.dropLast() {
      for count in 1..<bytes.count {
        do {
          _ = try DecodedRecord(payload: Array(bytes[..<count]).rawBytes, at: 700)
          #expect(count == 1 || count == 17 && [2, 4].contains(bytes[0]), "\(bytes[0]) \(count)")
        } catch {
          #expect(error.offset == 700)
          #expect((0...count).contains(error.inner ?? -1))
          #expect(error.section.rawValue.hasPrefix("record."))
          #expect([.truncated, .range].contains(error.problem.code))
        }
      }
    }
  }

  @Test func `no flipped bit traps`() {
    for (bytes, _) in Self.known {
      for offset in bytes.indices {
        for bit in 0..<8 {
          var spoilt = bytes
          spoilt.flip(at: offset, bit: bit)
          _ = try? DecodedRecord(payload: spoilt.rawBytes, at: 700)
        }
      }
    }
  }

  @Test func `counts that the record cannot hold are refused at once`() {
    let claim = uvarintBytes(1 << 40)
    let claims: [([UInt8], Section)] = [
      ([1] + bigEndianBytes(UInt64(7)) + claim, .seriesRecord),
      ([4] + Self.base + [2, 20] + Self.one + claim, .exemplarsRecord),
      ([6, 7, 1] + claim, .metadataRecord),
      ([6, 7, 1, 1] + claim + [1], .metadataRecord),
    ]
    for (bytes, section) in claims {
      let failure = #expect(throws: DecodeError.self) {
        try DecodedRecord(payload: (bytes + [0, 0]).rawBytes, at: 700)
      }
      #expect(failure?.rule == section.rawValue + ".range")
    }
  }
}
