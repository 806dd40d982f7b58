internal import TSDBFormat
internal import TSDBRepair
internal import Wording

/// A table as comma-separated values (RFC 4180, with line feeds): titles, then the rows. Text stands in
/// quotes, numbers do not, and nothing stands for nothing. What a spreadsheet would run gets an apostrophe in
/// front.
struct CSVTable {
  let table: EvidenceTable
  /// True where texts stay as they are, though a spreadsheet would run them as formulas.
  let isExact: Bool

  /// Writes all rows into `sink`; `check` is called now and then, and may throw.
  func write(to sink: FileSink, check: () throws -> Void) throws {
    var line = ByteBuffer()
    line.append(text: table.columns.map(\.name).joined(separator: ",") + "\n")
    try sink.write(line)
    var rows = 0
    try table.forEachRow { row in
      line.truncate(to: 0)
      for (index, cell) in row.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(cell, to: &line)
      }
      line.append(UInt8(ascii: "\n"))
      try sink.write(line)
      rows += 1
      if rows.isMultiple(of: 4096) { try check() }
    }
  }

  private func append(_ cell: EvidenceTable.Cell, to line: inout ByteBuffer) {
    switch cell {
    case .null: break
    case .integer(let number): line.append(decimal: number)
    case .bytes(let bytes):
      line.append(UInt8(ascii: "\""))
      if !isExact, SpreadsheetText.isFormula(bytes) { line.append(SpreadsheetText.mark) }
      for byte in bytes {
        if byte == UInt8(ascii: "\"") { line.append(byte) }
        line.append(byte)
      }
      line.append(UInt8(ascii: "\""))
    }
  }
}
