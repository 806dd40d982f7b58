package import TSDBStore

/// How a command ends. Thrown where it is not `clean`; public interface of every command.
package enum ExitStatus: Int32, Error {
  /// Everything was looked at, and nothing is wrong.
  case clean = 0
  /// At least one finding.
  case findings = 1
  /// Something could not be looked at, or could not be done.
  case incomplete = 2
  /// `preflight`: the start would be refused.
  case refused = 3
  /// `preflight`: the replay would not fit into memory, or into the time a probe waits.
  case unfit = 4
  /// The command line is wrong.
  case usage = 64
  /// `evidence` and `redact`: Ctrl-C or SIGTERM, and nothing was left behind.
  case interrupted = 130
}

extension ExitStatus {
  /// What `failures` amount to: a file that could not be read weighs more than a damaged one.
  package init(_ failures: [FileError]) {
    self = .clean
    for failure in failures {
      switch failure {
      case .damaged: if self == .clean { self = .findings }
      case .system: self = .incomplete
      }
    }
  }

  /// Throws itself unless it is `clean`: the last line of a command.
  package func end() throws(ExitStatus) {
    if self != .clean { throw self }
  }
}
