internal import Glibc
internal import TSDBStore

/// Everything in a directory, with what an undo has to bring back.
struct DataTree: Equatable {
  /// What is at each path, relative to the directory; the directory itself is the empty path.
  private(set) var entries: [String: FileStatus] = [:]

  /// Looks at all of `root`, leaving quarantines of repairs out.
  init(of root: String) throws(FileError) {
    entries[""] = try FileStatus(of: root)
    try walk(root, "")
  }

  init(entries: [String: FileStatus]) {
    self.entries = entries
  }

  private mutating func walk(_ root: String, _ folder: String) throws(FileError) {
    for name in try Self.names(in: Path.join(root, folder)) {
      if folder.isEmpty, Quarantine.isName(name) { continue }
      let path = Path.join(folder, name)
      let status = try FileStatus(of: Path.join(root, path))
      entries[path] = status
      if status.kind == .folder { try walk(root, path) }
    }
  }

  /// The names in a folder, sorted.
  static func names(in path: String) throws(FileError) -> [String] {
    try FolderListing.entries(of: path).map(\.name)
  }

  /// The paths of all folders, those inside before those around them.
  var folders: [String] {
    entries.filter { $0.value.kind == .folder }.keys.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// Bytes of all files.
  var size: Int {
    entries.values.reduce(0) { $0 &+ ($1.kind == .file ? $1.size : 0) }
  }
}
