internal import TSDBAnalysis
public import TSDBCheck
internal import TSDBStore

/// What a directory comes to.
public enum DirectoryVerdict: String, Sendable {
  /// Nothing that costs anything.
  case sound
  /// A server comes up and serves all that can be read; something will fail or be lost later, or cannot be
  /// read.
  case endangered
  /// A server comes up and does not serve everything.
  case damaged
  /// A server does not come up.
  case unstartable
  /// Something could not be looked at.
  case incomplete

  /// What `check` found and what a start does. A server is started on a data directory alone: what a
  /// block, or a folder of segments, comes to is by what was found in it, and `start` nil.
  public init(_ check: Check, _ start: StartupPrediction?) {
    let worst = check.worst ?? .info
    guard !check.isIncomplete else {
      self = .incomplete
      return
    }
    guard let start else {
      switch worst {
      case .info: self = .sound
      case .warning: self = .endangered
      case .loss: self = .damaged
      case .fatal: self = .unstartable
      }
      return
    }
    switch start.first.outcome {
    case .unknown: self = .incomplete
    case .refuses, .outOfMemory: self = .unstartable
    case .startsWithLoss: self = .damaged
    case .startsThenFails: self = .endangered
    case .starts: self = worst > .info || start.isFinding ? .endangered : .sound
    }
  }
}

extension Diagnosis {
  /// True where something grew that is an incident, and for a start that is a finding.
  public var isFinding: Bool { growth?.incidents.isEmpty == false || startup.isFinding }
}

extension StartupPrediction {
  /// True for a start that fails, that loses something, or that something is in the way of: a command that
  /// meets one ends with the status of a finding.
  public var isFinding: Bool { first.isBad || isInTheWay }

  /// True where whose the files are, or the room that is left, keeps a server from starting or from going
  /// on: that is no damage, and a finding all the same.
  private var isInTheWay: Bool {
    let isFull = first.message?.hasSuffix("left on device") == true
    return isFull || access?.denials.isEmpty == false
  }
}

extension StartupPrediction.Start {
  /// True for a start that fails, or loses something.
  fileprivate var isBad: Bool {
    switch outcome {
    case .starts, .unknown: loss.samples > 0
    case .startsWithLoss, .startsThenFails, .refuses, .outOfMemory: true
    }
  }
}

extension Check {
  /// Rules about samples that can be read twice, or are found another way: whether a server serves them all the
  /// same is not to be seen where they are broken, but in what the start serves.
  private static let ofRepetition: Set<Rule> = [.walSeriesRepeated, .indexPostingsIncomplete]

  /// The same findings; none of these says that data is lost where what is served was counted and none is: what
  /// a checkpoint repeats, and a list that queries find whole, cost nothing; neither does a log that is not there
  /// beside a memory snapshot of all that it held.
  public func told(with start: StartupPrediction) -> Check {
    let first = start.first
    if start.release.migratesOldLog || start.release.writesOldLog, first.outcome != .refuses {
      // Written anew as it starts, and no matter for such a release.
      let plain = map { finding in
        guard finding.rule == .walOld else { return finding }
        var finding = finding
        finding.severity = .info
        return finding
      }
      if plain.result != result { return plain.told(with: start) }
    }
    guard first.outcome == .starts || first.outcome == .startsThenFails, first.loss.samples == 0,
      first.served != nil
    else {
      return self
    }
    return map { finding in
      var finding = finding
      if finding.rule == .walMissing, !directory.snapshots.isEmpty {
        finding.severity = .warning
        finding.lost = nil
        finding.consequences = []
        finding.message +=
          ": the snapshot holds all of it, and a server with these flags reads that"
        return finding
      }
      guard Self.ofRepetition.contains(finding.rule), finding.severity == .loss else {
        return finding
      }
      // Whoever asks for the label misses what its list lacks; what is repeated is there for everybody.
      finding.severity = finding.rule == .walSeriesRepeated ? .info : .warning
      finding.lost = nil
      if finding.rule == .walSeriesRepeated { finding.message += ": nothing is lost by it here" }
      return finding
    }
  }
}
