/// Cells of comma-separated values that a spreadsheet would run as a formula.
///
/// A label value, a help text or a file name may begin with what Excel, Calc and Sheets take for the begin of
/// a formula. An apostrophe in front makes it text; who needs the bytes as they are asks for the exact form.
package enum SpreadsheetText {
  /// What stands in front of such a cell.
  package static let mark = UInt8(ascii: "'")

  /// True if a cell that begins with `byte` is run.
  package static func isFormula(_ byte: UInt8?) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"),
      UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      true
    default: false
    }
  }

  /// True if the cell with `bytes` is run. Blanks in front are passed over, and the wide forms of the
  /// signs (U+FF0B, U+FF0D, U+FF1D, U+FF20) count as they do in Excel.
  package static func isFormula(_ bytes: [UInt8]) -> Bool {
    let rest = bytes.drop { $0 == 0x20 }
    if isFormula(rest.first) { return true }
    guard rest.starts(with: [0xef, 0xbc]) else { return false }
    return rest.count > 2 && [0x8b, 0x8d, 0x9d, 0xa0].contains(rest[rest.startIndex + 2])
  }
}
