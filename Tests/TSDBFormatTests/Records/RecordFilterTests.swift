import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct RecordFilterTests {
  /// Of every record that servers wrote, every third series leaves: what is left decodes to the same
  /// as the whole record less their entries.
  @Test(
    arguments: (Fixture.all("sound") + Fixture.all("states") + Fixture.allOfFullSet("sound")))
  func `what stays of a real record is what was there less what left`(fixture: Fixture) throws {
    var filter = RecordFilter()
    var types: Set<UInt8> = []
    for folder in ["wal", "wbl"] where exists(fixture.file(folder)) {
      for name in try namesInFolder(fixture.file(folder)) where Int(name) != nil {
        let bytes = try readFile(fixture.file(folder + "/" + name))
        for record in SegmentReading(bytes).records.prefix(3000) where !record.payload.isEmpty {
          types.insert(record.payload[0])
          #expect(try fault(of: record.payload, &filter) == nil, "\(name) \(record.range)")
        }
      }
    }
    if fixture.name == "sound/st-zstd-3.14" { #expect(types.isSuperset(of: [1, 11, 12, 13])) }
  }

  private func isKept(_ ref: UInt64) -> Bool { ref % 3 != 0 }

  /// What is wrong with the filtered form of `payload`.
  private func fault(of payload: [UInt8], _ filter: inout RecordFilter) throws -> String? {
    let whole = try DecodedRecord(payload: payload.rawBytes, at: 0)
    let type = RecordType(code: payload[0])
    let outcome: RecordFilter.Outcome
    switch type {
    case .series:
      outcome = try filter.filterSeries(payload.rawBytes, at: 0) { ref, _ in isKept(ref) }
    case .mmapMarkers:
      outcome = try filter.filterMarkers(payload.rawBytes, at: 0) {
        isKept($0.ref) ? $0.chunk : nil
      }.0
    case .unknown: return nil
    default: outcome = try filter.filter(payload.rawBytes, type, at: 0, isKept: isKept)
    }
    let wanted = whole.keeping(isKept)
    if outcome.kept + outcome.dropped != whole.count { return "counts \(outcome)" }
    if outcome.kept != wanted.count { return "keeps \(outcome)" }
    guard outcome.dropped > 0, outcome.kept > 0 else { return nil }
    let left = try DecodedRecord(payload: filter.bytes, at: 0)
    return left == wanted ? nil : "is another"
  }

  @Test func `markers are led to the place where their chunk has gone`() throws {
    let record = [5] + bigEndianBytes(UInt64(7)) + bigEndianBytes(UInt64(1) << 32 | 8)
    var filter = RecordFilter()
    let (outcome, changed) = try filter.filterMarkers(record.rawBytes, at: 0) { $0.chunk + 1 }
    #expect(changed)
    #expect(outcome.kept == 1)
    let written = [UInt8](filter.bytes)
    #expect(
      written == [5] + bigEndianBytes(UInt64(7))
        + bigEndianBytes(
          UInt64(1) << 32 | 9))
  }

  @Test func `labels of a series record are handed over as they are written`() throws {
    let labels: [UInt8] = [1, 1, 97, 1, 98]
    let record = [1] + bigEndianBytes(UInt64(5)) + labels + bigEndianBytes(UInt64(6)) + [0]
    var filter = RecordFilter()
    var seen: [[UInt8]] = []
    let outcome = try filter.filterSeries(record.rawBytes, at: 0) { ref, labels in
      seen.append([UInt8](labels))
      return ref == 6
    }
    #expect(seen == [labels, [0]])
    #expect(outcome == .init(kept: 1, dropped: 1))
    let written = [UInt8](filter.bytes)
    #expect(written == [1] + bigEndianBytes(UInt64(6)) + [0])
  }

  @Test func `dropped samples tell their times`() throws {
    let record =
      [2] + bigEndianBytes(UInt64(4)) + bigEndianBytes(Int64(1000)) + [0, 0]
      + bigEndianBytes(UInt64(0)) + varintBytes(-1) + varintBytes(500) + bigEndianBytes(UInt64(0))
    var filter = RecordFilter()
    let outcome = try filter.filter(record.rawBytes, .samples, at: 0) { $0 == 4 }
    #expect(
      outcome
        == .init(
          kept: 1, dropped: 1, times: TimeRange(minTime: 1500, maxTime: 1500),
          allTimes: TimeRange(minTime: 1000, maxTime: 1500)))
  }

  @Test func `no shorter or flipped record traps`() throws {
    let path = Fixture("sound/st-zstd-3.14").file("wal/00000000")
    var seen: Set<UInt8> = []
    for record in SegmentReading(try readFile(path)).records {
      guard let type = record.payload.first, seen.insert(type).inserted else { continue }
      let short = Array(record.payload.prefix(400))
      var filter = RecordFilter()
      for count in 0..<short.count {
        _ = try? fault(of: Array(short.prefix(max(count, 1))), &filter)
        var flipped = short
        flipped.flip(at: count, bit: count % 8)
        _ = try? fault(of: flipped, &filter)
      }
    }
    #expect(seen.count > 2)
  }
}

extension DecodedRecord {
  fileprivate var count: Int {
    switch self {
    case .series(let all): all.count
    case .samples(let all): all.count
    case .tombstones(let all): all.count
    case .exemplars(let all): all.count
    case .mmapMarkers(let all): all.count
    case .metadata(let all): all.count
    case .histograms(let all): all.count
    case .unknown: 0
    }
  }

  fileprivate func keeping(_ isKept: (UInt64) -> Bool) -> DecodedRecord {
    switch self {
    case .series(let all): .series(all.filter { isKept($0.ref) })
    case .samples(let all): .samples(all.filter { isKept($0.ref) })
    case .tombstones(let all): .tombstones(all.filter { isKept($0.series) })
    case .exemplars(let all): .exemplars(all.filter { isKept($0.ref) })
    case .mmapMarkers(let all): .mmapMarkers(all.filter { isKept($0.ref) })
    case .metadata(let all): .metadata(all.filter { isKept($0.ref) })
    case .histograms(let all): .histograms(all.filter { isKept($0.ref) })
    case .unknown: self
    }
  }
}
