/// Tables as aligned columns of text for a terminal.
///
/// Cells are escaped (`DisplayText`), measured in terminal columns, and shortened in the middle where
/// a column has a limit. The last column is not padded.
extension ResultTable {
  /// The rows below their titles, each line ended by a line feed, set in by `indent` spaces. Where all titles
  /// are empty there is no line of them.
  package func text(indent: Int = 2, color: Color = .none) -> String {
    let rows = kept.map { row in
      columns.indices.map { index in
        index < row.cells.count
          ? DisplayText.shortened(
            DisplayText.escaped(row.cells[index].text), to: columns[index].limit) : ""
      }
    }
    let widths = columns.indices.map { index in
      rows.reduce(DisplayText.width(columns[index].title)) {
        max($0, DisplayText.width($1[index]))
      }
    }
    var result = ""
    let space = String(repeating: " ", count: indent)
    if columns.contains(where: { !$0.title.isEmpty }) {
      result += space + color(.dim, line(columns.map(\.title), widths)) + "\n"
    }
    for (cells, row) in zip(rows, kept) {
      let text = line(cells, widths)
      result += space + (row.role.map { color($0, text) } ?? text) + "\n"
    }
    return result
  }

  /// The caption, the rows, and how many there would be more; nothing where there are none.
  package func section(color: Color) -> String {
    guard !isEmpty else { return "" }
    let title = color(.heading, caption) + (note.isEmpty ? "" : "  \(note)") + "\n"
    return title + text(color: color)
      + (omitted > 0 ? "  and \(Units.count(omitted)) more\n" : "")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - DisplayText.width(cell))
      let isLast = index == cells.count - 1
      result += columns[index].isNumber ? padding + cell : cell + (isLast ? "" : padding)
      if !isLast { result += "  " }
    }
    return String(result.reversed().drop { $0 == " " }.reversed())
  }
}
