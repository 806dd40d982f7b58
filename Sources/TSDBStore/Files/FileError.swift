public import TSDBFormat

/// A failure that names its file: the data is wrong, or the world is.
public enum FileError: Error, Hashable, Sendable {
  /// The file could be read and its bytes are wrong. Reading goes on behind it.
  case damaged(path: String, DecodeError)
  /// The file could not be looked at: what was tried, and the system's error number.
  case system(path: String, operation: String, errno: Int32)

  /// The file.
  public var path: String {
    switch self {
    case .damaged(let path, _), .system(let path, _, _): path
    }
  }
}

extension FileError {
  /// True for a file that could not be looked at, rather than looked at and found wrong.
  public var isUnread: Bool {
    if case .system = self { true } else { false }
  }
}

extension [FileError] {
  /// Those that are not among `known`.
  public func without(_ known: [FileError]) -> [FileError] {
    if known.isEmpty { return self }
    let known = Set(known)
    return filter { !known.contains($0) }
  }
}

extension FileError {
  /// True for something that no server writes and that was not read because of its size: a server reads it.
  public var isTooLarge: Bool {
    if case .damaged(_, let error) = self, case .tooLarge = error.problem { return true }
    return false
  }
}

extension FileError: CustomStringConvertible {
  /// One sentence, the file first.
  public var description: String {
    switch self {
    case .damaged(let path, let error): "\(path): \(error)"
    case .system(let path, let operation, let number):
      "\(path): cannot \(operation): \(systemMessage(number))"
    }
  }
}

extension FileError {
  /// Something that is wrong with a folder, or a name in it, rather than with bytes.
  static func folder(_ path: String, _ section: Section, _ why: String) -> FileError {
    .damaged(path: path, DecodeError(section: section, offset: 0, problem: .malformed(why: why)))
  }
}
