import TestSupport
import Testing

@testable import TSDBFormat

/// The samples of a record, and the failure that ended it.
struct DecodedRows: Equatable {
  var rows: [SampleRow] = []
  var failure: DecodeError?

  init(_ decode: (inout SampleRows) throws(DecodeError) -> Void) {
    var rows = SampleRows()
    do { try decode(&rows) } catch { failure = error }
    for index in rows.samples.indices { self.rows.append(rows.samples[index]) }
  }

  /// What is wrong with a failure of the record at 700, whose plain form has `count` bytes.
  func misplacement(in section: Section, byteCount count: Int) -> String? {
    guard let failure else { return nil }
    let inner = failure.inner ?? -1
    let isRight = failure.section == section && failure.offset == 700 && (0...count) ~= inner
    return isRight ? nil : "\(failure)"
  }
}

@Suite struct SamplesRecordTests {
  private func floats(_ payload: [UInt8]) -> DecodedRows {
    DecodedRows { rows throws(DecodeError) in
      try rows.decodeSamples(payload.rawBytes, at: 700)
    }
  }

  private func floatsV2(_ payload: [UInt8]) -> DecodedRows {
    DecodedRows { rows throws(DecodeError) in
      try rows.decodeSamplesV2(payload.rawBytes, at: 700)
    }
  }

  private static let one = bigEndianBytes((1.0).bitPattern)

  /// Base ref 10, base time 1000; the first sample's deltas are 0, then -3 and 15, then 300 and -1.
  private static let known: [UInt8] =
    [2, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0x03, 0xe8]
    + [0, 0] + one + [5, 30] + one + [0xd8, 0x04, 1] + one

  @Test func `known bytes are samples, deltas counted from the base`() {
    let bits = (1.0).bitPattern
    #expect(
      floats(Self.known).rows == [
        SampleRow(ref: 10, time: 1000, value: bits), SampleRow(ref: 7, time: 1015, value: bits),
        SampleRow(ref: 310, time: 999, value: bits),
      ])
    #expect(floats(Self.known).failure == nil)
  }

  @Test func `a record of the type byte only is empty`() {
    #expect(floats([2]) == DecodedRows { _ throws(DecodeError) in })
    #expect(floatsV2([11]) == DecodedRows { _ throws(DecodeError) in })
  }

  @Test func `every cut keeps the whole samples and is refused unless it falls between two`() {
    let ends = [17, 27, 37, 48]
    for count in 1..<Self.known.count {
      let result = floats(Array(Self.known[..<count]))
      #expect(result.rows.count == ends.dropFirst().count { $0 <= count }, "\(count)")
      #expect((result.failure == nil) == (count == 1 || ends.contains(count)), "\(count)")
      #expect(result.misplacement(in: .samplesRecord, byteCount: count) == nil)
    }
  }

  @Test func `times and refs at their limits wrap as Go's do and never trap`() {
    let top = [2] + bigEndianBytes(UInt64.max) + bigEndianBytes(Int64.max) + [2, 2] + Self.one
    #expect(floats(top).rows.map(\.ref) == [0])
    #expect(floats(top).rows.map(\.time) == [.min])
    let limits = varintBytes(.min) + varintBytes(.min)
    let bottom = [2] + bigEndianBytes(UInt64(0)) + bigEndianBytes(Int64.min) + limits + Self.one
    #expect(floats(bottom).rows.map(\.time) == [0])
  }

  /// First sample ref 5, t 1000, st 900; then no start time, the same again, one of its own.
  private static let knownV2: [UInt8] =
    [11] + varintBytes(5) + varintBytes(1000) + varintBytes(900) + one
    + [2, 20, 0] + one + [1, 40, 1] + one + [4, 60, 2] + varintBytes(-100) + one

  @Test func `known bytes are samples of the second version`() {
    let result = floatsV2(Self.knownV2)
    #expect(result.failure == nil)
    #expect(result.rows.map(\.ref) == [5, 6, 5, 7])
    #expect(result.rows.map(\.time) == [1000, 1010, 1020, 1030])
    #expect(result.rows.allSatisfy { $0.value == (1.0).bitPattern })
  }

  @Test func `start times come with the samples of the second version, and with no others`() throws
  {
    var rows = SampleRows()
    var startTimes: [[Int64]] = []
    let each: SampleRows.Each = { samples, starts in
      #expect(samples.count == (starts.isEmpty ? 3 : 4))
      startTimes.append(starts.indices.map { starts[$0] })
    }
    for payload in [Self.knownV2, Self.known, Self.knownV2] {
      if payload[0] == 11 {
        try rows.decodeSamplesV2(payload.rawBytes, at: 0, each: each)
      } else {
        try rows.decodeSamples(payload.rawBytes, at: 0, each: each)
      }
    }
    // The first's own, none, none as before, 100 before the first.
    #expect(startTimes == [[900, 0, 0, 800], [], [900, 0, 0, 800]])
  }

  @Test func `the start times of each piece are its own`() throws {
    var record: [UInt8] = [11] + varintBytes(0) + varintBytes(0) + varintBytes(0) + Self.one
    for index in 1..<2500 { record += [2, 2, 2] + varintBytes(Int64(index)) + Self.one }
    var rows = SampleRows()
    var startTimes: [Int64] = []
    var pieces: [Int] = []
    try rows.decodeSamplesV2(record.rawBytes, at: 0) { samples, starts in
      pieces.append(samples.count)
      for index in starts.indices { startTimes.append(starts[index]) }
    }
    #expect(pieces == [1024, 1024, 452])
    #expect(startTimes == Array(0..<2500))
  }

  @Test func `the start time marker is read as Prometheus reads it`() throws {
    var cursor = ByteCursor(
      ([10, 20, 30] + [0, 2, 1] + [0, 2, 0] + [0, 2, 1] + [0, 2, 9, 1]).rawBytes, at: 0,
      in: .samplesV2Record)
    var header = RowHeaderV2()
    var startTimes: [Int64] = []
    while !cursor.isAtEnd {
      try header.decode(&cursor)
      startTimes.append(header.startTime)
    }
    // As the previous; none; as the previous, which is none; against the first.
    #expect(startTimes == [15, 15, 0, 0, 14])
  }

  @Test func `every cut of a second version record is safe`() {
    for count in 1..<Self.knownV2.count {
      let result = floatsV2(Array(Self.knownV2[..<count]))
      #expect(result.rows.count < 4)
      #expect(result.misplacement(in: .samplesV2Record, byteCount: count) == nil)
      #expect(result.failure != nil || [1, 14, 25, 36].contains(count), "\(count)")
    }
  }

  @Test func `no flipped bit traps`() {
    for offset in 1..<Self.known.count {
      for bit in 0..<8 {
        var bytes = Self.known
        bytes.flip(at: offset, bit: bit)
        #expect(floats(bytes).rows.count <= 4)
      }
    }
    for offset in 1..<Self.knownV2.count {
      for bit in 0..<8 {
        var bytes = Self.knownV2
        bytes.flip(at: offset, bit: bit)
        #expect(floatsV2(bytes).rows.count <= 5)
      }
    }
  }

  @Test func `a record is reused for the next, smaller or larger`() throws {
    var rows = SampleRows()
    for payload in [Self.known, [2], Self.known + [0, 0] + Self.one] {
      try rows.decodeSamples(payload.rawBytes, at: 0)
      #expect(rows.count == (payload.count < 2 ? 0 : payload.count == 48 ? 3 : 4))
    }
  }
}
