import TestSupport
import Testing

@testable import TSDBReport

@Suite struct ShortestDecimalTests {
  @Test(
    arguments: [
      (123.4, 1234, 4, 2), (1, 1, 1, 0), (1e6, 1, 1, 6), (0.001, 1, 1, -3),
      (.leastNonzeroMagnitude, 5, 1, -324),
      (123_456_789_012_345, 123_456_789_012_345, 15, 14),
      (1_234_567_890_123_456, 1_234_567_890_123_456, 16, 15),
      (1.7976931348623157e308, 17_976_931_348_623_157, 17, 308),
      (0.30000000000000004, 30_000_000_000_000_004, 17, -1),
    ] as [(Double, UInt64, Int, Int)])
  func `digits, their number, and where the first one stands`(
    value: Double, digits: UInt64, count: Int, exponent: Int
  ) {
    let decimal = ShortestDecimal(value)
    #expect(decimal.digits == digits)
    #expect(decimal.count == count)
    #expect(decimal.exponent == exponent)
  }

  @Test func `no number has fewer digits than Swift's own description`() {
    var random = SeededRandom(seed: 21)
    for _ in 0..<20_000 {
      let power = Int(random.next() % 30) - 15
      let short =
        Double(random.next() % 10_000_000_000) * Double(sign: .plus, exponent: 0, significand: 1)
      var value = short
      for _ in 0..<abs(power) { value = power < 0 ? value / 10 : value * 10 }
      guard value > 0 else { continue }
      let described = value.description.prefix { $0 != "e" }.filter(\.isNumber)
      var digits = String(described.drop { $0 == "0" })
      while digits.hasSuffix("0") { digits.removeLast() }
      #expect(
        String(ShortestDecimal(value).digits) == digits, "\(value), seed \(random.seed)")
    }
  }
}
