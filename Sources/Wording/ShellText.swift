/// Words as a shell reads them: what is printed to be run must run, whatever is in a path, a metric or a
/// selector, and must not drive the terminal on which it is printed.
///
/// A word of plain characters stays as it is, any other stands in single quotes, in which no shell looks at
/// anything. What a terminal must not get, or is no UTF-8, is written `$'\n'`, `$'\377'`, as bash, ksh, zsh
/// and POSIX since 2024 read it.
package enum ShellText {
  /// A line that a shell splits into exactly these words.
  package static func line(_ words: [String]) -> String {
    words.map { word(Array($0.utf8)) }.joined(separator: " ")
  }

  /// A word.
  package static func word(_ text: String) -> String { word(Array(text.utf8)) }

  /// A word of any bytes but zero.
  package static func word(_ bytes: [UInt8]) -> String {
    guard let text = String(validating: bytes, as: UTF8.self),
      DisplayText.escaped(text) == text
    else { return escaped(bytes) }
    if isPlain(bytes) { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// A folder or a file as an argument: one that begins with a dash is no option.
  package static func path(_ path: String) -> String {
    word(operand(path))
  }

  /// The same, not quoted yet.
  package static func operand(_ path: String) -> String {
    path.hasPrefix("-") ? "./" + path : path
  }

  /// An option and its value, as words; a value that begins with a dash would be taken for an option.
  package static func option(_ name: String, _ value: String) -> [String] {
    value.hasPrefix("-") ? [name + "=" + value] : [name, value]
  }

  /// True for what no shell changes. A word that begins with `=` or `~` is one for zsh and for all.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, first != UInt8(ascii: "=") else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_-./:,+@%=".utf8.contains(byte)
      }
    }
  }

  /// `$'…'`, in which only plain characters stand for themselves.
  private static func escaped(_ bytes: [UInt8]) -> String {
    var result = "$'"
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"): result += "\\n"
      case UInt8(ascii: "\t"): result += "\\t"
      case UInt8(ascii: "\r"): result += "\\r"
      case UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "!"), ..<0x20, 0x7f...:
        result += "\\" + octal(byte)
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result + "'"
  }

  /// Three digits, so that one that follows is not taken for a fourth.
  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }
}
