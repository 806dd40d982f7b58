/// The shape of a value, for pseudonyms that keep it: which kinds of characters stand where.
///
/// A run is letters and digits between others; other characters stay as they are. A run of hexadecimal
/// digits with letters and figures among them is one of hexadecimal digits; in all others each character
/// has its own kind. The five runs of a UUID are one.
struct CharacterShape: Equatable {
  /// The kinds of characters that may stand at a place.
  enum Alphabet: UInt8 {
    /// A character that is not replaced.
    case none
    /// Figures, and letters of one case.
    case digit, lower, upper
    /// Hexadecimal digits.
    case lowerHex, upperHex, mixedHex

    /// The characters, in their order.
    var characters: [UInt8] { Self.all[Int(rawValue)] }

    private static let all: [[UInt8]] = [
      "", "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      "0123456789abcdef", "0123456789ABCDEF", "0123456789abcdefABCDEF",
    ].map { Array($0.utf8) }
  }

  /// What may stand at each place.
  private(set) var alphabets: [Alphabet]
  /// The places of each run; that of a UUID leaves its dashes out.
  private(set) var runs: [[Int]] = []

  /// The shape of `value`; nil for one with other characters than the printable ones of ASCII.
  init?(_ value: [UInt8]) {
    guard value.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
    alphabets = value.map(Self.alphabet)
    var pieces: [Range<Int>] = []
    var start = 0
    for place in 0...value.count where place == value.count || alphabets[place] == .none {
      if start < place { pieces.append(start..<place) }
      start = place + 1
    }
    var rest = pieces[...]
    while let piece = rest.first {
      if let uuid = Self.uuid(rest, value) {
        add(uuid, Self.hexAlphabet(uuid.map { value[$0] }))
        rest = rest.dropFirst(Self.uuidLengths.count)
      } else {
        let text = value[piece]
        let isHex = text.contains(where: Self.isFigure) && !text.allSatisfy(Self.isFigure)
        let hex = isHex ? Self.hexAlphabet(Array(text)) : nil
        add(Array(piece), hex == .mixedHex ? nil : hex)
        rest = rest.dropFirst()
      }
    }
  }

  private mutating func add(_ places: [Int], _ alphabet: Alphabet?) {
    runs.append(places)
    guard let alphabet else { return }
    for place in places { alphabets[place] = alphabet }
  }

  private static func alphabet(_ byte: UInt8) -> Alphabet {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
    default: .none
    }
  }

  private static func isFigure(_ byte: UInt8) -> Bool { alphabet(byte) == .digit }

  /// Which hexadecimal digits these are; nil if not all of them are.
  private static func hexAlphabet(_ text: [UInt8]) -> Alphabet? {
    for alphabet in [Alphabet.lowerHex, .upperHex, .mixedHex]
    where text.allSatisfy(alphabet.characters.contains) {
      return alphabet
    }
    return nil
  }

  private static let uuidLengths = [8, 4, 4, 4, 12]

  /// The places of a UUID's digits, if `pieces` begin with the five of one.
  private static func uuid(_ pieces: ArraySlice<Range<Int>>, _ value: [UInt8]) -> [Int]? {
    let five = pieces.prefix(uuidLengths.count)
    guard five.map(\.count) == uuidLengths else { return nil }
    for (left, right) in zip(five, five.dropFirst()) {
      guard right.lowerBound == left.upperBound + 1,
        value[left.upperBound] == UInt8(ascii: "-")
      else { return nil }
    }
    let places = five.flatMap { Array($0) }
    return hexAlphabet(places.map { value[$0] }) == nil ? nil : places
  }
}
