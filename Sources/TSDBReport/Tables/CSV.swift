package import TSDBFormat

/// Comma-separated values (RFC 4180, with line feeds): text that may hold anything stands in quotes, numbers
/// and times do not, and nothing stands for nothing.
///
/// A spreadsheet would run some texts as formulas; they get an apostrophe in front, unless the exact bytes
/// are asked for.
package struct CSV: Sendable {
  /// True where texts stay as they are.
  let isExact: Bool

  package init(isExact: Bool) {
    self.isExact = isExact
  }

  /// Several tables: each has its line of titles and a first column that names it, and an empty line stands
  /// between two.
  package func write(_ tables: [ResultTable], to out: inout ReportSink) throws {
    for (number, table) in tables.enumerated() {
      if number > 0 { out.line() }
      try write(table, first: ("table", Array(table.name.utf8)), to: &out)
    }
  }

  /// One table: a line of titles, then the rows.
  package func write(_ table: ResultTable, to out: inout ReportSink) throws {
    try write(table, first: nil, to: &out)
  }

  private func write(
    _ table: ResultTable, first: (title: String, name: [UInt8])?, to out: inout ReportSink
  ) throws {
    var line = ByteBuffer()
    if let first { line.append(text: first.title + ",") }
    appendTitles(of: table, to: &line)
    try out.write(line.bytes)
    try table.forEachRow { row in
      line.truncate(to: 0)
      if let first {
        append(text: first.name, to: &line)
        line.append(UInt8(ascii: ","))
      }
      append(row, of: table, to: &line)
      try out.write(line.bytes)
    }
  }

  /// The line of titles.
  package func appendTitles(of table: ResultTable, to out: inout ByteBuffer) {
    out.append(text: table.told.map { table.columns[$0].name }.joined(separator: ",") + "\n")
  }

  /// The line of a row.
  package func append(
    _ row: [ResultTable.Cell], of table: ResultTable, to out: inout ByteBuffer
  ) {
    for (number, column) in table.told.enumerated() {
      if number > 0 { out.append(UInt8(ascii: ",")) }
      if column < row.count { append(row[column], to: &out) }
    }
    out.append(UInt8(ascii: "\n"))
  }

  private func append(_ cell: ResultTable.Cell, to out: inout ByteBuffer) {
    switch cell {
    case .empty: break
    case .prose(let prose): append(text: Array(prose.plain.utf8), to: &out)
    case .value(let bytes): append(text: bytes, to: &out)
    case .number(let number):
      if let short = Int64(exactly: number) {
        out.append(decimal: short)
      } else {
        out.append(text: "\(number)")
      }
    case .size(let number), .duration(let number): out.append(decimal: number)
    case .time(let time): append(time: time, to: &out)
    case .decimal(let number, _), .rate(let number), .share(let number):
      GoFloat.append(number, to: &out)
    case .shown(_, let cell): append(cell, to: &out)
    }
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
