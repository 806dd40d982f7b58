import TSDBFormat
import Testing

@Suite struct RawBytesTests {
  @Test func `bytes go into a span and back`() {
    let bytes: [UInt8] = [1, 2, 3]
    #expect([UInt8](bytes.rawBytes) == bytes)
    var joined: [UInt8] = [0]
    joined.append(bytes.rawBytes)
    #expect(joined == [0, 1, 2, 3])
    #expect([UInt8]([UInt8]().rawBytes).isEmpty)
    #expect(bytes.rawBytes.byte(at: 2) == 3)
  }

  @Test(arguments: 0..<40) func `the first byte that is not zero is found`(count: Int) {
    var bytes = [UInt8](repeating: 0, count: count)
    #expect(bytes.rawBytes.firstNonZero == nil)
    #expect(bytes.rawBytes.isZero == true)
    for index in bytes.indices.reversed() {
      bytes[index] = 1
      #expect(bytes.rawBytes.firstNonZero == index)
    }
  }

  @Test(arguments: 0..<40) func `spans are equal when all bytes are`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    #expect(bytes.rawBytes.isEqual(to: Array(bytes).rawBytes) == true)
    #expect(bytes.rawBytes.isEqual(to: (bytes + [0]).rawBytes) == false)
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 0x80
      #expect(bytes.rawBytes.isEqual(to: other.rawBytes) == false)
    }
  }
}
