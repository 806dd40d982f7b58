internal import Crypto

/// Pseudonyms as long as the value: the keyed hash in base 36.
extension Redactor {
  /// Fewer characters could be equal for two values: 12 of 36 kinds are 62 bits.
  static let shortestLength = 12

  /// Characters from the keyed hash of `value`, as many as it has bytes, and at least 12.
  ///
  /// The first hash is that of the value, so that long values are hashed once; the stream of bytes is made
  /// of it. Bytes from 252 on are skipped, which makes all characters equally likely.
  func lengthPseudonym(of value: [UInt8]) -> [UInt8] {
    let length = max(value.count, Self.shortestLength)
    let seed = Array("length:".utf8) + hash(value)
    var text: [UInt8] = []
    text.reserveCapacity(length)
    var block: UInt64 = 0
    while true {
      for byte in hash(seed + Self.bytes(of: block)) where byte < 252 {
        text.append(Self.letters[Int(byte % 36)])
        if text.count == length { return text }
      }
      block &+= 1
    }
  }

  private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  /// A number as eight bytes, the most significant first.
  static func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
  }
}
