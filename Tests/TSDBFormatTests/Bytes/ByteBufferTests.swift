import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct ByteBufferTests {
  private func content(_ buffer: ByteBuffer) -> [UInt8] {
    [UInt8](buffer.bytes(in: 0..<buffer.count))
  }

  @Test func `a new buffer is empty`() {
    let buffer = ByteBuffer()
    #expect(buffer.count == 0)
    #expect(content(buffer) == [])
  }

  @Test func `bytes are appended over many growths`() {
    var buffer = ByteBuffer()
    var expected: [UInt8] = []
    for size in [0, 1, 7, 100, 0, 5000, 70_000, 3] {
      let part = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ size) }
      buffer.append(part.rawBytes)
      expected += part
    }
    #expect(content(buffer) == expected)
    #expect([UInt8](buffer.bytes(in: 1..<4)) == Array(expected[1..<4]))
  }

  @Test func `truncating forgets the end, and appending goes on there`() {
    var buffer = ByteBuffer()
    buffer.append(([1, 2, 3, 4] as [UInt8]).rawBytes)
    buffer.truncate(to: 2)
    buffer.append(([9] as [UInt8]).rawBytes)
    #expect(content(buffer) == [1, 2, 9])
    buffer.truncate(to: 100)
    #expect(buffer.count == 3)
    buffer.truncate(to: -1)
    #expect(buffer.count == 0)
  }

  @Test func `what is written counts as far as it was announced`() {
    var buffer = ByteBuffer()
    buffer.append(([1] as [UInt8]).rawBytes)
    buffer.append(upTo: 4) { target in
      for index in 0..<4 {
        target.storeBytes(of: UInt8(index) + 2, toByteOffset: index, as: UInt8.self)
      }
      return 2
    }
    #expect(content(buffer) == [1, 2, 3])
    buffer.append(upTo: 1) { _ in 50 }
    #expect(buffer.count == 4)
    buffer.append(upTo: 1) { _ in -5 }
    #expect(buffer.count == 4)
  }
}
