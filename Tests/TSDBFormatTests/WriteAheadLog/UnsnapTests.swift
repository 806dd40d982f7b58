import CSnappy
import CUnsnap
import TestSupport
import Testing

/// Our reading of snappy's block format against the library's: the same bytes, the same refusals.
@Suite struct UnsnapTests {
  /// The library's answer; nil where it refuses.
  private func reference(_ packed: [UInt8]) -> [UInt8]? {
    packed.withUnsafeBytes { input in
      let bytes = input.baseAddress?.assumingMemoryBound(to: CChar.self)
      var length = 0
      guard snappy_uncompressed_length(bytes, packed.count, &length) == SNAPPY_OK,
        length < 1 << 22
      else { return nil }
      var plain = [UInt8](repeating: 0, count: length)
      let isWhole = plain.withUnsafeMutableBytes { output in
        snappy_uncompress(
          bytes, packed.count, output.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
          == SNAPPY_OK
      }
      return isWhole ? plain : nil
    }
  }

  /// Ours, in memory with marks before and behind it; nil where it refuses.
  private func ours(_ packed: [UInt8]) -> [UInt8]? {
    var length = 0
    let isKnown = packed.withUnsafeBytes {
      snappy_uncompressed_length(
        $0.baseAddress?.assumingMemoryBound(to: CChar.self), packed.count, &length) == SNAPPY_OK
    }
    guard isKnown, length < 1 << 22, let end = packed.firstIndex(where: { $0 < 0x80 }) else {
      return nil
    }
    let elements = Array(packed[(end + 1)...])
    var memory = [UInt8](repeating: 0xa5, count: length + 256)
    let isWhole = elements.withUnsafeBytes { input in
      memory.withUnsafeMutableBytes { output in
        guard let base = output.baseAddress else { return false }
        return epimetheus_unsnap(input.baseAddress, input.count, base + 128, length)
      }
    }
    #expect(memory[..<128].allSatisfy { $0 == 0xa5 }, "nothing is written before")
    #expect(memory[(128 + length)...].allSatisfy { $0 == 0xa5 }, "nothing is written behind")
    return isWhole ? Array(memory[128..<128 + length]) : nil
  }

  private func packed(_ plain: [UInt8]) -> [UInt8] {
    var length = snappy_max_compressed_length(plain.count)
    var packed = [UInt8](repeating: 0, count: length)
    plain.withUnsafeBytes { input in
      packed.withUnsafeMutableBytes { output in
        _ = snappy_compress(
          input.baseAddress?.assumingMemoryBound(to: CChar.self), plain.count,
          output.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
      }
    }
    return Array(packed[..<length])
  }

  /// Bytes as records have them: entries of some bytes that repeat others, near and far, and some of their own.
  private func content(_ random: inout SeededRandom) -> [UInt8] {
    let count = Int.random(in: 0...(1 << Int.random(in: 0...17, using: &random)), using: &random)
    let alphabet = UInt8.random(in: 1...255, using: &random)
    var bytes: [UInt8] = []
    while bytes.count < count {
      if bytes.count > 1, Int.random(in: 0..<3, using: &random) > 0 {
        let distance = Int.random(
          in: 1...min(bytes.count, 1 << Int.random(in: 0...16, using: &random)), using: &random)
        for _ in 0..<Int.random(in: 1...80, using: &random) {
          bytes.append(bytes[bytes.count - distance])
        }
      } else {
        for _
          in 0..<Int.random(in: 1...(1 << Int.random(in: 0...9, using: &random)), using: &random)
        {
          bytes.append(UInt8.random(in: 0...alphabet, using: &random))
        }
      }
    }
    return bytes
  }

  @Test func `what the library packs is unpacked to the same bytes`() {
    var random = SeededRandom(seed: 16)
    for round in 0..<300 {
      let plain = content(&random)
      #expect(ours(packed(plain)) == plain, "round \(round)")
    }
  }

  @Test func `spoilt bytes are refused where the library refuses them, and else the same`() {
    var random = SeededRandom(seed: 17)
    var refused = 0
    for round in 0..<300 {
      let sound = packed(content(&random))
      for _ in 0..<20 where sound.count > 2 {
        var bytes = sound
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
          bytes.cut(to: Int.random(in: 1...bytes.count, using: &random))
        }
        let expected = reference(bytes)
        if expected == nil { refused += 1 }
        #expect(ours(bytes) == expected, "round \(round)")
      }
    }
    #expect(refused > 1000)
  }

  @Test func `elements that nobody packs are read as the library reads them`() {
    // Each tag by itself, behind a literal of 70 bytes and before room enough for the fast way.
    let literal: [UInt8] = [60 << 2, 69] + (0..<70).map { UInt8($0) }
    for tag in UInt8.min...UInt8.max {
      for (low, high) in [
        (0, 0), (1, 0), (7, 0), (8, 0), (15, 0), (16, 0), (69, 0), (70, 0), (71, 0), (4, 1),
      ] as [(UInt8, UInt8)] {
        for tail in [[], [low], [low, high], [low, high, 0, 0]] as [[UInt8]] {
          let body = literal + [tag] + tail
          for rest in [0, 200] {
            let more: [UInt8] =
              rest == 0 ? [] : [60 << 2, UInt8(rest - 1)] + [UInt8](repeating: 9, count: rest)
            for made in [0, 1, 4, 11, 12, 16, 17, 60, 64] {
              let size = 70 + made + rest
              let bytes = [UInt8(size & 0x7f | 0x80), UInt8(size >> 7)] + body + more
              #expect(ours(bytes) == reference(bytes), "tag \(tag), \(tail), \(made), \(rest)")
            }
          }
        }
      }
    }
  }
}
