internal import TSDBFormat
internal import TSDBStore

/// The bytes of a part, each beside the field it belongs to. A row has 16 bytes of one field at most;
/// fields that do not begin and end with a byte are written bit by bit.
///
///     00000000    85 bd 40 dd                                      ..@.              magic  0x85bd40dd
///     0000001c.3  10110                                                              significant bits  22
struct HexDump {
  let part: Exhibit.Part
  let color: Color

  private static let bytesInRow = 16
  /// Columns of 16 bytes.
  private static let hexWidth = 47
  /// Rows of one field, before the rest is only counted.
  private static let rowLimit = 16

  /// Writes all rows.
  func write(to out: inout ReportSink) {
    for field in part.annotation.fields {
      let name = String(repeating: "  ", count: field.level) + field.name
      let words = FieldText.words(field.value)
      let label = words.isEmpty ? name : name + "  " + DisplayText.escaped(words)
      if !field.isLeaf {
        line(place: "", hex: "", text: "", color(.dim, label), to: &out)
      } else if field.isWholeBytes {
        rows(of: field, label, to: &out)
      } else {
        bits(of: field, label, to: &out)
      }
    }
  }

  private func rows(of field: Field, _ label: String, to out: inout ReportSink) {
    var start = field.bytes.lowerBound
    var count = 0
    repeat {
      guard count < Self.rowLimit else {
        let rest = field.bytes.upperBound - start
        line(place: "", hex: "and \(Units.count(rest)) more bytes", text: "", "", to: &out)
        return
      }
      let end = min(start + Self.bytesInRow, field.bytes.upperBound)
      let bytes = part.bytes(in: start..<end)
      line(
        place: FieldText.padded(UInt64(start), to: 8),
        hex: bytes.map { FieldText.padded(UInt64($0), to: 2) }.joined(separator: " "),
        text: String(decoding: bytes.map(Self.printable), as: UTF8.self),
        count == 0 ? label : "", to: &out)
      start = end
      count += 1
    } while start < field.bytes.upperBound
  }

  private func bits(of field: Field, _ label: String, to out: inout ReportSink) {
    let start = field.bits.lowerBound
    let first = field.bytes.lowerBound
    let shown = min(field.bits.count, Self.hexWidth)
    let bytes = part.bytes(in: first..<(start + shown + 7) / 8)
    var digits = ""
    for bit in start..<start + shown {
      let index = bit / 8 - first
      guard index < bytes.count else { break }
      digits += bytes[index] >> UInt8(7 - bit % 8) & 1 == 1 ? "1" : "0"
    }
    if shown < field.bits.count { digits = digits.dropLast(1) + "…" }
    line(
      place: FieldText.padded(UInt64(first), to: 8) + ".\(start % 8)", hex: digits, text: "", label,
      to: &out)
  }

  private func line(
    place: String, hex: String, text: String, _ label: String, to out: inout ReportSink
  ) {
    let row =
      "  " + padded(place, 10) + "  " + padded(hex, Self.hexWidth) + "  "
      + padded(text, Self.bytesInRow) + "  "
    out.line(label.isEmpty ? String(row.reversed().drop { $0 == " " }.reversed()) : row + label)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  private static func printable(_ byte: UInt8) -> UInt8 {
    (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: ".")
  }
}
