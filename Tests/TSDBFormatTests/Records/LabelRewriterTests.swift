import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct LabelRewriterTests {
  /// Replaces all values but those of `__name__` by `new` and their length.
  private static func replace(_ name: RawSpan, _ value: RawSpan) -> [UInt8]? {
    let text = [UInt8](name)
    return text == Array("__name__".utf8) ? nil : Array("new\(value.byteCount)".utf8)
  }

  private func rewrite(
    _ payload: [UInt8], ofSnapshot isSnapshot: Bool = false, dropsTexts: Bool = true
  ) -> (LabelRewriter.Outcome, [UInt8], Int) {
    var rewriter = LabelRewriter(dropsTexts: dropsTexts)
    let outcome = rewriter.rewrite(payload.rawBytes, ofSnapshot: isSnapshot, Self.replace)
    return (outcome, [UInt8](rewriter.bytes), rewriter.replaced)
  }

  private static let series =
    [1] + RecordBuilder.series(7, [("__name__", "up"), ("a", "secret"), ("b", "secret1")])
    + RecordBuilder.series(8, [("__name__", "up"), ("a", "secret"), ("b", "secret22")])
    + RecordBuilder.series(9, [("__name__", "up"), ("a", "secret")])
    + RecordBuilder.series(10, [("__name__", "down"), ("b", "secret1"), ("c", "")])

  @Test func `series get other values and keep all else`() {
    let (outcome, bytes, replaced) = rewrite(Self.series)
    #expect(outcome == .whole)
    #expect(
      bytes == [1]
        + RecordBuilder.series(7, [("__name__", "up"), ("a", "new6"), ("b", "new7")])
        + RecordBuilder.series(8, [("__name__", "up"), ("a", "new6"), ("b", "new8")])
        + RecordBuilder.series(9, [("__name__", "up"), ("a", "new6")])
        + RecordBuilder.series(10, [("__name__", "down"), ("b", "new7"), ("c", "new0")]))
    #expect(replaced == 7)
  }

  private static func exemplars(_ value: String) -> [UInt8] {
    var bytes: [UInt8] = [4] + bigEndianBytes(UInt64(5)) + bigEndianBytes(Int64(1000))
    for row in 0..<2 {
      bytes += varintBytes(Int64(row)) + varintBytes(-3) + bigEndianBytes(UInt64(row))
      bytes += uvarintBytes(1) + lengthPrefixedBytes("trace_id".utf8)
      bytes += lengthPrefixedBytes(value.utf8)
    }
    return bytes
  }

  @Test func `exemplars get other values`() {
    let (outcome, bytes, _) = rewrite(Self.exemplars("secret"))
    #expect(outcome == .whole)
    #expect(bytes == Self.exemplars("new6"))
    #expect(rewrite([4]).1 == [4])
    #expect(
      rewrite([3] + Self.exemplars("secret").dropFirst(), ofSnapshot: true).1
        == [3] + Self.exemplars("new6").dropFirst())
  }

  private static func metadata(_ help: String, _ other: String) -> [UInt8] {
    var bytes: [UInt8] = [6] + uvarintBytes(300) + [1] + uvarintBytes(3)
    for text in ["UNIT", "bytes", "HELP", help, "X", other] {
      bytes += lengthPrefixedBytes(text.utf8)
    }
    return bytes
  }

  @Test func `metadata loses its texts where all values are replaced`() {
    let record = Self.metadata("of secret", "secret")
    #expect(rewrite(record).1 == Self.metadata("", ""))
    #expect(rewrite(record, dropsTexts: false).1 == record)
  }

  @Test func `samples, deletions and markers stay as they are`() {
    let samples = RecordBuilder.samples([(7, 1000, 1), (8, 2000, 2)])
    let tombstones = RecordBuilder.tombstones([(7, 1, 2)])
    let markers = [5] + bigEndianBytes(UInt64(7)) + bigEndianBytes(UInt64(8))
    for record in [samples, tombstones, markers, [2], []] {
      #expect(rewrite(record) == (.whole, record, 0))
    }
  }

  @Test func `of a type that nobody knows only the type and the length stay`() {
    let (outcome, bytes, _) = rewrite([77] + Array("secret".utf8))
    #expect(outcome == .whole)
    #expect(bytes == [77] + [UInt8](repeating: 0x2a, count: 6))
  }

  /// What real servers wrote: all entries, with other values and nothing else changed.
  @Test(arguments: Fixture.all("sound") + Fixture.all("states") + Fixture.allOfFullSet("sound"))
  func `real records keep all but values`(fixture: Fixture) throws {
    for folder in ["wal", "wbl"] where exists(fixture.file(folder)) {
      for name in try namesInFolder(fixture.file(folder)) where Int(name) != nil {
        let bytes = try readFile(fixture.file(folder + "/" + name))
        for record in SegmentReading(bytes).records.prefix(2000) where !record.payload.isEmpty {
          var failure: DecodeError?
          let before = DecodedRecord(payload: record.payload.rawBytes, at: 0, failure: &failure)
          guard failure == nil else { continue }
          let (outcome, bytes, _) = rewrite(record.payload, dropsTexts: false)
          #expect(outcome == .whole)
          let after = try DecodedRecord(payload: bytes.rawBytes, at: 0)
          #expect(Self.replaced(before) == after, "\(name) \(record.range)")
        }
      }
    }
  }

  private static func replaced(_ labels: [Label]) -> [Label] {
    labels.map { label in
      Label(
        name: label.name, value: replace(label.name.rawBytes, label.value.rawBytes) ?? label.value)
    }
  }

  private static func replaced(_ record: DecodedRecord) -> DecodedRecord {
    switch record {
    case .series(let all):
      .series(all.map { .init(ref: $0.ref, labels: replaced($0.labels)) })
    case .exemplars(let all):
      .exemplars(
        all.map {
          Exemplar(ref: $0.ref, time: $0.time, value: $0.value, labels: replaced($0.labels))
        })
    case .unknown(let code, let bytes):
      .unknown(code: code, bytes: [UInt8](repeating: 0x2a, count: bytes.count))
    default: record
    }
  }

  // MARK: - Damage

  private static let records = [
    series, exemplars("secret"), metadata("of secret", "secret"),
    RecordBuilder.samples([(7, 1000, 1), (8, 2000, 2)]), RecordBuilder.tombstones([(7, 1, 2)]),
  ]

  @Test(arguments: records) func `a record that is cut is cut again`(record: [UInt8]) {
    for count in record.indices.dropFirst() {
      let cut = Array(record[..<count])
      let (outcome, bytes, _) = rewrite(cut)
      var (before, after): (DecodeError?, DecodeError?)
      _ = DecodedRecord(payload: cut.rawBytes, at: 0, failure: &before)
      _ = DecodedRecord(payload: bytes.rawBytes, at: 0, failure: &after)
      #expect((outcome == .whole) == (before == nil), "\(count)")
      #expect((before == nil) == (after == nil), "\(count)")
      if outcome == .spoilt { #expect(before?.rule == after?.rule, "\(count)") }
      #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"), "\(count)")
    }
  }

  /// What is decoded of it is what was decoded before, with other values; the rest is filler.
  @Test(arguments: records) func `a changed bit changes nothing else`(record: [UInt8]) {
    for place in 8..<record.count * 8 {
      var changed = record
      changed.flip(at: place / 8, bit: place % 8)
      let (outcome, bytes, _) = rewrite(changed, dropsTexts: false)
      var (failure, new): (DecodeError?, DecodeError?)
      let before = DecodedRecord(payload: changed.rawBytes, at: 0, failure: &failure)
      let after = DecodedRecord(payload: bytes.rawBytes, at: 0, failure: &new)
      #expect((outcome == .whole) == (failure == nil), "\(place)")
      #expect(after == Self.replaced(before), "\(place)")
      if outcome == .spoilt { #expect(new?.rule == failure?.rule, "\(place)") }
    }
  }

  @Test func `records of snapshots keep all but values`() throws {
    let labels = RecordBuilder.series(7, [("__name__", "up"), ("a", "secret")])
    let new = RecordBuilder.series(7, [("__name__", "up"), ("a", "new6")])
    let rest = bigEndianBytes(UInt64(0)) + [0]
    #expect(rewrite([1] + labels + rest, ofSnapshot: true) == (.whole, [1] + new + rest, 1))
    let longer = rewrite([1] + labels + rest + Array("secret".utf8), ofSnapshot: true)
    #expect(longer.0 == .spoilt)
    #expect(longer.1 == [1] + new + rest + [UInt8](repeating: 0x2a, count: 6))
    let unknown = rewrite([9] + Array("secret".utf8), ofSnapshot: true)
    #expect(unknown.0 == .spoilt)
    #expect(unknown.1 == [9] + [UInt8](repeating: 0x2a, count: 6))
  }
}
