package import TSDBReport

/// What a redacted copy has and has not; as JSON, Docs/commands.md describes each field.
package struct RedactionReport: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let output: JSONText
  let key: JSONText
  let pseudonyms: String
  let labels: [JSONText]?
  let files: Int
  let bytesRead: Int
  let bytesWritten: Int
  let valuesReplaced: Int
  let distinctValues: Int
  let distinctIsExact: Bool
  let leftOut: [Remark]
  let notReproduced: [Remark]
  let unread: [JSONText]

  package init(
    _ result: RedactedCopy.Result, output: String, key: String, _ kind: Pseudonyms,
    _ labels: [String]
  ) {
    self.output = JSONText(Array(output.utf8))
    self.key = JSONText(Array(key.utf8))
    pseudonyms = kind.rawValue
    self.labels = labels.isEmpty ? nil : labels.map { JSONText(Array($0.utf8)) }
    files = result.files
    bytesRead = result.bytesRead
    bytesWritten = result.bytesWritten
    valuesReplaced = result.replaced
    distinctValues = result.distinct
    distinctIsExact = result.distinctIsExact
    leftOut = result.leftOut.map(Remark.init)
    notReproduced = result.notReproduced.map(Remark.init)
    unread = result.unread.map { JSONText(Array("\($0)".utf8)) }
  }

  /// A file or folder, and what about it.
  package struct Remark: Encodable {
    let path: JSONText
    let why: String

    init(_ remark: RedactedCopy.Remark) {
      path = JSONText(Array(remark.path.utf8))
      why = remark.why
    }
  }

  /// The same as text.
  package func text(color: Color) -> String {
    let about = distinctIsExact ? "" : "about "
    var text = "wrote \(DisplayText.escaped(Self.string(output)))\n"
    var table = ResultTable("copy", [.text("", "what"), .text("", "value")])
    table.row(["files", .count(files)])
    table.row(["bytes", "\(Units.bytes(bytesWritten)), before \(Units.bytes(bytesRead))"])
    table.row([
      "replaced",
      "\(Units.count(valuesReplaced)) values, \(about)\(Units.count(distinctValues)) different ones",
    ])
    table.row(["key", .value(key.bytes)])
    text += table.text(color: color)
    text += section("Left out", leftOut, color)
    text += section("Not reproduced", notReproduced, color)
    return text
  }

  private func section(_ title: String, _ remarks: [Remark], _ color: Color) -> String {
    guard !remarks.isEmpty else { return "" }
    var table = ResultTable("remarks", [.text("", "path", limit: 60), .prose("")])
    for remark in remarks { table.row([.value(remark.path.bytes), .words(remark.why)]) }
    return color(.heading, title) + "\n" + table.text(color: color)
  }

  private static func string(_ text: JSONText) -> String {
    String(decoding: text.bytes, as: UTF8.self)
  }
}
