import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct HistogramBodyTests {
  /// Hint 3, two positive spans, one negative; with bounds of its own if asked for.
  static func body(isFloat: Bool, schema: Int64 = 3) -> [UInt8] {
    func number(_ value: Double) -> [UInt8] { bigEndianBytes(value.bitPattern) }
    var bytes: [UInt8] = [3] + varintBytes(schema) + number(0.5)
    bytes += isFloat ? number(4) + number(1000) : [4] + uvarintBytes(1000)
    bytes += number(2.5)
    bytes += [2] + varintBytes(-2) + [2] + varintBytes(1) + [1]
    bytes += [1] + varintBytes(0) + [2]
    bytes += [3] + (isFloat ? number(1) + number(2) + number(3) : [10] + varintBytes(-300) + [2])
    bytes += [2] + (isFloat ? number(4) + number(5) : [2, 4])
    return schema == -53 ? bytes + [2] + number(0.1) + number(7) : bytes
  }

  static func histogram(isFloat: Bool, schema: Int32 = 3) -> Histogram {
    Histogram(
      schema: schema, counterReset: .gauge, zeroThreshold: 0.5, sum: 2.5,
      positiveSpans: [.init(offset: -2, length: 2), .init(offset: 1, length: 1)],
      negativeSpans: [.init(offset: 0, length: 2)], customBounds: schema == -53 ? [0.1, 7] : [],
      counts: isFloat
        ? .float(count: 1000, zeroCount: 4, positive: [1, 2, 3], negative: [4, 5])
        : .integer(count: 1000, zeroCount: 4, positive: [5, -300, 1], negative: [1, 2]))
  }

  @Test(arguments: [false, true], [3, -53, 77])
  func `known bytes are a histogram, of an unknown schema too`(isFloat: Bool, schema: Int) throws {
    let bytes = Self.body(isFloat: isFloat, schema: Int64(schema))
    let decoded = try Histogram(body: bytes.rawBytes, isFloat: isFloat, at: 700)
    #expect(decoded == Self.histogram(isFloat: isFloat, schema: Int32(schema)))
  }

  @Test func `a hint without a meaning is none, and wide numbers are cut as Go cuts them`() throws {
    var bytes = Self.body(isFloat: false)
    bytes[0] = 9
    #expect(
      try Histogram(body: bytes.rawBytes, isFloat: false, at: 700).counterReset == .unknown)
    let wide = Self.body(isFloat: false, schema: -53 + 1 << 32)
    #expect(throws: DecodeError.self) {
      try Histogram(body: wide.rawBytes, isFloat: false, at: 700)
    }
    let bounds: [UInt8] = [1] + bigEndianBytes((0.1).bitPattern)
    let decoded = try Histogram(body: (wide + bounds).rawBytes, isFloat: false, at: 700)
    #expect(decoded.schema == -53)
    #expect(decoded.customBounds == [0.1])
  }

  @Test(arguments: [false, true], [3, -53])
  func `every cut is refused, by the walk as by the decoder`(isFloat: Bool, schema: Int) throws {
    let section: Section = isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord
    let whole = Self.body(isFloat: isFloat, schema: Int64(schema))
    for count in 0..<whole.count {
      let cut = Array(whole[..<count])
      let failure = #expect(throws: DecodeError.self) {
        try Histogram(body: cut.rawBytes, isFloat: isFloat, at: 700, inner: 30)
      }
      #expect(failure?.section == section)
      #expect(failure?.offset == 700)
      #expect((30...30 + count).contains(failure?.inner ?? -1))
      #expect(Self.walk(cut, isFloat) == failure)
    }
    let trailing = #expect(throws: DecodeError.self) {
      try Histogram(body: (whole + [0]).rawBytes, isFloat: isFloat, at: 700, inner: 30)
    }
    #expect(trailing?.problem == .trailingBytes(count: 1))
  }

  /// The failure of stepping over a body.
  private static func walk(_ bytes: [UInt8], _ isFloat: Bool) -> DecodeError? {
    var cursor = ByteCursor(
      bytes.rawBytes, ofRecordAt: 700, from: 30,
      in: isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord)
    do {
      try Histogram.skip(&cursor, isFloat: isFloat)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [false, true], [3, -53])
  func `what the walk lets pass the decoder decodes, whatever bit is flipped`(
    isFloat: Bool, schema: Int
  ) {
    let whole = Self.body(isFloat: isFloat, schema: Int64(schema))
    for offset in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes.flip(at: offset, bit: bit)
        var cursor = ByteCursor(
          bytes.rawBytes, ofRecordAt: 700, from: 30,
          in: isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord)
        var failure: DecodeError?
        do { _ = try Histogram(decoding: &cursor, isFloat: isFloat) } catch { failure = error }
        #expect(Self.walk(bytes, isFloat) == failure)
      }
    }
  }

  @Test(arguments: [false, true]) func `counts that the body cannot hold are refused at once`(
    isFloat: Bool
  ) {
    let number = bigEndianBytes((1.0).bitPattern)
    let head = [0, 0] + number + (isFloat ? number + number : [0, 0]) + number
    for claim in [1 << 20, 1 << 62, UInt64.max] {
      for zeros in 0..<4 {
        let bytes = head + [UInt8](repeating: 0, count: zeros) + uvarintBytes(claim)
        let failure = #expect(throws: DecodeError.self) {
          try Histogram(body: bytes.rawBytes, isFloat: isFloat, at: 700)
        }
        #expect(failure?.problem.code == .range)
      }
    }
  }

  @Test(arguments: [false, true])
  func `more buckets than a histogram can have are not read`(isFloat: Bool) throws {
    let most = 1 << 20
    for count in [most, most + 1] {
      // Hint, schema, threshold, counts, sum, and no spans: all zeros.
      let before = 1 + 1 + 8 + (isFloat ? 16 : 2) + 8 + 2
      var bytes = [UInt8](repeating: 0, count: before)
      bytes += uvarintBytes(UInt64(count))
      bytes += [UInt8](repeating: 0, count: count * (isFloat ? 8 : 1) + 1)
      let expected = DecodeError(
        section: isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord, offset: 9,
        inner: before,
        problem: .tooLarge(found: most + 1, limit: most, unit: "buckets"))
      if count == most {
        _ = try Histogram(body: bytes.rawBytes, isFloat: isFloat, at: 9)
      } else {
        #expect(throws: expected) {
          try Histogram(body: bytes.rawBytes, isFloat: isFloat, at: 9)
        }
      }
    }
  }
}
