import TSDBFormat
import TestSupport
import Testing

@Suite struct IndexPlaceTests {
  private func place(_ bytes: [UInt8], _ offset: Int) -> IndexPlace? {
    let file = bytes.rawBytes
    let header = (try? IndexHeader(of: file)) ?? IndexHeader(assuming: 2)
    let contents = try? IndexTOC(of: file)
    return IndexPlace(
      at: offset, of: file, header: header, contents: contents,
      symbols: SymbolTable(of: file, at: contents?.symbols ?? 5))
  }

  @Test func `the sections of an index are found by any byte`() throws {
    let bytes = try ExampleBlock.index()
    let contents = try IndexTOC(of: bytes.rawBytes)
    #expect(place(bytes, 0) == .header)
    #expect(place(bytes, contents.symbols + 20) == .symbols(at: 5))
    #expect(
      place(bytes, contents.postingsOffsetTable + 9)
        == .postingsOffsetTable(at: contents.postingsOffsetTable))
    #expect(place(bytes, bytes.count - 1) == .contents)
    #expect(place(bytes, bytes.count) == nil)
    #expect(place(bytes, -1) == nil)
  }

  @Test func `an entry of the series is found by any byte, and the padding behind it`() throws {
    let bytes = try ExampleBlock.index()
    let contents = try IndexTOC(of: bytes.rawBytes)
    let first = (contents.series + 15) / 16 * 16
    let length = Int(bytes[first]) + 5
    #expect(place(bytes, first) == .series(at: first))
    #expect(place(bytes, first + length - 1) == .series(at: first))
    let next = (first + length + 15) / 16 * 16
    if next > first + length {
      #expect(place(bytes, first + length) == .padding(first + length..<next))
    }
    #expect(place(bytes, next) == .series(at: next))
  }

  @Test func `a damaged entry is found behind the sound one before it`() throws {
    var bytes = try ExampleBlock.index()
    let contents = try IndexTOC(of: bytes.rawBytes)
    let first = (contents.series + 15) / 16 * 16
    let second = (first + Int(bytes[first]) + 5 + 15) / 16 * 16
    bytes.flip(at: second + 3)
    #expect(place(bytes, second + 4) == .series(at: second))
  }

  @Test func `every offset of a spoilt index has a place inside of it`() throws {
    let sound = try ExampleBlock.index()
    for spoilt in stride(from: 0, to: sound.count, by: 3) {
      var bytes = sound
      bytes.flip(at: spoilt, bit: spoilt % 8)
      for offset in stride(from: 0, to: bytes.count, by: 11) {
        #expect(place(bytes, offset) != nil)
      }
    }
    for count in stride(from: 0, to: sound.count, by: 7) {
      let bytes = Array(sound[..<count])
      for offset in stride(from: 0, to: count, by: 5) { #expect(place(bytes, offset) != nil) }
    }
  }
}
