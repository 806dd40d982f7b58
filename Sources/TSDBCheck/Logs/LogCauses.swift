internal import TSDBFormat
internal import TSDBStore

/// Which findings about a log follow from which: one cause is one finding, and what would not be
/// without it stands below it.
struct LogCauses {
  private let directory: DataDirectory
  private var findings: [Finding]

  /// The findings of `directory`, each consequence below its cause.
  static func fold(_ findings: [Finding], of directory: DataDirectory) -> [Finding] {
    var causes = LogCauses(directory: directory, findings: findings)
    causes.foldForeignLog()
    causes.foldMissingLog()
    causes.foldUnknownSeries()
    causes.foldRepairs()
    return causes.findings
  }

  /// Moves all findings that `follows` is true for below the one of this index.
  private mutating func move(
    below cause: Int, where follows: (Finding) -> Bool
  ) {
    let causes = findings.indices.map { index in
      index != cause && follows(findings[index]) ? cause : nil
    }
    move(below: causes)
  }

  /// Moves each finding below the one whose index stands at its own place in `causes`.
  private mutating func move(below causes: [Int?]) {
    for (index, cause) in causes.enumerated() {
      if let cause { findings[cause].consequences.append(findings[index]) }
    }
    findings = zip(findings, causes).filter { $0.1 == nil }.map(\.0)
  }

  /// All that is wrong with another program's log is that it is one.
  private mutating func foldForeignLog() {
    guard let folder = directory.wal, findings.contains(where: { $0.rule == .walForeign }) else {
      return
    }
    findings.removeAll { $0.rule != .walForeign && $0.path.hasPrefix(folder.path + "/") }
  }

  /// Chunks without series and a snapshot past the end of the log, where there is no log.
  private mutating func foldMissingLog() {
    let isEmpty = directory.wal.map { $0.size == 0 && $0.checkpoints.isEmpty } ?? true
    let followers: Set<Rule> = [.chunksHeadRefsUnknown, .snapshotAhead]
    // One that is there and cannot be looked at is not missing.
    let isUnread = directory.wal == nil && directory.parts.contains { $0.name == "wal" }
    guard directory.kind == .server, isEmpty, !isUnread,
      let first = findings.firstIndex(where: { followers.contains($0.rule) })
    else { return }
    let path = directory.path + (directory.path.hasSuffix("/") ? "wal" : "/wal")
    let what: Message = directory.wal == nil ? "is not there" : "holds nothing"
    var cause = Finding(
      rule: .walMissing, severity: .loss, path: path,
      message: "the log \(what), and chunks_head or a snapshot was written beside one")
    cause.lost = findings[first].lost
    findings.insert(cause, at: first)
    move(below: first) { followers.contains($0.rule) }
  }

  /// Samples and chunks without a series are no cause of their own where series could not be read:
  /// they are put below the first finding that took series away.
  private mutating func foldUnknownSeries() {
    let followers: Set<Rule> = [.walRefsUnknown, .chunksHeadRefsUnknown]
    let takesSeries = ["wal.", "record."]
    let cause = findings.firstIndex { finding in
      finding.severity >= .loss && !followers.contains(finding.rule)
        && takesSeries.contains(where: finding.rule.id.hasPrefix)
    }
    guard let cause else { return }
    let rule = findings[cause].rule
    move(below: cause) { followers.contains($0.rule) && $0.rule != rule }
  }

  /// The segment that an interrupted repair wrote ends where it was interrupted.
  private mutating func foldRepairs() {
    let suffix = ".repair"
    var causes: [String: Int] = [:]
    for (index, leftover) in findings.enumerated()
    where leftover.rule == .walLeftoverRepair && leftover.path.hasSuffix(suffix) {
      causes[String(leftover.path.dropLast(suffix.count))] = index
    }
    guard !causes.isEmpty else { return }
    move(below: findings.map { $0.severity > .info ? causes[$0.path] : nil })
  }
}
