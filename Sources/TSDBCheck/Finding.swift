internal import TSDBFormat
public import TSDBStore

/// What a finding costs.
public enum Severity: String, Sendable, Comparable, CaseIterable {
  /// Nothing: worth knowing.
  case info
  /// Nothing yet: a server goes on, but something will fail or be lost later.
  case warning
  /// Data: what is damaged, or what a server drops because of it, cannot be read by it any more.
  case loss
  /// The start: a server refuses to run on the directory.
  case fatal

  /// By what they cost, the cheapest first.
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .loss: 2
    case .fatal: 3
    }
  }
}

/// What a server does about something as it starts.
public enum Startup: String, Sendable, CaseIterable {
  /// It does not start.
  case refuses
  /// It starts, and its repair drops what is damaged and everything behind it.
  case truncates
  /// It starts without it: the data stays on disk, and is not served.
  case drops
  /// It starts, and deletes files.
  case deletes
  /// It starts, and takes the samples from elsewhere: nothing is lost, the start takes longer.
  case replays
  /// It starts as if nothing were, and fails, or loses something, later.
  case continues
  /// Nothing: it makes no difference to it.
  case ignores
  /// That depends on what could not be looked at.
  case unknown
}

/// One root cause: what is wrong, where, and what follows from it.
public struct Finding: Equatable, Sendable {
  /// Stable id of the rule that is broken, such as `wal.fragment.checksum`.
  public var rule: String
  /// What it costs.
  public var severity: Severity
  /// The file or folder.
  public var path: String
  /// Absolute offset in the file, in bytes; nil for folders and for files that could not be read.
  public var offset: Int?
  /// Offset inside the decompressed record that starts at `offset`; nil elsewhere.
  public var recordOffset: Int?
  /// What should be there; nil where `message` says it all.
  public var expected: String?
  /// What is there.
  public var found: String?
  /// One sentence.
  public var message: String
  /// What is lost with it, in words; nil where nothing is.
  public var lost: String?
  /// What follows from it, and would be no finding without it.
  public var consequences: [Finding] = []
  /// What a start does about it, where that is another than the rule says.
  public var startup: Startup?
  /// True for a file that could not be looked at, rather than looked at and found wrong.
  public var isUnread: Bool { unread != nil }
  /// What kept the file from being looked at.
  public var unread: FileError?

  /// A finding in words of its own.
  public init(
    rule: String, severity: Severity, path: String, offset: Int? = nil, message: String,
    expected: String? = nil, found: String? = nil, lost: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.path = path
    self.offset = offset
    self.message = message
    self.expected = expected
    self.found = found
    self.lost = lost
  }

  /// A failure that a reader met.
  public init(_ failure: FileError, severity: Severity, lost: String? = nil) {
    self.severity = severity
    self.lost = lost
    path = failure.path
    switch failure {
    case .damaged(_, let error):
      rule = error.rule
      offset = error.section.isFolder ? nil : error.offset
      recordOffset = error.inner
      if case .malformed(let why) = error.problem {
        message = why
      } else {
        expected = error.problem.expected
        found = error.problem.found
        message = "expected \(error.problem.expected), found \(error.problem.found)"
      }
      if let nature = failure.nature { message += ": it is " + nature.words }
    case .system:
      rule = "file.unreadable"
      message = UnseenFile(failure)?.message ?? "\(failure)"
      unread = failure
    }
  }
}

/// How much a check looks at.
public enum CheckLevel: String, Sendable, Comparable, CaseIterable {
  /// What a server reads at its start.
  case quick
  /// Every checksum and every invariant.
  case standard
  /// Every sample as well.
  case deep

  /// By how much they look at.
  public static func < (left: CheckLevel, right: CheckLevel) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .quick: 0
    case .standard: 1
    case .deep: 2
    }
  }
}

/// What the check of one part of a directory gives.
public struct CheckResult: Equatable, Sendable {
  /// What was found, in the order of the files.
  public var findings: [Finding] = []
  /// Files that were looked at.
  public var files = 0
  /// Bytes of them that were read.
  public var bytes = 0

  /// Nothing found in nothing.
  public init() {}

  /// Puts the result of another part behind this one.
  public mutating func append(_ other: CheckResult) {
    findings += other.findings
    files += other.files
    bytes += other.bytes
  }
}
