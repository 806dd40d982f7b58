internal import TSDBReport

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
    case table(ResultTable)
    /// A chart, and all its numbers.
    case chart(any ReportChart, ResultTable)
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
