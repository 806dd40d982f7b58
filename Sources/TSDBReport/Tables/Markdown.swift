/// Words and tables as Markdown (CommonMark, with the tables of GitHub), to be pasted.
package enum Markdown {
  /// A table below its caption, without its curves; behind it, how many rows there would be more.
  package static func table(_ table: ResultTable, mostRows: Int = .max) -> String {
    var text = ""
    if !table.caption.isEmpty {
      text +=
        "**\(escaped(table.caption))**\(table.note.isEmpty ? "" : " ")\(escaped(table.note))\n\n"
    }
    let columns = table.told.map { table.columns[$0] }
    let titles = columns.map { escaped($0.title.isEmpty ? $0.name : $0.title) }
    text += "| " + titles.joined(separator: " | ") + " |\n"
    text += "|" + columns.map { $0.isNumber ? "--:|" : "---|" }.joined() + "\n"
    for row in table.rows.prefix(mostRows) {
      let cells = table.told.map { $0 < row.count ? cell(prose(row[$0].prose)) : "" }
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    let omitted = table.omitted + max(0, table.rows.count - mostRows)
    return text + (omitted > 0 ? "\nand \(Units.count(omitted)) more\n\n" : "\n")
  }

  /// Tables that have rows, one below the other.
  package static func tables(_ tables: [ResultTable]) -> String {
    tables.filter { !$0.isEmpty }.map { table($0) }.joined()
  }

  /// Words with their marks.
  package static func prose(_ prose: Prose) -> String {
    prose.pieces.map { piece in
      switch piece {
      case .words(let text), .said(let text): escaped(text)
      case .strong(let text): "**\(escaped(text))**"
      case .code(let text), .value(let text): code(text)
      case .time(let time): TimeText.seconds(time)
      }
    }.joined()
  }

  /// Words without what Markdown or HTML would take for markup.
  package static func escaped(_ text: String) -> String {
    var result = ""
    // Scalars, not characters: `<` with a mark on it is still the beginning of a tag.
    for scalar in DisplayText.escaped(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "#", "~": result += "\\\(scalar)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What stands in a cell: a bar ends it, even in code, unless a backslash is before it.
  static func cell(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "|" { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// Text in type of one width, between more backticks than it has in a row. No markup counts in it.
  package static func code(_ text: String) -> String {
    let text = DisplayText.escaped(text)
    guard !text.isEmpty else { return "" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
    let edge = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") ? " " : ""
    return fence + edge + text + edge + fence
  }

  /// Lines to be copied.
  package static func block(_ text: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { DisplayText.escaped(String($0)) }
    let body = lines.joined(separator: "\n")
    return "\(fence)\n\(body)\(body.hasSuffix("\n") ? "" : "\n")\(fence)"
  }

  private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for next in text.unicodeScalars {
      run = next == scalar ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
