/// Findings of one file, of which no rule can have more than a few: the rest is counted, and becomes
/// one more finding.
struct FindingList {
  private(set) var findings: [Finding] = []
  private var counts: [Rule: Int] = [:]
  /// By rule, how many were left out, and the first of them.
  private var unlisted: [(first: Finding, count: Int)] = []

  /// So many findings of one rule are kept apart.
  static let limit = 20

  var isEmpty: Bool { findings.isEmpty }

  mutating func add(_ finding: Finding) {
    let count = counts[finding.rule, default: 0]
    counts[finding.rule] = count &+ 1
    if count < Self.limit {
      findings.append(finding)
    } else if let index = unlisted.firstIndex(where: { $0.first.rule == finding.rule }) {
      unlisted[index].count &+= 1
    } else {
      unlisted.append((finding, 1))
    }
  }

  /// All findings, those that were left out as one for each rule.
  func summed() -> [Finding] {
    findings
      + unlisted.map { entry in
        guard entry.count > 1 else { return entry.first }
        var finding = entry.first
        finding.message = "and \(entry.count) more like this, the first of them here"
        finding.expected = nil
        finding.found = nil
        return finding
      }
  }
}
