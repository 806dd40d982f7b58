import TSDBFormat
import TestSupport
import Testing

@testable import TSDBReport

@Suite struct TimeBytesTests {
  @Test(arguments: [
    0, -1, 1, 1_794_876_000_000, 951_782_400_000, 253_402_300_799_999, 253_402_300_800_000,
    -62_167_219_200_000, -62_167_219_200_001, .min, .max,
  ])
  func `a time is written as TimeText writes it`(time: Int64) {
    #expect(written { TimeBytes.append(time, to: &$0) } == TimeText.milliseconds(time))
  }

  @Test func `so is any other`() {
    var random = SeededRandom(seed: 22)
    for _ in 0..<5000 {
      let bits = random.next()
      let time = Int64(truncatingIfNeeded: bits) >> Int64(bits & 31)
      #expect(
        written { TimeBytes.append(time, to: &$0) } == TimeText.milliseconds(time),
        "seed \(random.seed)")
    }
  }
}
