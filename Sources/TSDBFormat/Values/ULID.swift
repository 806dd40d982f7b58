/// The name of a block: 48 bits of milliseconds since 1970, then 80 random bits, written as 26
/// letters of Crockford's base 32 (which leaves out I, L, O and U).
///
/// Sorting by name is sorting by the time at which the block was made.
public struct ULID: Hashable, Sendable {
  /// The first 8 bytes; their upper 48 bits are the time.
  public let high: UInt64
  /// The last 8 bytes.
  public let low: UInt64

  /// The identifier of these 16 bytes.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new identifier of this time, in milliseconds since 1970.
  public init(milliseconds: Int64, random: inout some RandomNumberGenerator) {
    let time = UInt64(bitPattern: milliseconds) &<< 16
    high = time | UInt64.random(in: 0...0xffff, using: &random)
    low = random.next()
  }

  /// The identifier `text` spells, or nil if it spells none.
  ///
  /// As Prometheus decides what a block folder is (`ulid.ParseStrict`): 26 characters, either case,
  /// and nothing above `7ZZZZZZZZZZZZZZZZZZZZZZZZZ`, which fills 128 bits.
  public init?(_ text: String) {
    let letters = text.utf8
    guard letters.count == ULID.length, let first = letters.first, first <= UInt8(ascii: "7") else {
      return nil
    }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for letter in letters {
      guard let value = ULID.value(of: letter) else { return nil }
      high = high << 5 | low >> 59
      low = low << 5 | value
    }
    self.high = high
    self.low = low
  }

  /// When the block was made, in milliseconds since 1970.
  public var milliseconds: Int64 { Int64(truncatingIfNeeded: high >> 16) }

  private static let length = 26
  private static let alphabet = [UInt8]("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  private static func value(of letter: UInt8) -> UInt64? {
    let isLower = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
    let upper = isLower ? letter - 32 : letter
    return alphabet.firstIndex(of: upper).map(UInt64.init)
  }
}

extension ULID: Comparable {
  /// By time, then by the random part; the order of the names.
  public static func < (left: ULID, right: ULID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension ULID: CustomStringConvertible {
  /// The 26 letters, in capitals.
  public var description: String {
    var letters: [UInt8] = []
    letters.reserveCapacity(ULID.length)
    for place in (0..<ULID.length).reversed() {
      let shift = UInt64(place * 5)
      let bits =
        switch shift {
        case 64...: high >> (shift &- 64)
        case 60..<64: low >> shift | high << (64 &- shift)
        default: low >> shift
        }
      letters.append(ULID.alphabet[Int(truncatingIfNeeded: bits & 31)])
    }
    return String(decoding: letters, as: UTF8.self)
  }
}
