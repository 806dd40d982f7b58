import TSDBFormat
import TestSupport
import Testing

@Suite struct SeriesRecordTests {
  private struct Series: Equatable {
    var ref: UInt64
    var labels: [[String]]
  }

  private func decode(_ payload: [UInt8]) -> (series: [Series], failure: DecodeError?) {
    var record = SeriesRecord()
    var failure: DecodeError?
    do { try record.append(payload.rawBytes, at: 700) } catch { failure = error }
    var all: [Series] = []
    // A series is the one before with its changes.
    var row: [[String]] = []
    for (index, series) in record.series.enumerated() {
      row = Array(row.prefix(series.labelCount))
      for change in record.changes[record.changeRange(of: index)] {
        let label = [change.name, change.value].map {
          String(decoding: [UInt8]($0.bytes(in: payload.rawBytes)), as: UTF8.self)
        }
        if Int(change.place) < row.count {
          row[Int(change.place)] = label
        } else {
          #expect(Int(change.place) == row.count)
          row.append(label)
        }
      }
      #expect(row.count == series.labelCount)
      all.append(Series(ref: series.ref, labels: row))
    }
    #expect(record.series.last?.changesEnd ?? 0 == record.changes.count)
    return (all, failure)
  }

  private static func encode(_ ref: UInt64, _ labels: [[String]]) -> [UInt8] {
    bigEndianBytes(ref) + uvarintBytes(UInt64(labels.count))
      + labels.flatMap { $0.flatMap { lengthPrefixedBytes($0.utf8) } }
  }

  /// A record of series with the refs 0, 1, 2, …
  private static func encode(_ all: [[[String]]]) -> [UInt8] {
    var payload: [UInt8] = [1]
    for (ref, labels) in all.enumerated() { payload += encode(UInt64(ref), labels) }
    return payload
  }

  /// Two series; the second ref is as large as one can be.
  private static let known: [UInt8] =
    [1, 0, 0, 0, 0, 0, 0, 0, 5, 1, 1, 0x61, 2, 0x78, 0x79]
    + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 1, 0x61, 0, 1, 0x62, 1, 0x7a]

  @Test func `known bytes are series with their labels`() {
    let result = decode(Self.known)
    #expect(result.failure == nil)
    #expect(
      result.series == [
        Series(ref: 5, labels: [["a", "xy"]]),
        Series(ref: .max, labels: [["a", ""], ["b", "z"]]),
      ])
  }

  @Test func `a record may be empty, and a series without labels`() {
    #expect(decode([1]).series == [])
    #expect(decode([1]).failure == nil)
    #expect(decode([1, 0, 0, 0, 0, 0, 0, 0, 9, 0]).series == [Series(ref: 9, labels: [])])
  }

  @Test func `every cut keeps the whole series and is refused unless it falls between two`() {
    for count in 1..<Self.known.count {
      let result = decode(Array(Self.known[..<count]))
      #expect(result.series.count == (count < 15 ? 0 : 1), "\(count)")
      #expect((result.failure == nil) == (count == 1 || count == 15), "\(count)")
      if let failure = result.failure {
        #expect(failure.section == .seriesRecord)
        #expect(failure.offset == 700)
        #expect((0...count).contains(failure.inner ?? -1))
      }
    }
  }

  @Test func `no flipped bit traps`() {
    for offset in Self.known.indices {
      for bit in 0..<8 {
        var bytes = Self.known
        bytes.flip(at: offset, bit: bit)
        #expect(decode(bytes).series.count <= 3)
      }
    }
  }

  @Test(arguments: [UInt64(3), 1 << 20, 1 << 40, .max])
  func `counts and lengths that the record cannot hold are refused`(claim: UInt64) throws {
    let ref = bigEndianBytes(UInt64(1))
    let rest: [UInt8] = [1, 0x61]
    let many = try #require(decode([1] + ref + uvarintBytes(claim) + rest).failure)
    #expect(many.rule == "record.series.range")
    #expect(many.inner == 9)
    let long = try #require(decode([1] + ref + [1] + uvarintBytes(claim) + rest).failure)
    #expect(long.rule == "record.series.range")
    #expect(long.inner == 10)
  }

  @Test func `only what differs from the series before is a change`() throws {
    let all = [
      [["a", "x"], ["b", "y"]], [["a", "x"], ["b", "z"]], [["a", "x"]], [["a", "x"], ["b", "z"]],
      [["a", "x"], ["b", "z"]], [["a", "xx"], ["b", "z"]],
    ]
    let payload = Self.encode(all)
    var record = SeriesRecord()
    try record.append(payload.rawBytes, at: 0)
    #expect(record.changes.map(\.place) == [0, 1, 1, 1, 0])
    #expect(record.series.map(\.changesEnd) == [2, 3, 3, 4, 4, 5])
    #expect(decode(payload).series.map(\.labels) == all)
  }

  @Test func `random series come out as they went in`() {
    var random = SeededRandom(seed: 8)
    for _ in 0..<40 {
      let all = (0..<Int.random(in: 0...30, using: &random)).map { _ in
        (0..<Int.random(in: 0...6, using: &random)).map { place in
          ["n\(place)", String(repeating: "v", count: Int.random(in: 0...9, using: &random))]
        }
      }
      let payload = Self.encode(all)
      let result = decode(payload)
      #expect(result.failure == nil)
      #expect(result.series.map(\.labels) == all, "seed \(random.seed)")
    }
  }

  @Test func `a label of 70000 bytes and a series of 1000 labels are read`() {
    let long = String(repeating: "y", count: 70_000)
    let labels = (0..<1000).map { ["name\($0)", "value\($0)"] }
    let result = decode([1] + Self.encode(3, [["a", long]]) + Self.encode(4, labels))
    #expect(result.failure == nil)
    #expect(
      result.series == [Series(ref: 3, labels: [["a", long]]), Series(ref: 4, labels: labels)])
  }

  @Test func `records are put behind one another, and each begins anew`() throws {
    var record = SeriesRecord()
    try record.append(Self.known.rawBytes, at: 0)
    try record.append(Self.known.rawBytes, at: 0)
    #expect(record.series.map(\.ref) == [5, .max, 5, .max])
    #expect(record.changeRange(of: 2).count == 1)
    record.removeAll()
    try record.append(([1] + Self.encode(3, [])).rawBytes, at: 0)
    #expect(record.series.map(\.ref) == [3])
    #expect(record.series.map(\.labelCount) == [0])
    #expect(record.changes == [])
  }
}
