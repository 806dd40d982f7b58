internal import TSDBFormat
internal import TSDBStore

/// Copies of a data directory.
enum DirectoryCopy {
  /// Writes a copy of `source` as the new folder `target`: times and modes are kept, and files share
  /// their blocks with the originals where the file system can do that. With `linksBlocks`, chunk
  /// segments and indices of blocks get a second name instead: no server writes to them in place.
  static func write(
    _ source: String, to target: String, linksBlocks: Bool, _ operations: FileOperations
  ) throws(FileError) {
    let tree = try DataTree(of: source)
    let paths = tree.entries.keys.sorted()
    for path in paths {
      guard let status = tree.entries[path] else { continue }
      let (from, to) = (Path.join(source, path), path.isEmpty ? target : Path.join(target, path))
      switch status.kind {
      case .folder: try operations.createFolder(to)
      case .file where linksBlocks && isImmutable(path): try operations.link(from, as: to)
      case .file: try operations.copy(from, to: to)
      case .other: continue
      }
    }
    for path in tree.folders {
      guard let status = tree.entries[path] else { continue }
      let to = path.isEmpty ? target : Path.join(target, path)
      try operations.setMode(to, status)
      try operations.setTimes(to, status)
      try operations.syncFolder(to)
    }
  }

  /// True for what no server changes once it is written: `ULID/index`, `ULID/chunks/000001`.
  private static func isImmutable(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    guard let first = parts.first, ULID(first) != nil else { return false }
    return parts.count == 2 && parts[1] == "index" || parts.count == 3 && parts[1] == "chunks"
  }

  /// A folder in which every file of `source` is a symbolic link to it: steps can be tried there, and
  /// cost no more space than what they write.
  static func writeLinks(
    to source: String, in target: String, _ operations: FileOperations
  ) throws(FileError) {
    let tree = try DataTree(of: source)
    for path in tree.entries.keys.sorted() {
      let (from, to) = (Path.join(source, path), path.isEmpty ? target : Path.join(target, path))
      if tree.entries[path]?.kind == .folder {
        try operations.createFolder(to)
      } else {
        try operations.symbolicLink(to, to: from)
      }
    }
  }
}
