import TSDBFormat
import TestSupport
import Testing

@testable import PrometheusConfig

@Suite struct RelabelRuleTests {
  private func labels(_ text: String) throws -> [Label] {
    let fields = try YAMLFields.document(Array(text.utf8), file: "labels")
    return try fields.keys.map { try Label($0, fields[$0]?.string() ?? "") }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  private func rules(_ text: String, scheme: String = "utf8") throws -> [RelabelRule] {
    let file =
      "global: {metric_name_validation_scheme: \(scheme)}\nmetric_relabel_configs: \(text)\n"
    let configuration = try PrometheusConfiguration(Array(file.utf8), file: "rules.yml")
    return configuration.snippet?.metricRelabelRules ?? []
  }

  private let own = [Label("__name__", "sample"), Label("instance", "i:1"), Label("job", "j")]

  @Test(arguments: RelabelCase.all)
  func `rules do what a server does`(example: RelabelCase) throws {
    var labels = RelabelledLabels(
      try (own + labels(example.input)).sorted { $0.name.lexicographicallyPrecedes($1.name) })
    let isKept = labels.apply(try rules(example.rules))
    guard let output = example.output else { return #expect(!isKept) }
    #expect(isKept)
    #expect(
      labels.sorted
        == (try (own + self.labels(output)).sorted { $0.name.lexicographicallyPrecedes($1.name) }))
  }

  private func error(_ text: String, scheme: String = "utf8") -> String? {
    do {
      _ = try rules(text, scheme: scheme)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `a rule that a server refuses is refused, with its key and place`() {
    func expect(_ rule: String, _ wanted: String) {
      #expect(error("[\(rule)]") == "rules.yml:2:\(wanted)")
    }
    expect(
      "{action: rename}",
      "35: metric_relabel_configs[0].action: expected one of replace, keep, drop, keepequal, "
        + "dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, found \"rename\""
    )
    expect(
      "{source_label: [a]}",
      "27: metric_relabel_configs[0].source_label: unknown key in Prometheus 3.14; "
        + "did you mean source_labels?")
    expect(
      "{regex: '('}",
      "34: metric_relabel_configs[0].regex: not a regular expression: "
        + "missing ): (")
    expect("{source_labels: [a]}", "26: metric_relabel_configs[0]: replace needs a target_label")
    expect(
      "{action: hashmod, target_label: h}",
      "26: metric_relabel_configs[0]: hashmod needs a modulus that is not 0")
    expect(
      "{action: labeldrop, regex: a, source_labels: [b]}",
      "71: metric_relabel_configs[0].source_labels: labeldrop takes only action, regex")
    expect(
      "{action: keepequal, target_label: b, regex: a}",
      "70: metric_relabel_configs[0].regex: keepequal takes only action, source_labels, target_label"
    )
    expect(
      "{action: lowercase, target_label: b, replacement: a}",
      "76: metric_relabel_configs[0].replacement: lowercase takes no replacement")
  }

  @Test(
    arguments: [
      ("label", true), ("label${1}", true), ("${1}label", true), ("$1", true), ("a$2b", true),
      ("_${1}_", true), ("a${b}c", true), ("-label", false), ("${", false), ("$", false),
      ("${}", false), ("a${", false), ("a.${1}b", false), ("0${1}", false),
    ])
  func `before Prometheus 3 a target was a word with variables`(target: String, isAllowed: Bool) {
    let rule = "[{source_labels: [a], target_label: \"\(target)\"}]"
    #expect((error(rule, scheme: "legacy") == nil) == isAllowed)
    #expect(error(rule) == nil)
  }

  @Test func `a target that is no name in the end changes nothing`() throws {
    var labels = RelabelledLabels([Label("a", "x.y")])
    let rule = "[{source_labels: [a], target_label: \"$1\", replacement: v}]"
    let isKept = labels.apply(try rules(rule, scheme: "legacy"))
    #expect(isKept)
    #expect(labels.sorted == [Label("a", "x.y")])
    let isKeptAgain = labels.apply(try rules(rule))
    #expect(isKeptAgain)
    #expect(labels.sorted == [Label("a", "x.y"), Label("x.y", "v")])
  }

  @Test func `any bytes may be in a label`() throws {
    let rules = try rules(
      "[{source_labels: [a], regex: (.)(.*), target_label: b, replacement: '$2'},"
        + " {source_labels: [a], target_label: c, action: uppercase}]")
    var labels = RelabelledLabels([Label(name: [0x61], value: [0xff, 0x00, 0x61])])
    let isKept = labels.apply(rules)
    #expect(isKept)
    #expect(labels[[0x62]] == [0x00, 0x61])
    #expect(labels[[0x63]] == [0xef, 0xbf, 0xbd, 0x00, 0x41])
  }
}
