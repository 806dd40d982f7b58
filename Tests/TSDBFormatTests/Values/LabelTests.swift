import TSDBFormat
import Testing

@Suite struct LabelTests {
  @Test func `a label of text holds its UTF-8 bytes`() {
    #expect(Label("job", "é") == Label(name: [0x6a, 0x6f, 0x62], value: [0xc3, 0xa9]))
    #expect(Label("job", "e\u{301}") != Label("job", "é"))
  }
}
