import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct BitBufferTests {
  @Test func `bits of any count come back`() throws {
    var random = SeededRandom(seed: 5)
    var buffer = BitBuffer()
    var wanted: [(UInt64, Int)] = []
    for index in 0..<2000 {
      let count = index % 65
      let value = random.next()
      buffer.put(value, count)
      wanted.append((count == 64 ? value : value & (1 << UInt64(count) - 1), count))
    }
    var bytes = ByteBuffer()
    buffer.write(to: &bytes)
    var cursor = BitCursor(bytes.bytes, at: 0, in: .chunkData)
    for (value, count) in wanted {
      let found = try cursor.bits(count)
      #expect(found == value)
    }
    let left = cursor.remainingBits
    #expect(left < 8)
  }

  @Test func `numbers of every width come back`() throws {
    var buffer = BitBuffer()
    var numbers: [Int64] = [.min, .max, 0]
    for width in 0..<63 {
      let power: Int64 = 1 << Int64(width)
      numbers += [power, power - 1, power + 1, -power, 1 - power]
    }
    for number in numbers {
      buffer.put(varbitInt: number)
      buffer.put(varbitUInt: UInt64(bitPattern: number))
      buffer.put(varint: number)
      buffer.put(uvarint: UInt64(bitPattern: number))
    }
    var bytes = ByteBuffer()
    buffer.write(to: &bytes)
    var cursor = BitCursor(bytes.bytes, at: 0, in: .chunkData)
    for number in numbers {
      let signed = try cursor.varbitInt()
      let unsigned = try cursor.varbitUInt()
      let zigzag = try cursor.varint()
      let plain = try cursor.uvarint()
      #expect(signed == number)
      #expect(unsigned == UInt64(bitPattern: number))
      #expect(zigzag == number)
      #expect(plain == UInt64(bitPattern: number))
    }
  }

  /// Of each width one more is positive than negative (Prometheus: tsdb/chunkenc/varbit.go).
  @Test(arguments: [(4, 5), (-3, 5), (5, 9), (-4, 9), (32, 9), (33, 13), (0, 1)])
  func `the shortest form is taken`(number: Int64, bits: Int) {
    var buffer = BitBuffer()
    buffer.put(varbitInt: number)
    buffer.put(1, 1)
    var bytes = ByteBuffer()
    buffer.write(to: &bytes)
    #expect(bytes.count == (bits + 1 + 7) / 8)
    let last = bytes.bytes.byte(at: bits / 8)
    #expect(last & (0x80 >> UInt8(bits % 8)) != 0)
  }
}
