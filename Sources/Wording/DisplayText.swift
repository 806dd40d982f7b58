/// Bytes from disk as text that is safe to show: a hostile label value must not drive a terminal.
///
/// Control characters, and characters that reorder or hide their neighbours, become `\n`, `\x1b`,
/// `\u{202e}`; bytes that are not UTF-8 become `\xff`. A backslash stays as it is: this is for
/// reading, the exact bytes are in JSON.
package enum DisplayText {
  /// The bytes of a label name, a label value or a path.
  package static func escaped(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return escaped(text) }
    var result = ""
    var index = 0
    while index < bytes.count {
      let end = min(index + sequenceLength(bytes[index]), bytes.count)
      if let text = String(validating: bytes[index..<end], as: UTF8.self) {
        result += escaped(text)
        index = end
      } else {
        result += "\\x" + hex(UInt32(bytes[index]), digits: 2)
        index += 1
      }
    }
    return result
  }

  /// Text with what could drive a terminal escaped. Escaping twice changes nothing more.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isDangerous) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 8)
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      // A byte of a file name that is no text (TSDBStore, `DiskName`).
      if (0xfdd0...0xfddf).contains(scalar.value), let lower = scalars.first?.value,
        (0xfde0...0xfdef).contains(lower)
      {
        result += "\\x" + hex((scalar.value & 15) << 4 | lower & 15, digits: 2)
        scalars.removeFirst()
        continue
      }
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where !isDangerous(scalar): result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x100: result += "\\x" + hex(scalar.value, digits: 2)
      default: result += "\\u{" + hex(scalar.value, digits: 4) + "}"
      }
    }
    return result
  }

  /// The same for text of several lines, which stay lines.
  package static func escapedLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// `text` in at most `columns` columns, its middle replaced by `…`: both the start and the end of
  /// a long label value tell something.
  package static func shortened(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 1 else { return "…" }
    let tailBudget = (columns - 1) / 3
    let head = prefix(text, within: columns - 1 - tailBudget)
    let tail = String(prefix(String(text.reversed()), within: tailBudget).reversed())
    return head + "…" + tail
  }

  /// Columns that `text` takes on a terminal.
  package static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  private static func prefix(_ text: String, within columns: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += width(character)
        return used <= columns
      })
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
  }

  /// East Asian wide and fullwidth characters, by their blocks.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
      0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
      true
    default:
      false
    }
  }

  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0xad: true
    // Invisible characters, line separators, and marks that reorder text.
    case 0x061c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
    case 0xfff9...0xfffb, 0xe0000...0xe007f, 0xfdd0...0xfdef: true
    default: false
    }
  }

  private static func sequenceLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
