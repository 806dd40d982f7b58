internal import TSDBFormat
public import TSDBStore

/// The check of one block.
public enum BlockCheck {
  /// Checks the block in `folder`.
  public static func run(_ folder: BlockFolder, level: CheckLevel) -> CheckResult {
    var result = CheckResult()
    let opening = folder.openingFailures()
    result.findings = opening.map { Finding($0, severity: .fatal) }
    for failure in Block(folder).damage where !opening.contains(failure) {
      result.findings.append(Finding(failure, severity: .warning))
    }
    result.files =
      folder.chunks.count
      + [folder.metaFile, folder.index, folder.tombstones]
      .count { $0 != nil }
    result.bytes = folder.size
    return result
  }
}

/// The check of the blocks of a directory against one another.
public enum BlockSetCheck {
  /// Checks the blocks of `directory`.
  public static func run(_ directory: DataDirectory, level: CheckLevel) -> CheckResult {
    CheckResult()
  }
}
