public import TSDBCheck

/// Something that a server does, or fails to do, once it has come up: with its first scrapes, with the first
/// compaction a minute or two behind the start, and with those that follow.
public struct Later: Equatable, Sendable {
  /// What it is of.
  public enum Matter: String, Sendable, CaseIterable {
    /// Samples are appended.
    case scrape
    /// The head is cut into blocks.
    case headCompaction = "head-compaction"
    /// The log is cut, and what is kept of it becomes a checkpoint.
    case checkpoint
    /// Old blocks are deleted.
    case retention
    /// Blocks are joined.
    case blockCompaction = "block-compaction"
    /// Something is asked for.
    case query
    /// Files grow, or the disk is full.
    case growth
  }

  /// What it is of.
  public let matter: Matter
  /// What happens, and why.
  public var reason: Message
  /// What the server logs; nil where it says nothing.
  public var message: String?
  /// What it deletes, as the server calls it.
  public var deletes: [String] = []
  /// Samples that are lost by it; nil where that cannot be counted.
  public var samples: Int?
  /// True for what goes wrong; false for what is only worth knowing.
  public var fails = true

  init(
    _ matter: Matter, _ reason: Message, message: String? = nil, deletes: [String] = [],
    samples: Int? = nil, fails: Bool = true
  ) {
    self.matter = matter
    self.reason = reason
    self.message = message
    self.deletes = deletes
    self.samples = samples
    self.fails = fails
  }
}

extension StartupPrediction {
  /// What has to leave a log before a server gets along with it.
  public enum Need: Hashable, Sendable {
    /// Histograms whose buckets do not fit their spans.
    case histograms
    /// Series whose labels no server writes.
    case labels
  }

  /// Takes in what follows on the start. One that loses nothing by itself, and behind which something goes wrong,
  /// is one that fails later.
  mutating func take(_ later: [Later]) {
    self.later = later
    guard first.outcome == .starts, let failure = later.first(where: \.fails) else { return }
    first.outcome = .startsThenFails
    first.message = failure.message
  }
}
