package import TSDBCheck

extension ResultTable {
  /// Findings, a row each; their files are named relative to `directory`.
  package init(findings: [Finding], in directory: String) {
    self.init(
      "findings", "Findings",
      [
        .text("severity"), .text("rule"), .text("file"), .number("byte", "offset"),
        .prose("message"), .prose("lost"), .text("start", "startup"),
      ])
    rows(findings) { finding in
      [
        .words(finding.severity.rawValue), .words(finding.rule.id),
        .path(RelativePath.of(finding.path, to: directory)),
        finding.offset.map { .count($0) } ?? .empty, .sentence(finding.message.text),
        .sentence(finding.lost?.text), .words(finding.startup.rawValue),
      ]
    }
  }
}
