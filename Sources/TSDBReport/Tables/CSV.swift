internal import TSDBFormat

/// Fields of comma-separated values (RFC 4180, with line feeds): text that may hold anything stands in
/// quotes, numbers do not.
///
/// A spreadsheet would run some texts as formulas; they get an apostrophe in front, unless the exact bytes
/// are asked for.
package struct CSV {
  /// True where texts stay as they are.
  let isExact: Bool

  package init(isExact: Bool) {
    self.isExact = isExact
  }

  /// Labels as one field.
  func append(_ labels: [Label], to out: inout ByteBuffer) {
    // They stand in braces, which begin no formula.
    var text = ByteBuffer()
    GoLabels.append(labels, to: &text)
    Self.append(text.bytes, to: &out)
  }

  /// Text as one field.
  func append(text: [UInt8], to out: inout ByteBuffer) {
    if !isExact, SpreadsheetText.isFormula(text) {
      Self.append(([SpreadsheetText.mark] + text).rawBytes, to: &out)
    } else {
      Self.append(text.rawBytes, to: &out)
    }
  }

  /// A time as one field. Years of more than four digits have a sign in front.
  func append(time: Int64, to out: inout ByteBuffer) {
    if !isExact, !Self.plainTimes.contains(time) { out.append(SpreadsheetText.mark) }
    TimeBytes.append(time, to: &out)
  }

  /// From the year 0 to the year 9999.
  private static let plainTimes: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  private static func append(_ bytes: RawSpan, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    for index in 0..<bytes.byteCount {
      let byte = bytes.byte(at: index)
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
  }
}
