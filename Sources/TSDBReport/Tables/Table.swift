/// Aligned columns of text for a terminal.
///
/// Cells are escaped (`DisplayText`), measured in terminal columns, and shortened in the middle where
/// a column has a limit. The last column is not padded.
///
///     var table = Table([.right("series"), .left("metric", limit: 60)])
///     table.row([Units.count(59_192), "http_request_duration_seconds_bucket"])
///     out.write(table.text(color: color))
package struct Table {
  /// One column.
  package struct Column {
    /// On which side the cells stand.
    enum Alignment { case left, right }
    let title: String
    let alignment: Alignment
    /// The most terminal columns a cell may take.
    let limit: Int

    /// A column of words.
    package static func left(_ title: String, limit: Int = .max) -> Column {
      Column(title: title, alignment: .left, limit: limit)
    }

    /// A column of numbers.
    package static func right(_ title: String, limit: Int = .max) -> Column {
      Column(title: title, alignment: .right, limit: limit)
    }
  }

  private struct Row {
    let cells: [String]
    let role: Color.Role?
  }

  private let columns: [Column]
  private var rows: [Row] = []

  /// A table of `columns`. Where all titles are empty there is no title line.
  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// True when there are no rows.
  package var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; missing cells stay empty, surplus cells are dropped. `role` colours all of it.
  package mutating func row(_ cells: [String], role: Color.Role? = nil) {
    let shown = columns.indices.map { index in
      index < cells.count
        ? DisplayText.shortened(DisplayText.escaped(cells[index]), to: columns[index].limit) : ""
    }
    rows.append(Row(cells: shown, role: role))
  }

  /// The lines, each ended by a line feed, set in by `indent` spaces.
  package func text(indent: Int = 2, color: Color = .none) -> String {
    let widths = columns.indices.map { index in
      rows.reduce(DisplayText.width(columns[index].title)) {
        max($0, DisplayText.width($1.cells[index]))
      }
    }
    var result = ""
    if columns.contains(where: { !$0.title.isEmpty }) {
      let titles = line(columns.map(\.title), widths)
      result += String(repeating: " ", count: indent) + color(.dim, titles) + "\n"
    }
    for row in rows {
      let text = line(row.cells, widths)
      result += String(repeating: " ", count: indent)
      result += (row.role.map { color($0, text) } ?? text) + "\n"
    }
    return result
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - DisplayText.width(cell))
      switch columns[index].alignment {
      case .right: result += padding + cell
      case .left: result += cell + (index == cells.count - 1 ? "" : padding)
      }
      if index < cells.count - 1 { result += "  " }
    }
    return String(result.reversed().drop { $0 == " " }.reversed())
  }
}
