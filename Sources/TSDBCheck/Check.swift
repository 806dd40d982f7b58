public import TSDBStore

/// The check of a whole directory: the log, each block, and the blocks against one another.
public struct Check: Sendable {
  /// The directory.
  public let directory: DataDirectory
  /// What was found: log, blocks by name, blocks against one another.
  public let result: CheckResult

  /// A directory that was not looked at.
  public init(notRunOn directory: DataDirectory) {
    self.init(directory: directory, result: CheckResult())
  }

  /// The same directory, with each finding as `change` has it.
  public func map(_ change: (Finding) -> Finding) -> Check {
    var result = result
    result.findings = result.findings.map(change)
    return Check(directory: directory, result: result)
  }

  private init(directory: DataDirectory, result: CheckResult) {
    self.directory = directory
    self.result = result
  }

  /// Checks `directory` with `jobs` tasks at most; the result is the same for any number. `progress`
  /// gets the bytes that were read. `now` is the time against which samples are of the future, and `user` the one
  /// that a server runs as, where the directory is not to tell. What was found in the same files before is taken out
  /// of `known`.
  public static func run(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, now: Int64 = WallClock.now,
    user: ServerUser? = nil, known: CheckedFiles? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> Check {
    let log = await LogCheck.read(
      directory, level: level, jobs: jobs, now: now, known: known, progress: progress)
    var result = log.result
    var blocks: [String: CheckResult] = [:]
    await inOrder(directory.blocks, jobs: jobs) { folder in
      let found =
        known?.check(folder, level: level, in: directory.path)
        ?? BlockCheck.run(folder, level: level)
      progress(folder.size)
      return (folder.path, found)
    } take: { path, found in
      result.append(found)
      blocks[path] = found
    }
    result.take(
      BlockSetCheck.run(
        directory, level: level, checked: blocks, log: log.bins, now: now))
    result.appendUnread(of: directory)
    result.findings += AccessCheck.findings(directory, as: user)
    result.passOverUnfinished(in: directory)
    return Check(directory: directory, result: result)
  }

  /// Bytes that `run` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    directory.blocks.reduce(LogCheck.bytesToRead(in: directory)) { $0 &+ $1.size }
  }

  /// The heaviest finding; nil without any.
  public var worst: Severity? { result.findings.map(\.severity).max() }

  /// True if something could not be looked at.
  public var isIncomplete: Bool { result.findings.contains(where: \.isUnread) }

  /// What could not be looked at.
  public var unread: [FileError] { result.findings.compactMap(\.unread) }
}

extension CheckResult {
  /// Adds what is wrong between blocks. That a start deletes the parents of a damaged block follows
  /// from the damage, and is put below it.
  fileprivate mutating func take(_ set: CheckResult) {
    files += set.files
    bytes += set.bytes
    for finding in set.findings {
      let isChild = finding.rule == .blockDamagedChild
      let cause =
        !isChild
        ? nil
        : findings.firstIndex {
          $0.severity == .loss && $0.path.hasPrefix(finding.path + "/")
        }
      if let cause {
        findings[cause].consequences.append(finding)
      } else {
        findings.append(finding)
      }
    }
  }

  /// What a running server has not finished writing is no damage.
  fileprivate mutating func passOverUnfinished(in directory: DataDirectory) {
    guard directory.lock.isHeld else { return }
    for index in findings.indices {
      let finding = findings[index]
      let isEnd = finding.rule.code?.isEnd == true || finding.rule == .walSegmentOrphan
      guard let offset = finding.offset, finding.severity > .info,
        directory.isBeingWritten(path: finding.path, offset: offset, isEnd: isEnd)
      else { continue }
      findings[index] = Finding(
        rule: .lockWriting, severity: .info, path: finding.path, offset: offset,
        message: "the server that runs has not finished writing this")
    }
  }

  /// Adds what the listing could not look at, where no check says so.
  fileprivate mutating func appendUnread(of directory: DataDirectory) {
    var unread = Set(findings.filter(\.isUnread).map(\.path))
    for problem in directory.problems where problem.isUnread {
      let finding = Finding(problem, severity: .fatal)
      if unread.insert(finding.path).inserted { findings.append(finding) }
    }
  }
}
