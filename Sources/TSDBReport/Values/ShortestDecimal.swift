/// The shortest decimal number that is read back as a float, bit for bit.
struct ShortestDecimal: Equatable {
  /// The digits as one number that does not end in 0; 1 to 17 of them.
  let digits: UInt64
  /// How many digits there are.
  let count: Int
  /// The power of ten of the first digit: 2 for 123.4.
  let exponent: Int

  /// The digits of `value`, which must be finite and greater than 0.
  init(_ value: Double) {
    self = Self.short(value) ?? Self.long(value)
  }

  /// Numbers of 15 digits at most, which is what people and most programs write down. No two of them
  /// are the same float, so one that is read back as `value` is the shortest there is.
  private static func short(_ value: Double) -> ShortestDecimal? {
    // log10(2) = 78913 / 2^18, near enough for the exponents of floats; never too large.
    let estimate = (Int(value.exponent) * 78913) >> 18
    var power = 14 - estimate
    guard power > 0, power < powers.count else { return nil }
    var scaled = value * powers[power]
    if scaled >= 1e15 {
      power -= 1
      scaled = value * powers[power]
    }
    let rounded = scaled.rounded()
    // Both are exact, so the quotient is the float next to the decimal number.
    guard rounded < 1e15, rounded / powers[power] == value, let whole = UInt64(exactly: rounded)
    else { return nil }
    return ShortestDecimal(of: whole, timesTenTo: -power)
  }

  /// Any number: its digits from Swift's `description`, which is the shortest as well.
  private static func long(_ value: Double) -> ShortestDecimal {
    let text = value.description
    var number: UInt64 = 0
    var power = 0
    var isFraction = false
    var exponent = 0
    var isNegative = false
    var isExponent = false
    for letter in text.utf8 {
      switch letter {
      case 0x30...0x39 where isExponent: exponent = exponent * 10 + Int(letter - 0x30)
      case 0x30...0x39:
        number = number &* 10 &+ UInt64(letter - 0x30)
        if isFraction { power -= 1 }
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isNegative = true
      default: break
      }
    }
    return ShortestDecimal(of: number, timesTenTo: power + (isNegative ? -exponent : exponent))
  }

  /// `number` × 10^`power`.
  private init(of number: UInt64, timesTenTo power: Int) {
    var digits = number
    var power = power
    if digits.isMultiple(of: 100_000_000), digits > 0 {
      digits /= 100_000_000
      power += 8
    }
    while digits.isMultiple(of: 10), digits > 0 {
      digits /= 10
      power += 1
    }
    var count = 1
    var rest = digits
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    self.digits = digits
    self.count = count
    exponent = power + count - 1
  }

  /// Powers of ten that a float holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
