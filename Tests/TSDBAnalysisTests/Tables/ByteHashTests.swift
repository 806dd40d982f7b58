import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct ByteHashTests {
  @Test func `equal bytes hash alike, wherever they lie`() {
    for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 70_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let shifted = ([0xff] + bytes + [0xff]).rawBytes.extracting(1..<count + 1)
      #expect(ByteHash.hash(bytes.rawBytes) == ByteHash.hash(shifted))
    }
  }

  @Test func `every bit of short strings counts`() {
    for count in 1...20 {
      let bytes = [UInt8](repeating: 0x55, count: count)
      var hashes: Set<UInt64> = [ByteHash.hash(bytes.rawBytes)]
      for bit in 0..<count * 8 {
        var other = bytes
        other[bit / 8] ^= 1 << UInt8(bit % 8)
        hashes.insert(ByteHash.hash(other.rawBytes))
      }
      #expect(hashes.count == count * 8 + 1)
    }
  }

  @Test func `an index gives each id back after it grew`() {
    var index = HashIndex()
    let hashes = (0..<3000 as Range<UInt64>).map { ByteHash.mix(7, $0) }
    for (id, hash) in hashes.enumerated() {
      var slot = index.firstSlot(for: hash)
      while true {
        if case .empty = index.entry(at: slot, for: hash) { break }
        slot = index.nextSlot(after: slot)
      }
      index.insert(UInt32(id), hash: hash, at: slot)
      if index.isTooFull { index.grow { hashes[Int($0)] } }
    }
    #expect(index.count == 3000)
    for (id, hash) in hashes.enumerated() {
      var slot = index.firstSlot(for: hash)
      var found = false
      search: while true {
        switch index.entry(at: slot, for: hash) {
        case .candidate(let other) where other == UInt32(id):
          found = true
          break search
        case .empty: break search
        default: slot = index.nextSlot(after: slot)
        }
      }
      if !found { Issue.record("id \(id) is gone") }
    }
  }
}
