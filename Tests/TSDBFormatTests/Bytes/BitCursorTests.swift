import TSDBFormat
import Testing

@Suite struct BitCursorTests {
  @Test func `bits come most significant first, whatever the window`() throws {
    let bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - UInt8($0)) & 1 } }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var cursor = BitCursor(bytes.rawBytes, at: 0, in: .chunkData)
      var position = 0
      while position < bits.count {
        let count = Int.random(in: 0...min(64, bits.count - position), using: &generator)
        let expected = bits[position..<position + count].reduce(UInt64(0)) { $0 << 1 | UInt64($1) }
        #expect(try cursor.bits(count) == expected)
        position += count
        #expect(cursor.remainingBits == bits.count - position)
      }
    }
  }

  @Test func `one bit at a time`() throws {
    let bytes: [UInt8] = [0b1010_0001]
    var cursor = BitCursor(bytes.rawBytes, at: 0, in: .chunkData)
    var seen: [Bool] = []
    for _ in 0..<8 { seen.append(try cursor.bit()) }
    #expect(seen == [true, false, true, false, false, false, false, true])
  }

  @Test(arguments: 1...64) func `reading past the end is refused`(count: Int) {
    let bytes = [UInt8](repeating: 0xff, count: (count - 1) / 8)
    do {
      var cursor = BitCursor(bytes.rawBytes, at: 50, in: .chunkData)
      _ = try cursor.bits(count)
      Issue.record("\(count) bits came out of \(bytes.count) bytes")
    } catch {
      #expect(error.section == .chunkData)
      #expect((50...50 + bytes.count).contains(error.offset))
      guard case .truncated = error.problem else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `the offset is that of the byte with the next bit`() throws {
    let bytes = [UInt8](repeating: 0, count: 16)
    var cursor = BitCursor(bytes.rawBytes, at: 100, in: .chunkData)
    for bit in 0..<128 {
      #expect(cursor.offset == 100 + bit / 8)
      _ = try cursor.bit()
    }
    #expect(cursor.offset == 116)
  }

  @Test(arguments: 0..<8) func `varints are read at any bit position`(shift: Int) throws {
    // 300, then -2 in zigzag, after `shift` zero bits.
    let payload: [UInt8] = [0xac, 0x02, 0x03]
    var bits = Array(repeating: UInt8(0), count: shift)
    for byte in payload { bits += (0..<8).map { byte >> (7 - UInt8($0)) & 1 } }
    while bits.count % 8 != 0 { bits.append(0) }
    let bytes = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | $1 }
    }
    var cursor = BitCursor(bytes.rawBytes, at: 0, in: .chunkData)
    _ = try cursor.bits(shift)
    #expect(try cursor.uvarint() == 300)
    #expect(try cursor.varint() == -2)
  }

  @Test(
    arguments: [
      Array(repeating: 0xff, count: 9) + [0x02], Array(repeating: 0x80, count: 12),
    ] as [[UInt8]])
  func `a varint of more than 64 bits is refused`(bytes: [UInt8]) {
    do {
      var cursor = BitCursor(bytes.rawBytes, at: 0, in: .chunkData)
      _ = try cursor.uvarint()
      Issue.record("it was accepted")
    } catch {
      #expect(error.problem == .overlongVarint)
    }
  }
}
