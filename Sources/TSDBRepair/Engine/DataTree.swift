internal import Glibc
internal import TSDBStore

/// Everything in a directory, with what an undo has to bring back. Links are not followed.
struct DataTree {
  /// What is at each path, relative to the directory; the directory itself is the empty path.
  private var entries: [DiskPath: FileStatus] = [:]

  /// Looks at all of `root`, leaving quarantines of repairs out.
  init(of root: String) throws(FileError) {
    entries[DiskPath("")] = try FileStatus(of: root)
    try walk(root, "")
  }

  init(_ entries: [(path: String, status: FileStatus)]) {
    for entry in entries { self.entries[DiskPath(entry.path)] = entry.status }
  }

  private mutating func walk(_ root: String, _ folder: String) throws(FileError) {
    for name in try names(root, folder) {
      if folder.isEmpty, Quarantine.isName(name) { continue }
      let path = Path.join(folder, name)
      let status = try FileStatus(of: Path.join(root, path))
      entries[DiskPath(path)] = status
      if status.kind == .folder { try walk(root, path) }
    }
  }

  /// What cannot be listed by this user, such as the `lost+found` of a volume, can neither be changed.
  private func names(_ root: String, _ folder: String) throws(FileError) -> [String] {
    do {
      return try Self.names(in: Path.join(root, folder))
    } catch {
      guard !folder.isEmpty, case .system(_, _, EACCES) = error else { throw error }
      return []
    }
  }

  /// What is at `path`.
  subscript(_ path: String) -> FileStatus? { entries[DiskPath(path)] }

  /// All paths, a folder before what is in it.
  var paths: [String] { entries.keys.sorted().map(\.text) }

  /// The names in a folder, sorted.
  static func names(in path: String) throws(FileError) -> [String] {
    try FolderListing.entries(of: path).map(\.name)
  }

  /// The paths of all folders, those inside before those around them.
  var folders: [String] {
    entries.filter { $0.value.kind == .folder }.keys.map(\.text).sorted {
      $0.utf8.count > $1.utf8.count
    }
  }
}
