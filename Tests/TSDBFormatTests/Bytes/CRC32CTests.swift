import CChecksum
import TSDBFormat
import Testing

@Suite struct CRC32CTests {
  /// RFC 3720, appendix B.4; and the check value of the polynomial.
  @Test(
    arguments: [
      (Array(repeating: 0x00, count: 32), 0x8a91_36aa),
      (Array(repeating: 0xff, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e), (Array((0..<32).reversed()), 0x113f_db5c),
      (Array("123456789".utf8), 0xe306_9283), ([], 0),
    ] as [([UInt8], UInt32)])
  func `known bytes have their known checksum`(bytes: [UInt8], crc: UInt32) {
    #expect(crc32c(bytes.rawBytes) == crc)
    #expect(epimetheus_crc32c_table(0, bytes, bytes.count) == crc)
  }

  @Test func `the instruction and the table agree at every length and alignment`() {
    let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 7 &* $0) }
    for start in 0..<9 {
      for length in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 63, 64, 65, 255, 256, 500] {
        let slice = Array(bytes[start..<start + length])
        #expect(
          epimetheus_crc32c(0, slice, length) == epimetheus_crc32c_table(0, slice, length))
      }
      bytes.withUnsafeBytes { buffer in
        let unaligned = buffer.baseAddress?.advanced(by: start)
        #expect(epimetheus_crc32c(1, unaligned, 500) == epimetheus_crc32c_table(1, unaligned, 500))
      }
    }
  }

  @Test(arguments: 0...9) func `a checksum can be continued`(cut: Int) {
    let bytes = Array("123456789".utf8)
    let first = crc32c(Array(bytes[..<cut]).rawBytes)
    #expect(crc32c(Array(bytes[cut...]).rawBytes, continuing: first) == 0xe306_9283)
  }

  @Test func `each flipped bit changes the checksum`() {
    let bytes = Array("a record of a write-ahead log".utf8)
    let sound = crc32c(bytes.rawBytes)
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(crc32c(damaged.rawBytes) != sound)
    }
  }
}
