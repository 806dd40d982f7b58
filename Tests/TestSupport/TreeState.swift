import Glibc
import TSDBFormat

/// Everything a command could have changed in a tree: names, kinds, sizes, contents, permissions,
/// times of change. Compare the state before with the state after.
public struct TreeState: Equatable {
  /// One line for each thing in the tree, by path relative to it.
  public let lines: [String: String]

  /// Takes the state of the tree at `path`.
  public init(_ path: String) throws {
    var lines: [String: String] = [:]
    try TreeState.walk(path, "", &lines)
    self.lines = lines
  }

  /// What is different in `other`; nothing if all is the same.
  public func changes(to other: TreeState) -> [String] {
    Set(lines.keys).union(other.lines.keys).sorted().compactMap { name in
      let (before, after) = (lines[name] ?? "absent", other.lines[name] ?? "absent")
      return before == after ? nil : "\(name): \(before) -> \(after)"
    }
  }

  private static func walk(
    _ root: String, _ relative: String, _ lines: inout [String: String]
  ) throws {
    let path = root + relative
    var status = stat()
    guard lstat(path, &status) == 0 else { throw SystemFailure("look at", path) }
    var line = String(status.st_mode, radix: 8) + " \(status.st_size)"
    line += " \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    line += " \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
    if status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 {
      let bytes = try readFile(path)
      line += " " + String(crc32c(bytes.rawBytes), radix: 16)
    }
    lines[relative.isEmpty ? "." : relative] = line
    if status.st_mode & S_IFMT == S_IFDIR, access(path, R_OK | X_OK) == 0 {
      for name in try namesInFolder(path) { try walk(root, relative + "/" + name, &lines) }
    }
  }
}
