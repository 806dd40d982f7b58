import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct FieldTextTests {
  @Test(arguments: [
    (Field.Value.none, ""), (.unsigned(5), "5"), (.signed(-5), "-5"),
    (.magic(0xbaaa_d700), "0xbaaad700"),
    (.time(0), "1970-01-01T00:00:00.000Z (0)"), (.float(1.5.bitPattern), "1.5"),
    (.float(StaleMarker.bits), "stale"), (.code(1, "series"), "1 (series)"),
    (.delta(3, 8), "8 (+3)"), (.timeDelta(-1, 0), "1970-01-01T00:00:00.000Z (-1)"),
    (.text(Array("a\nb".utf8)), "a\\nb"), (.symbol(3, nil), "3 (no such symbol)"),
    (.symbol(3, Array("job".utf8)), "3 \"job\""), (.chunk(1 << 32 | 8), "chunks/000002:8"),
    (.headChunk(1 << 32 | 8), "chunks_head/000001:8"),
    (.checksum(stored: 1, computed: 1), "0x00000001, true"),
    (.checksum(stored: 1, computed: 2), "0x00000001, but the bytes have 0x00000002"),
    (.label(Label("a", "b")), "a=\"b\""),
    (.labels([Label("__name__", "up"), Label("a", "b")]), "up{a=\"b\"}"),
    (.sample(ref: 7, time: 0, bits: 2.0.bitPattern), "ref 7  1970-01-01T00:00:00.000Z  2"),
    (.sample(ref: nil, time: 0, bits: nil), "1970-01-01T00:00:00.000Z"),
  ])
  func `a field says what it means`(value: Field.Value, words: String) {
    #expect(FieldText.words(value) == words)
  }
}
