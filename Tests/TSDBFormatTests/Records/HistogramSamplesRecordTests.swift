import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct HistogramSamplesRecordTests {
  struct Form: Sendable, CustomStringConvertible {
    var code: UInt8
    var isFloat: Bool
    var isV2: Bool
    var section: Section

    var description: String { RecordType(code: code).name }
  }

  static let forms = [
    Form(code: 7, isFloat: false, isV2: false, section: .histogramSamplesRecord),
    Form(code: 8, isFloat: true, isV2: false, section: .floatHistogramSamplesRecord),
    Form(code: 9, isFloat: false, isV2: false, section: .histogramSamplesRecord),
    Form(code: 10, isFloat: true, isV2: false, section: .floatHistogramSamplesRecord),
    Form(code: 12, isFloat: false, isV2: true, section: .histogramSamplesV2Record),
    Form(code: 13, isFloat: true, isV2: true, section: .floatHistogramSamplesV2Record),
  ]

  private func decode(_ payload: [UInt8], _ form: Form) -> DecodedRows {
    DecodedRows { rows throws(DecodeError) in
      if form.isV2 {
        try rows.decodeHistogramsV2(payload.rawBytes, at: 700, isFloat: form.isFloat)
      } else {
        try rows.decodeHistograms(payload.rawBytes, at: 700, isFloat: form.isFloat)
      }
    }
  }

  /// Hint 1, two positive spans, one negative; custom bounds if asked for.
  private static func body(isFloat: Bool, isCustom: Bool) -> [UInt8] {
    let number = bigEndianBytes((2.5).bitPattern)
    var bytes: [UInt8] = [1] + varintBytes(isCustom ? -53 : 3) + number
    bytes += isFloat ? number + number : [4] + uvarintBytes(1000)
    bytes += number
    bytes += [2] + varintBytes(-2) + [2] + varintBytes(1) + [1]
    bytes += isCustom ? [0] : [1] + varintBytes(0) + [2]
    let positive = isFloat ? number + number + number : varintBytes(5) + varintBytes(-300) + [2]
    bytes += [3] + positive
    bytes += isCustom ? [0] : [2] + (isFloat ? number + number : [2, 4])
    if isCustom { bytes += [2] + number + number }
    return bytes
  }

  /// Three samples: plain, with custom bounds, plain.
  private static func record(_ form: Form) -> [UInt8] {
    let plain = body(isFloat: form.isFloat, isCustom: false)
    let custom = body(isFloat: form.isFloat, isCustom: true)
    if form.isV2 {
      let first = varintBytes(5) + varintBytes(1000) + varintBytes(900)
      return [form.code] + first + plain + [2, 20, 1] + custom + [2, 40, 2, 7] + plain
    }
    let base = bigEndianBytes(UInt64(5)) + bigEndianBytes(Int64(1000))
    return [form.code] + base + [0, 0] + plain + [2, 20] + custom + [4, 40] + plain
  }

  @Test(arguments: forms) func `known bytes give refs and times`(form: Form) {
    let result = decode(Self.record(form), form)
    #expect(result.failure == nil)
    #expect(result.rows.map(\.ref) == [5, 6, 7])
    #expect(result.rows.map(\.time) == [1000, 1010, 1020])
  }

  @Test(arguments: forms) func `rows say whose they are, from when, and where the body is`(
    form: Form
  ) throws {
    let record = Self.record(form)
    var rows = HistogramRows()
    var found: [HistogramRow] = []
    try rows.decode(record.rawBytes, RecordType(code: form.code), at: 700) { found.append($0) }
    #expect(rows.count == 3)
    #expect(found.map(\.ref) == [5, 6, 7])
    #expect(found.map(\.time) == [1000, 1010, 1020])
    // As the first, as the previous, and 4 before the first.
    #expect(found.map(\.startTime) == (form.isV2 ? [900, 900, 896] : [0, 0, 0]))
    #expect(found.allSatisfy { $0.isFloat == form.isFloat })
    let bodies = found.map { Array(record[$0.body]) }
    let plain = Self.body(isFloat: form.isFloat, isCustom: false)
    #expect(bodies == [plain, Self.body(isFloat: form.isFloat, isCustom: true), plain])
  }

  @Test func `records of other types hold no histograms`() throws {
    var rows = HistogramRows()
    for code in [1, 2, 3, 4, 5, 6, 11, 14, 255] as [UInt8] {
      try rows.decode([code, 1, 2].rawBytes, RecordType(code: code), at: 700) { _ in
        Issue.record("a histogram in a record of type \(code)")
      }
      #expect(rows.count == 0)
    }
  }

  @Test(arguments: forms) func `a record of the type byte only is empty`(form: Form) {
    let result = decode([form.code], form)
    #expect(result.rows == [])
    #expect(result.failure == nil)
  }

  @Test(arguments: forms) func `every cut gives whole samples only`(form: Form) {
    let whole = Self.record(form)
    var clean: [Int] = []
    for count in 1..<whole.count {
      let result = decode(Array(whole[..<count]), form)
      #expect(result.misplacement(in: form.section, byteCount: count) == nil)
      #expect(result.rows.count < 3)
      if result.failure == nil { clean.append(count) }
    }
    // Behind the type byte, the base, and each of the first two samples.
    #expect(clean.count == (form.isV2 ? 3 : 4))
  }

  @Test(arguments: forms) func `no flipped bit traps`(form: Form) {
    let whole = Self.record(form)
    for offset in 1..<whole.count {
      for bit in 0..<8 {
        var bytes = whole
        bytes.flip(at: offset, bit: bit)
        #expect(decode(bytes, form).rows.count <= bytes.count / 26)
      }
    }
  }

  @Test(arguments: forms)
  func `counts that the record cannot hold are refused at once`(form: Form) throws {
    let number = bigEndianBytes((1.0).bitPattern)
    let head: [UInt8] = [0] + varintBytes(0) + number + (form.isFloat ? number + number : [0, 0])
    let start: [UInt8] =
      form.isV2
      ? [form.code, 2, 2, 2] : [form.code] + [UInt8](repeating: 0, count: 16) + [0, 0]
    for claim in [1 << 20, 1 << 62, UInt64.max] {
      for zeros in 0..<4 {
        let counts = [UInt8](repeating: 0, count: zeros) + uvarintBytes(claim)
        let failure = try #require(decode(start + head + number + counts, form).failure)
        #expect(failure.problem.code == .range)
      }
    }
  }
}
