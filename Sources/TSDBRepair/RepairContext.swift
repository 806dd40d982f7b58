public import TSDBCheck
public import TSDBStore

/// What an operation knows of the directory that it is to change.
public struct RepairContext: Sendable {
  /// The directory as it is now.
  public let directory: DataDirectory
  /// What a check found in it, consequences among it, in the order of the check.
  public let findings: [Finding]
  /// What is known of files; nil outside of plans.
  let memory: RepairMemory?

  /// A directory, and what was found in it.
  public init(_ directory: DataDirectory, findings: [Finding]) {
    self.init(directory, findings: findings, nil)
  }

  /// The same where something is known of the files.
  init(_ directory: DataDirectory, findings: [Finding], _ memory: RepairMemory?) {
    self.directory = directory
    self.memory = memory
    self.findings = findings.flatMap { [$0] + $0.consequences }
  }

  /// Those of a rule.
  func findings(_ rule: Rule) -> [Finding] {
    findings.filter { $0.rule == rule }
  }

  /// True if there is one of a rule.
  func has(_ rule: Rule) -> Bool { findings.contains { $0.rule == rule } }

  /// True where something at `path`, or in it, could not be looked at, which the check says.
  func isUnread(_ path: String) -> Bool {
    findings.contains { $0.isUnread && Path.isInside($0.path, path) }
  }

  /// `path` as it is called in the directory.
  func relative(_ path: String) -> String { directory.relative(path) }
}
