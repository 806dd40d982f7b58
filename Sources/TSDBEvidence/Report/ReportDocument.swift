/// A report as values: what is told, and in which order. HTML and Markdown are two ways to write it.
struct ReportDocument: Sendable {
  /// How bad it is.
  enum Tone: String, Sendable {
    case good, warn, bad
  }

  /// A line of facts: what is asked, and the answer.
  struct Fact: Sendable {
    let name: String
    let text: Prose
  }

  /// A moment or a stretch of the timeline.
  struct Moment: Sendable {
    /// Milliseconds since 1970.
    let time: Int64
    /// The end of a stretch; nil for a moment.
    var end: Int64?
    let tone: Tone?
    let text: Prose
  }

  /// A piece of a section.
  enum Block: Sendable {
    case paragraph(Prose)
    case list([Prose])
    case facts([Fact])
    case timeline([Moment])
    case table(ReportTable)
    /// A chart, and all its numbers.
    case chart(any ReportChart, ReportTable)
    /// Text to be copied, and what it is.
    case code(String, caption: Prose)
    /// A heading inside of a section.
    case heading(String)
  }

  /// A section; `id` is what links lead to.
  struct Section: Sendable {
    let id: String
    let title: String
    var blocks: [Block]
  }

  let title: String
  /// What was inspected, when, with what.
  let subtitle: [Prose]
  let tone: Tone
  /// One sentence.
  let verdict: Prose
  /// What it means, a sentence or two each.
  let consequences: [Prose]
  /// The questions of a postmortem, with their answers.
  let answers: [Fact]
  let sections: [Section]
}

/// A table: what it shows is said by its caption, what is in a column by its head.
struct ReportTable: Sendable {
  /// A column.
  struct Column: Sendable {
    let title: String
    /// True for numbers: they end at the same place.
    let isNumber: Bool
    /// True for sentences: they need room.
    var isProse = false

    /// What a style calls it.
    var kind: String { isNumber ? "number" : isProse ? "prose" : "text" }

    static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    static func prose(_ title: String) -> Column {
      Column(title: title, isNumber: false, isProse: true)
    }
    static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  let caption: String
  let columns: [Column]
  private(set) var rows: [[Prose]] = []
  /// How many more rows there would be.
  var omitted = 0

  init(_ caption: String, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  mutating func row(_ cells: [Prose]) { rows.append(cells) }

  /// `values` as rows, `limit` of them at most.
  mutating func rows<T>(_ values: [T], limit: Int, _ row: (T) -> [Prose]) {
    for value in values.prefix(limit) { rows.append(row(value)) }
    omitted += max(0, values.count - limit)
  }
}
