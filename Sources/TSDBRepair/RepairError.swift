public import TSDBStore

/// Why a repair, or an undo, was not done.
public enum RepairError: Error, Equatable, Sendable {
  /// The world is wrong: a file could not be read, written, renamed.
  case file(FileError)
  /// It would not be right to do it; one sentence says why. Nothing was changed.
  case refused(String)
  /// It was begun and failed, and all was put back as it was; one sentence says why.
  case takenBack(String)
  /// It was begun, failed, and could not be put back: `undo` has to be run.
  case halfDone(String)
}

extension RepairError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .file(let error): error.withOwner
    case .refused(let why): why
    case .takenBack(let why): "\(why); the directory is as it was"
    case .halfDone(let why): "\(why); run `epimetheus undo` to put the directory back"
    }
  }
}

/// Runs `body` and makes a failure of a file one of the repair.
func repairing<Value>(_ body: () throws(FileError) -> Value) throws(RepairError) -> Value {
  do {
    return try body()
  } catch {
    throw .file(error)
  }
}
