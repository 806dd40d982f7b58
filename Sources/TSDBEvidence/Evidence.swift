public import TSDBAnalysis
public import TSDBCheck
public import TSDBDiagnosis
public import TSDBFormat
public import TSDBRepair

/// All that a postmortem tells of a directory, as plain values: reports, tables and the database are
/// written from it, and from nothing else.
public struct Evidence: Sendable {
  /// The tool and its release: `epimetheus 0.1.0`.
  public var tool: String
  /// What the directory is: `server`, `agent`, `block`, `segments`.
  public var kind: String
  /// The last part of the directory's path.
  public var name: String
  /// The directory, as it was given.
  public var path: String
  /// The words of the command line.
  public var commandLine: [String]
  /// What differs between two runs on the same input; nothing else does.
  public var run: Run
  /// What was left out, and what was replaced.
  public var limits: Limits

  /// What is there, what exploded, what a start does: culprit, head, memory, restarts, proposals.
  public var diagnosis: Diagnosis
  /// What came and went, within the limits.
  public var churn: Churn
  /// The series of blocks and head together, within the limits.
  public var analysis: HistoryAnalysis
  /// Those of the head alone.
  public var headAnalysis: HistoryAnalysis
  /// What a check found, and how much it looked at.
  public var check: CheckResult
  /// A repair and its cost, with other ways; nil where nothing needs one, or none can be planned.
  public var repair: Repair.Result?
  /// Why no repair could be planned, one sentence; nil where one was, or nothing needs one.
  public var repairProblem: String?
  /// What servers that scraped themselves said of their head and their memory, within the limits.
  public var servers: [ServerMetrics.Server]
  /// What happened, the oldest first.
  public var timeline: [TimelineEntry]
  /// The stretch of time whose samples are lost, or would be by the next start; empty where none is.
  public var lost: TimeRange
  /// Every file of the directory, by path.
  public var files: [FileRecord]
  /// What people know of.
  public var events: [Event]
  /// Up to when remote write got, in milliseconds; nil if nobody says.
  public var remoteWrittenUntil: Int64?
}

extension Evidence {
  /// What a check found, consequences below their causes.
  public var findings: [Finding] { check.findings }
  /// The tables of blocks and head together, within the limits.
  public var cardinality: Cardinality { analysis.cardinality }
  /// The tables of the head alone.
  public var headCardinality: Cardinality { headAnalysis.cardinality }

  /// When and where it was made.
  public struct Run: Equatable, Sendable {
    /// When it began, in milliseconds since 1970.
    public var start: Int64
    /// When all was read.
    public var end: Int64
    /// Facts about the machine: `cores`, `memory`, `system`.
    public var host: [Fact]

    /// A run.
    public init(start: Int64, end: Int64, host: [Fact]) {
      self.start = start
      self.end = end
      self.host = host
    }
  }

  /// A named fact.
  public struct Fact: Equatable, Sendable {
    /// What it is about.
    public var name: String
    /// What it is.
    public var value: String

    /// A fact.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What was left out, and what was replaced.
  public struct Limits: Equatable, Sendable {
    /// First millisecond that was looked at; nil for all.
    public var since: Int64?
    /// Last millisecond that was looked at; nil for all.
    public var until: Int64?
    /// The selectors, as they were given; all series if there are none.
    public var selectors: [String] = []
    /// Labels whose values were replaced by pseudonyms; nil where none were.
    public var redaction: Redaction?

    /// No limits.
    public init() {}
  }

  /// Whose values were replaced.
  public enum Redaction: Equatable, Sendable {
    /// Those of all labels but `__name__`.
    case all
    /// Those of these labels.
    case labels([String])
  }

  /// What somebody knows, and no file tells: a deploy, a page.
  public struct Event: Equatable, Sendable {
    /// When, in milliseconds since 1970.
    public var time: Int64
    /// What, in the words of who said it.
    public var text: String

    /// An event.
    public init(time: Int64, text: String) {
      self.time = time
      self.text = text
    }
  }

  /// Something on the timeline.
  public struct TimelineEntry: Equatable, Sendable {
    /// When, in milliseconds since 1970.
    public var time: Int64
    /// What kind of thing it is.
    public var kind: Kind
    /// What happened: a sentence, or part of one. May hold text of users and label values.
    public var text: String

    /// Something at a time.
    public init(time: Int64, kind: Kind, text: String) {
      self.time = time
      self.kind = kind
      self.text = text
    }
  }

  /// Kinds of things on the timeline.
  public enum Kind: String, Sendable, CaseIterable {
    /// The first sample of the data.
    case firstSample = "first-sample"
    /// Something was deployed near the onset.
    case deploy
    /// Values of labels were replaced by others of the same shape.
    case rollout
    /// The explosion began.
    case onset
    /// A step of time in which the most series were born.
    case birthsPeak = "births-peak"
    /// The last series of the explosion was born.
    case lastBirth = "last-birth"
    /// The last sample that can be read.
    case lastSample = "last-sample"
    /// A start that wrote nothing.
    case restart
    /// A file that shows when a server lived: last writes, checkpoints, snapshots, the lock.
    case trace
    /// Samples are lost from here on.
    case lossBegins = "loss-begins"
    /// Samples are lost up to here.
    case lossEnds = "loss-ends"
    /// Remote write got as far as this.
    case remoteWritten = "remote-written"
    /// Somebody said so.
    case event
  }

  /// A file of the directory.
  public struct FileRecord: Equatable, Sendable {
    /// Relative to the directory.
    public var path: String
    /// In bytes.
    public var size: Int
    /// Permission bits.
    public var mode: UInt32
    /// Last change of the content, in nanoseconds since 1970.
    public var modified: Int64
    /// SHA-256 of the content, in hexadecimal; empty for a file that could not be read.
    public var sha256: String

    /// A file.
    public init(path: String, size: Int, mode: UInt32, modified: Int64, sha256: String) {
      self.path = path
      self.size = size
      self.mode = mode
      self.modified = modified
      self.sha256 = sha256
    }
  }
}
