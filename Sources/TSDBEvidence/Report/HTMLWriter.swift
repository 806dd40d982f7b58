internal import TSDBReport
internal import Wording

/// Writes HTML and SVG. Names of elements and attributes are literals of this program; everything else is
/// escaped, so that no text can become markup.
struct HTMLWriter {
  typealias Attributes = KeyValuePairs<StaticString, String>

  /// What was written.
  private(set) var text = ""

  /// `<name attribute="value">`.
  mutating func open(_ name: StaticString, _ attributes: Attributes = [:]) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    text += ">"
  }

  /// `</name>`.
  mutating func close(_ name: StaticString) { text += "</\(name)>" }

  /// An element with what `content` writes.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: (inout HTMLWriter) -> Void
  ) {
    open(name, attributes)
    content(&self)
    close(name)
  }

  /// An element with text.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], words: String
  ) {
    element(name, attributes) { $0.words(words) }
  }

  /// Text.
  mutating func words(_ words: String) { text += Self.escaped(words) }

  /// A line break in the source, for those who read it.
  mutating func line() { text += "\n" }

  /// Lines of text that keep their breaks.
  mutating func lines(_ lines: String) {
    text += lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.escaped(String($0)) }.joined(separator: "\n")
  }

  /// What is no text, and is part of this program.
  mutating func literal(_ literal: StaticString) { text += "\(literal)" }

  /// The style of all reports.
  mutating func style() { text += "<style>\n\(ReportStyle.css)</style>\n" }

  /// Words with their marks: what is from disk stands alone in the order of reading (`bdi`).
  mutating func prose(_ prose: Prose) {
    for piece in prose.pieces {
      switch piece {
      case .words(let text): words(text)
      case .strong(let text): element("strong", words: text)
      case .code(let text): element("code", words: text)
      case .value(let text):
        // Columns make room for what is short, and what is long is broken.
        if text.unicodeScalars.count > 48 {
          element("bdi", ["class": "long"], words: text)
        } else {
          element("bdi", words: text)
        }
      case .said(let text): element("bdi", ["class": "said"], words: text)
      case .time(let time): self.time(time)
      }
    }
  }

  /// Years that the attribute `datetime` can hold: 1 to 9999.
  private static let datetimes: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  private mutating func time(_ time: Int64) {
    let words = TimeText.seconds(time)
    guard Self.datetimes.contains(time) else { return self.words(words) }
    element("time", ["datetime": words], words: words)
  }

  /// `text` where neither markup nor what drives a terminal is left.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in DisplayText.escaped(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
