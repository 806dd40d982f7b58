import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct FragmentTests {
  private func failure(
    _ bytes: [UInt8], at offset: Int = 0
  ) -> DecodeError? {
    do {
      _ = try Fragment(bytes.rawBytes, at: offset)
      return nil
    } catch {
      return error
    }
  }

  private func error(_ problem: DecodeError.Problem, at offset: Int) -> DecodeError {
    DecodeError(section: .walFragment, offset: offset, problem: problem)
  }

  /// CRC-32C of "123456789" is 0xe3069283, the check value of that checksum.
  @Test func `known bytes are a full fragment`() throws {
    let bytes: [UInt8] = [0x01, 0x00, 0x09, 0xe3, 0x06, 0x92, 0x83] + "123456789".utf8
    let fragment = try Fragment(bytes.rawBytes, at: 0)
    #expect(fragment.kind == .full)
    #expect(fragment.compression == .none)
    #expect(fragment.offset == 0)
    #expect(fragment.length == 9)
    #expect(fragment.data == 7..<16)
    #expect(fragment.end == 16)
  }

  @Test(
    arguments: [
      (0x01, .full, .none), (0x0a, .first, .snappy), (0x13, .middle, .zstd),
      (0x1c, .last, .snappy), (0xe1, .full, .none),
    ] as [(UInt8, Fragment.Kind, RecordCompression)])
  func `the type byte gives kind and compression, snappy before zstd`(
    type: UInt8, kind: Fragment.Kind, compression: RecordCompression
  ) throws {
    let fragment = try Fragment(([type] + [UInt8](repeating: 0, count: 6)).rawBytes, at: 0)
    #expect(fragment.kind == kind)
    #expect(fragment.compression == compression)
    #expect(fragment.length == 0)
  }

  @Test(arguments: 5...7) func `a fragment type that nobody writes is refused`(type: UInt8) {
    let bytes = [type] + [UInt8](repeating: 0, count: 6)
    #expect(failure(bytes) == error(.unknownCode(found: type), at: 0))
  }

  @Test func `a single zero byte is the page's end`() throws {
    let bytes: [UInt8] = [0xff, 0x00]
    let fragment = try Fragment(bytes.rawBytes, at: 1)
    #expect(fragment.kind == .pageEnd)
    #expect(fragment.length == 0)
  }

  @Test func `a header that is cut is refused where the field begins`() {
    let bytes: [UInt8] = [0x01, 0x00, 0x00, 0, 0, 0, 0]
    #expect(failure([]) == error(.truncated(needed: 1, available: 0), at: 0))
    for count in 1..<3 {
      let expected = error(.truncated(needed: 2, available: count - 1), at: 1)
      #expect(failure(Array(bytes[..<count])) == expected)
    }
    for count in 3..<7 {
      let expected = error(.truncated(needed: 4, available: count - 3), at: 3)
      #expect(failure(Array(bytes[..<count])) == expected)
    }
    #expect(failure(bytes) == nil)
  }

  @Test func `data that is cut is refused`() {
    let bytes = WALBuilder([[1, 2, 3, 4]]).bytes
    for count in 7..<bytes.count {
      let expected = error(.truncated(needed: 4, available: count - 7), at: 7)
      #expect(failure(Array(bytes[..<count])) == expected)
    }
  }

  @Test func `a length is believed up to the end of the page only`() {
    var bytes = [UInt8](repeating: 1, count: 3 * Fragment.pageSize)
    let offset = 2 * Fragment.pageSize - 10
    bytes.put([0x01, 0x00, 0x04], at: offset)
    #expect(
      failure(bytes, at: offset) == error(.outOfRange(found: 4, allowed: 0...3), at: offset + 1))
    bytes.put([0x01, 0xff, 0xff], at: 0)
    #expect(failure(bytes) == error(.outOfRange(found: 65535, allowed: 0...32761), at: 1))
  }

  @Test func `a header does not cross the page's end`() {
    let bytes = [UInt8](repeating: 1, count: 2 * Fragment.pageSize)
    let offset = Fragment.pageSize - 4
    #expect(
      failure(bytes, at: offset) == error(.truncated(needed: 4, available: 1), at: offset + 3))
  }

  @Test func `every flipped bit of length, checksum and data is noticed`() {
    let sound = WALBuilder([Array("a record".utf8)]).bytes
    for offset in 1..<sound.count {
      for bit in 0..<8 {
        var bytes = sound
        bytes.flip(at: offset, bit: bit)
        #expect(failure(bytes) != nil, "byte \(offset) bit \(bit)")
      }
    }
  }

  @Test func `every fragment of a server's segment is whole`() throws {
    let bytes = try readFile(Fixture("damaged-base/main").file("wal/00000003"))
    var offset = 0
    var kinds: Set<Fragment.Kind> = []
    while offset < bytes.count {
      let fragment = try Fragment(bytes.rawBytes, at: offset)
      kinds.insert(fragment.kind)
      offset = fragment.kind == .pageEnd ? Fragment.end(ofPageAt: offset) : fragment.end
    }
    #expect(kinds == [.full, .first, .last, .pageEnd])
  }
}
