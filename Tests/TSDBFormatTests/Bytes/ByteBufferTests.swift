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

  private func text(_ write: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer()
    write(&buffer)
    return String(decoding: content(buffer), as: UTF8.self)
  }

  @Test(arguments: [
    0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 123_456_789, 10_000_000_000_000,
    UInt64(Int64.max), .max,
  ])
  func `whole numbers are written as Swift writes them`(number: UInt64) {
    #expect(text { $0.append(decimal: number) } == "\(number)")
    let signed = Int64(truncatingIfNeeded: number)
    #expect(text { $0.append(decimal: signed) } == "\(signed)")
    #expect(text { $0.append(decimal: -1 &* signed) } == "\(-1 &* signed)")
  }

  @Test(arguments: [
    (0, 1, "0.0"), (0, 3, "0.000"), (5, 3, "0.005"), (1000, 3, "1.000"), (1001, 3, "1.001"),
    (123, 0, "123"), (123, -4, "123"), (123, 2, "1.23"), (123, 21, "0.000000000000000000123"),
    (UInt64.max, 19, "1.8446744073709551615"),
  ])
  func `a point stands before the last places`(number: UInt64, places: Int, expected: String) {
    #expect(text { $0.append(decimal: number, places: places) } == expected)
  }

  @Test func `what stands in the buffer is written once more`() {
    let written = text { buffer in
      buffer.append("up{job=\"")
      buffer.append(text: "é")
      buffer.append(UInt8(ascii: "}"))
      for _ in 0..<3 { buffer.append(again: 3..<buffer.count) }
      buffer.append(again: 0..<2)
      buffer.append(again: 2..<2)
    }
    let tail = "job=\"é}"
    #expect(written == "up{" + String(repeating: tail, count: 8) + "up")
  }

  @Test func `all bytes are those that were appended`() {
    var buffer = ByteBuffer()
    #expect(buffer.bytes.byteCount == 0)
    buffer.append("ab")
    buffer.truncate(to: 1)
    #expect([UInt8](buffer.bytes) == [0x61])
  }
}
