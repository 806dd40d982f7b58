package import TSDBCheck

/// Findings as SARIF 2.1.0, which code hosts show beside a change.
package struct FindingsSARIF: Encodable {
  let version = "2.1.0"
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case version, runs
    case schema = "$schema"
  }

  /// The `findings`, whose files are named relative to `directory`. `rules` are those that were looked at;
  /// `level` is `error`, `warning` or `note`.
  package init(
    _ findings: [Finding], rules: [Rule], in directory: String, level: (Severity) -> String
  ) {
    let driver = Driver(
      rules: rules.map { Descriptor(id: $0.id, shortDescription: Text(text: $0.meaning)) })
    let results = findings.map { finding in
      Result(
        ruleId: finding.rule.id, level: level(finding.severity),
        message: Text(text: DisplayText.escaped(finding.message, groupsDigits: true)),
        locations: [Location(finding, in: directory)])
    }
    runs = [Run(tool: Tool(driver: driver), results: results)]
  }

  struct Text: Encodable {
    let text: String
  }

  struct Run: Encodable {
    let tool: Tool
    let results: [Result]
  }

  struct Tool: Encodable {
    let driver: Driver
  }

  struct Driver: Encodable {
    let name = "epimetheus"
    let version = Release.version
    let rules: [Descriptor]
  }

  struct Descriptor: Encodable {
    let id: String
    let shortDescription: Text
  }

  struct Result: Encodable {
    let ruleId: String
    let level: String
    let message: Text
    let locations: [Location]
  }

  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]?

    init(_ finding: Finding, in directory: String) {
      physicalLocation = PhysicalLocation(
        artifactLocation: Artifact(
          uri: URIText.path(RelativePath.of(finding.path, to: directory))),
        region: finding.offset.map { Region(byteOffset: $0) })
      logicalLocations = finding.subject.map {
        [LogicalLocation(fullyQualifiedName: $0.text(separator: "/"))]
      }
    }
  }

  struct PhysicalLocation: Encodable {
    let artifactLocation: Artifact
    let region: Region?
  }

  struct Artifact: Encodable {
    let uri: String
  }

  struct Region: Encodable {
    let byteOffset: Int
  }

  struct LogicalLocation: Encodable {
    let fullyQualifiedName: String
  }
}

extension Finding.Subject {
  /// The metric, and the label behind the separator.
  func text(separator: String) -> String {
    DisplayText.escaped(metric) + (label.map { separator + DisplayText.escaped($0) } ?? "")
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
