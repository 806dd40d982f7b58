internal import PrometheusConfig
internal import TSDBAnalysis

/// `policy --format sarif`: SARIF 2.1.0, as code hosts show it beside a change.
package struct PolicySARIF: Encodable {
  let version = "2.1.0"
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case version, runs
    case schema = "$schema"
  }

  package init(_ report: PolicyReport) {
    runs = [Run(report)]
  }

  struct Text: Encodable {
    let text: String
  }

  struct Run: Encodable {
    let tool: Tool
    let results: [Result]

    init(_ report: PolicyReport) {
      tool = Tool()
      results = report.violations.map { Result($0, report) }
    }
  }

  struct Tool: Encodable {
    let driver = Driver()
  }

  struct Driver: Encodable {
    let name = "epimetheus"
    let version = Release.version
    let rules = PolicyRule.allCases.map {
      Rule(id: $0.rawValue, shortDescription: Text(text: $0.demand))
    }
  }

  struct Rule: Encodable {
    let id: String
    let shortDescription: Text
  }

  struct Result: Encodable {
    let ruleId: String
    let level: String
    let message: Text
    let locations: [Location]

    init(_ violation: PolicyViolation, _ report: PolicyReport) {
      ruleId = violation.rule.rawValue
      level = report.counts(violation) ? "error" : "warning"
      message = Text(text: report.sentence(violation))
      let label = violation.label.map { "/" + DisplayText.escaped($0) } ?? ""
      let name = DisplayText.escaped(violation.metric) + label
      locations = [
        Location(
          physicalLocation: PhysicalLocation(
            artifactLocation: Artifact(
              uri: URIText.path(violation.refusal?.file ?? report.subject.paths[0]))),
          logicalLocations: [LogicalLocation(fullyQualifiedName: name)])
      ]
    }
  }

  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]
  }

  struct PhysicalLocation: Encodable {
    let artifactLocation: Artifact
  }

  struct Artifact: Encodable {
    let uri: String
  }

  struct LogicalLocation: Encodable {
    let fullyQualifiedName: String
  }
}

/// Paths as relative references (RFC 3986).
enum URIText {
  /// `path` with all but plain characters as `%xx`.
  static func path(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        return String(UnicodeScalar(byte))
      default:
        if "-._~/".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }.joined()
  }
}
