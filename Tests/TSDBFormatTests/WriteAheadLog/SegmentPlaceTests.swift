import TSDBFormat
import TestSupport
import Testing

@Suite struct SegmentPlaceTests {
  @Test func `every byte of a record leads to it, over pages too`() throws {
    let builder = WALBuilder([[1, 2], Array(repeating: 9, count: 100_000), [3]])
    let bytes = builder.bytes
    for record in 0..<3 {
      let range = builder.range(ofRecord: record)
      for offset in [range.lowerBound, range.lowerBound + 7, range.upperBound - 1] {
        let found = SegmentPlace(at: offset, of: bytes.rawBytes)
        let place = try #require(found)
        guard case .record(let entry) = place.content else {
          Issue.record("\(place.content) at \(offset)")
          continue
        }
        #expect(entry.offset == range.lowerBound)
        #expect(entry.end == range.upperBound)
      }
    }
  }

  @Test func `padding is between the last record and the end of the page`() throws {
    var builder = WALBuilder([[1, 2, 3]])
    builder.padPage()
    let found = SegmentPlace(at: 500, of: builder.bytes.rawBytes)
    let place = try #require(found)
    #expect(place.content == .padding(10..<32768))
  }

  @Test func `damage is what was stepped over`() throws {
    var bytes = WALBuilder([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).bytes
    bytes.flip(at: 18)
    let found = SegmentPlace(at: 12, of: bytes.rawBytes)
    let place = try #require(found)
    guard case .damage(let damage) = place.content else {
      Issue.record("\(place.content)")
      return
    }
    #expect(damage.lost == 10..<20)
    #expect(damage.error.rule == "wal.fragment.checksum")
  }

  @Test func `nothing lies behind the end`() {
    let bytes = WALBuilder([[1]]).bytes
    #expect(SegmentPlace(at: bytes.count, of: bytes.rawBytes) == nil)
    #expect(SegmentPlace(at: -1, of: bytes.rawBytes) == nil)
  }

  @Test func `spoilt segments give a place for every offset`() throws {
    let sound = WALBuilder([[1, 2, 3], Array(repeating: 9, count: 60), [4]]).bytes
    for spoilt in sound.indices {
      var bytes = sound
      bytes.flip(at: spoilt, bit: spoilt % 8)
      for offset in bytes.indices {
        #expect(SegmentPlace(at: offset, of: bytes.rawBytes) != nil)
      }
    }
  }
}
