internal import TSDBStore

/// A name in a template: `$name`, `$1`, `${name}`.
struct TemplateName {
  /// The name.
  let name: [UInt8]
  /// Where the text goes on behind it.
  let end: Int

  /// The name behind a `$`; nil where there is none, or its brace is not closed. As Go reads it
  /// (regexp, `extract`): letters, digits and `_`, as many as there are.
  init?(_ text: [UInt8], at start: Int) {
    let isBraced = start < text.count && text[start] == UInt8(ascii: "{")
    let first = isBraced ? start + 1 : start
    var last = first
    while last < text.count {
      let length = Self.wordCharacter(text, at: last)
      if length == 0 { break }
      last += length
    }
    guard last > first else { return nil }
    if isBraced {
      guard last < text.count, text[last] == UInt8(ascii: "}") else { return nil }
    }
    name = Array(text[first..<last])
    end = isBraced ? last + 1 : last
  }

  /// Bytes of the letter, digit or `_` at a place; 0 where there is none.
  private static func wordCharacter(_ text: [UInt8], at index: Int) -> Int {
    let byte = text[index]
    if byte < 0x80 { return NameValidation.isDigit(byte) || NameValidation.isLetter(byte) ? 1 : 0 }
    let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    guard index + length <= text.count,
      let scalar = String(validating: text[index..<index + length], as: UTF8.self)?
        .unicodeScalars.first
    else { return 0 }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      return length
    default: return 0
    }
  }
}

extension RegularExpression.Groups {
  /// `template` with `$1`, `$name` and `${name}` replaced by what these groups matched, and `$$` by `$`
  /// (Go: regexp, `Expand`). A group that is not there, or did not match, is nothing; a `$` that no name
  /// follows stays.
  func expanded(_ template: [UInt8]) -> [UInt8] {
    let dollar = UInt8(ascii: "$")
    var result: [UInt8] = []
    var index = 0
    while index < template.count {
      guard template[index] == dollar else {
        result.append(template[index])
        index += 1
        continue
      }
      if index + 1 < template.count, template[index + 1] == dollar {
        result.append(dollar)
        index += 2
      } else if let name = TemplateName(template, at: index + 1) {
        result += group(name.name)
        index = name.end
      } else {
        result.append(dollar)
        index += 1
      }
    }
    return result
  }

  private func group(_ name: [UInt8]) -> [UInt8] {
    // A number is one even where it is large; a leading zero makes it a name, but for 0 itself.
    if name.allSatisfy(NameValidation.isDigit), name.count == 1 || name[0] != UInt8(ascii: "0") {
      guard let number = Int(String(decoding: name, as: UTF8.self)) else { return [] }
      return self[number]
    }
    return self[named: String(decoding: name, as: UTF8.self)]
  }
}
