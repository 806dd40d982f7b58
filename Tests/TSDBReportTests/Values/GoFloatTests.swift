import TSDBFormat
import TestSupport
import Testing

@testable import TSDBReport

/// Truth: `promtool tsdb dump` 3.5.3 for a block that was made of these values.
@Suite struct GoFloatTests {
  static let texts: [(Double, String)] = [
    (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (42, "42"), (123_456, "123456"),
    (999_999, "999999"), (1_000_000, "1e+06"), (1_234_567, "1.234567e+06"),
    (-12_345_678, "-1.2345678e+07"), (1e20, "1e+20"), (1e21, "1e+21"), (1e22, "1e+22"),
    (1e23, "1e+23"), (1e100, "1e+100"), (0.1, "0.1"), (0.5, "0.5"), (1.5, "1.5"),
    (100.25, "100.25"), (0.0001, "0.0001"), (0.00012345, "0.00012345"), (1e-5, "1e-05"),
    (0.000012345, "1.2345e-05"), (1e-10, "1e-10"), (1e-128, "1e-128"),
    (999_999.5, "999999.5"), (99999.99999999999, "99999.99999999999"),
    (0.3333333333333333, "0.3333333333333333"), (2.0 / 3, "0.6666666666666666"),
    (0.1 + 0.2, "0.30000000000000004"), (123_456_789_012_345, "1.23456789012345e+14"),
    (9_007_199_254_740_991, "9.007199254740991e+15"),
    (9_007_199_254_740_992, "9.007199254740992e+15"),
    (2_251_799_813_685_248.5, "2.2517998136852485e+15"),
    (2.938735877055719e-39, "2.938735877055719e-39"),
    (.leastNonzeroMagnitude, "5e-324"), (.leastNormalMagnitude, "2.2250738585072014e-308"),
    (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, "+Inf"),
    (-.infinity, "-Inf"), (.nan, "NaN"), (-.nan, "NaN"),
    (Double(bitPattern: StaleMarker.bits), "NaN"),
  ]

  @Test(arguments: texts)
  func `a float is written as Go writes it`(value: Double, text: String) {
    #expect(written { GoFloat.append(value, to: &$0) } == text)
  }

  @Test func `every float is read back bit for bit`() {
    var random = SeededRandom(seed: 20)
    for _ in 0..<20_000 {
      let bits = random.next()
      let share = Double(random.next() % 1_000_000)
      for value in [Double(bitPattern: bits), Double(bits >> (bits & 63)), share / 1000, share / 7]
      {
        guard value.isFinite else { continue }
        let text = written { GoFloat.append(value, to: &$0) }
        #expect(
          Double(text)?.bitPattern == value.bitPattern, "\(text), seed \(random.seed)")
      }
    }
  }
}
