public import TSDBFormat
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

/// One root cause: what is wrong, where, and what follows from it. Made of values; text, JSON, SARIF, JUnit and
/// HTML are written from it.
public struct Finding: Equatable, Sendable {
  /// The rule that is broken.
  public var rule: Rule
  /// What it costs.
  public var severity: Severity
  /// The file or folder.
  public var path: String
  /// Absolute offset in the file, in bytes; nil for folders and for files that could not be read.
  public var offset: Int?
  /// Offset inside the decompressed record that starts at `offset`; nil elsewhere.
  public var recordOffset: Int?
  /// The structure that was read; nil for what is wrong between structures.
  public var structure: Section?
  /// The series that it is about, rather than bytes; nil elsewhere.
  public var subject: Subject?
  /// What should be there; nil where `message` says it all.
  public var expected: Message?
  /// What is there.
  public var found: Message?
  /// One sentence.
  public var message: Message
  /// What is lost with it, in words; nil where nothing is.
  public var lost: Message?
  /// What follows from it, and would be no finding without it.
  public var consequences: [Finding] = []
  /// What a start does about it.
  public var startup: Startup
  /// True for a file that could not be looked at, rather than looked at and found wrong.
  public var isUnread: Bool { unread != nil }
  /// What kept the file from being looked at.
  public var unread: FileError?

  /// The series of a metric, or those of them with a label.
  public struct Subject: Hashable, Sendable {
    /// The metric's name; empty for series without one.
    public var metric: [UInt8]
    /// The label's name; nil for all series of the metric.
    public var label: [UInt8]?

    /// The series of `metric` that have `label`.
    public init(metric: [UInt8], label: [UInt8]? = nil) {
      self.metric = metric
      self.label = label
    }
  }

  /// A finding in words of its own. What it costs is what its rule says, unless given.
  public init(
    rule: Rule, severity: Severity? = nil, path: String, offset: Int? = nil, message: Message,
    expected: Message? = nil, found: Message? = nil, lost: Message? = nil
  ) {
    self.rule = rule
    self.severity = severity ?? rule.severity
    self.path = path
    self.offset = offset
    self.message = message
    self.expected = expected
    self.found = found
    self.lost = lost
    startup = rule.startup
  }

  /// A failure that a reader met. What it costs is what its rule says, unless given.
  public init(_ failure: FileError, severity: Severity? = nil, lost: Message? = nil) {
    switch failure {
    case .damaged(let path, let error):
      self.init(
        rule: Rule(error.section, error.problem.code), severity: severity, path: path,
        offset: error.section.isFolder ? nil : error.offset, message: "", lost: lost)
      recordOffset = error.inner
      structure = error.section
      if case .malformed(let why) = error.problem {
        message = Message(words: why)
      } else {
        let (expected, found) = (
          Message(words: error.problem.expected), Message(words: error.problem.found)
        )
        (self.expected, self.found) = (expected, found)
        message = "expected \(expected), found \(found)"
      }
      if let nature = failure.nature { message += Message(words: ": it is " + nature.words) }
    case .system:
      self.init(
        rule: .fileUnreadable, severity: severity, path: failure.path,
        message: Message(words: UnseenFile(failure)?.message ?? "\(failure)"), lost: lost)
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
