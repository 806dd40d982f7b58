/// Goes through the bytes of an exposition.
struct ByteScanner {
  private let all: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { all = bytes }

  var isAtEnd: Bool { position >= all.count }

  var next: UInt8? { position < all.count ? all[position] : nil }

  mutating func advance() { position = min(position + 1, all.count) }

  /// What was passed since `start`.
  func bytes(from start: Int) -> [UInt8] { Array(all[start..<position]) }

  func starts(with text: String) -> Bool { all[position...].starts(with: text.utf8) }

  /// Goes over `text`, if it is there.
  mutating func take(_ text: String) -> Bool {
    guard starts(with: text) else { return false }
    position += text.utf8.count
    return true
  }

  /// Goes over bytes as long as they are wanted.
  mutating func take(while isWanted: (UInt8) -> Bool) -> [UInt8] {
    let start = position
    while let byte = next, isWanted(byte) { position += 1 }
    return bytes(from: start)
  }

  @discardableResult
  mutating func skipBlanks() -> Int { take { $0 == 0x20 || $0 == 0x09 }.count }

  mutating func restOfLine() -> ArraySlice<UInt8> { take { $0 != 0x0a }[...] }

  /// Goes to the next line.
  mutating func skipLine() {
    _ = restOfLine()
    advance()
  }

  /// A word as names are without quotation marks; empty where there is none.
  mutating func word(withColons: Bool) -> [UInt8] {
    guard let first = next, isLetter(first, withColons) else { return [] }
    return take {
      NameValidation.isLetter($0) || NameValidation.isDigit($0)
        || withColons && $0 == UInt8(ascii: ":")
    }
  }

  private func isLetter(_ byte: UInt8, _ withColons: Bool) -> Bool {
    NameValidation.isLetter(byte) || withColons && byte == UInt8(ascii: ":")
  }

  /// Text in quotation marks, its escapes taken away; nil, and no step, where there is none.
  mutating func quoted(withBreaks: Bool) -> [UInt8]? {
    guard next == UInt8(ascii: "\"") else { return nil }
    var text: [UInt8] = []
    var index = position + 1
    while index < all.count {
      let byte = all[index]
      if byte == UInt8(ascii: "\"") {
        position = index + 1
        return text
      }
      if byte == 0x0a, !withBreaks { return nil }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        index += 1
        continue
      }
      guard index + 1 < all.count, all[index + 1] != 0x0a else { return nil }
      let escaped = all[index + 1]
      switch escaped {
      case UInt8(ascii: "n"): text.append(0x0a)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(escaped)
      default: text += [byte, escaped]
      }
      index += 2
    }
    return nil
  }
}
