import Glibc
import TSDBFormat

/// What an undo has to bring back: names, kinds, modes, times of change and contents of everything in a
/// tree.
public struct ContentState: Equatable {
  /// One line for each thing in the tree, by path relative to it.
  public let lines: [String: String]

  /// Takes the state of the tree at `path`.
  public init(_ path: String) throws {
    var lines: [String: String] = [:]
    try Self.walk(path, "", &lines)
    self.lines = lines
  }

  /// What is different in `other`.
  public func changes(to other: ContentState, besidesTimesOfRoot: Bool = false) -> [String] {
    Set(lines.keys).union(other.lines.keys).sorted().filter {
      lines[$0] != other.lines[$0] && !(besidesTimesOfRoot && $0 == ".")
    }
  }

  private static func walk(
    _ root: String, _ relative: String, _ lines: inout [String: String]
  ) throws {
    let path = root + relative
    var status = stat()
    guard lstat(path, &status) == 0 else { throw SystemFailure("look at", path) }
    var line = String(status.st_mode, radix: 8)
    line += " \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    if status.st_mode & S_IFMT == S_IFREG {
      let bytes = try readFile(path)
      line += " " + String(crc32c(bytes.rawBytes), radix: 16)
    }
    lines[relative.isEmpty ? "." : relative] = line
    guard status.st_mode & S_IFMT == S_IFDIR else { return }
    for name in try namesInFolder(path) { try walk(root, relative + "/" + name, &lines) }
  }
}
