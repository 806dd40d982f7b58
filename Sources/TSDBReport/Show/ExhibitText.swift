internal import TSDBFormat
package import TSDBStore

/// An exhibit for people: what it is, what is known about it, its fields, what is wrong.
package struct ExhibitText {
  let exhibit: Exhibit
  /// The directory that addresses are relative to; empty where none was given.
  let directory: String
  let showsBytes: Bool
  let color: Color

  package init(exhibit: Exhibit, directory: String, showsBytes: Bool, color: Color) {
    self.exhibit = exhibit
    self.directory = directory
    self.showsBytes = showsBytes
    self.color = color
  }

  /// Writes everything.
  package func write(to out: inout ReportSink) {
    out.line(color(.heading, "\(exhibit.kind)") + "  " + DisplayText.escaped(address))
    var facts = ResultTable("facts", [.text("", "name"), .text("", "value")])
    for fact in exhibit.facts {
      facts.row([.words(fact.name), .words(FieldText.words(fact.value))])
    }
    if !facts.isEmpty { out.write(facts.text(color: color)) }
    for part in exhibit.parts {
      out.line()
      out.line(color(.heading, part.title) + note(on: part))
      if showsBytes {
        HexDump(part: part, color: color).write(to: &out)
      } else {
        out.write(table(of: part.annotation).text(color: color))
      }
    }
    if !exhibit.problems.isEmpty {
      out.line()
      out.write(FindingsText(directory: directory, color: color).text(exhibit.problems))
    }
  }

  private var address: String {
    let path = RelativePath.of(exhibit.address.path, to: directory)
    return "\(Address(path: path, exhibit.address.place))"
  }

  private func note(on part: Exhibit.Part) -> String {
    if case .record = part.source { return "  decompressed; offsets count inside it" }
    return ""
  }

  /// The fields, without what lies in those that say all by themselves.
  private func table(of annotation: Annotation) -> ResultTable {
    var table = ResultTable(
      "fields", [.number("offset"), .number("bytes"), .text("field"), .text("", "value")])
    var hidden = Int.max
    for field in annotation.fields {
      if field.level > hidden { continue }
      hidden = !field.isLeaf && saysAll(field.value) ? field.level : .max
      table.row([
        .words(Self.offset(of: field)), .words(Self.size(of: field)),
        .words(String(repeating: "  ", count: field.level) + field.name),
        .words(FieldText.words(field.value)),
      ])
    }
    return table
  }

  /// True for groups whose value leaves nothing to know.
  private func saysAll(_ value: Field.Value) -> Bool {
    switch value {
    case .none, .chunk: false
    case .sample(_, _, let bits): bits != nil
    default: true
    }
  }

  private static func offset(of field: Field) -> String {
    let bit = field.bits.lowerBound % 8
    return bit == 0 ? "\(field.bits.lowerBound / 8)" : "\(field.bits.lowerBound / 8).\(bit)"
  }

  private static func size(of field: Field) -> String {
    field.isWholeBytes ? "\(field.bits.count / 8)" : "\(field.bits.count) bits"
  }
}
