/// Letters as Go changes them (`strings.ToLower`, `strings.ToUpper`): each character by itself, with the
/// one character that Unicode gives as its counterpart.
enum LetterCase {
  /// Small letters.
  static func lower(_ text: [UInt8]) -> [UInt8] {
    changed(text) { scalar in
      // The one capital whose small letter is two characters; Go takes the first.
      scalar == "\u{130}" ? "i" : single(scalar.properties.lowercaseMapping) ?? scalar
    }
  }

  /// Capital letters.
  static func upper(_ text: [UInt8]) -> [UInt8] {
    changed(text) { scalar in
      single(scalar.properties.uppercaseMapping) ?? simpleUpper(scalar)
    }
  }

  private static func changed(
    _ text: [UInt8], _ change: (Unicode.Scalar) -> Unicode.Scalar
  ) -> [UInt8] {
    var result = String.UnicodeScalarView()
    // Bytes that are not UTF-8 become U+FFFD, as in Go where a letter changes.
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      result.append(change(scalar))
    }
    return Array(String(result).utf8)
  }

  private static func single(_ mapping: String) -> Unicode.Scalar? {
    mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
  }

  /// Where the capital is several characters, such as that of `ß`: the Greek letters with iota that
  /// have a title form of their own, and else the letter itself.
  private static func simpleUpper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    single(scalar.properties.titlecaseMapping) ?? scalar
  }
}
