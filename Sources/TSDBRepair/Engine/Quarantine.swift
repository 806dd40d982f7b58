internal import TSDBStore

/// The folder inside a data directory where a repair keeps everything that it took out, and its
/// journal. Servers pass over it: its name is no ULID, and not that of anything they know
/// (Prometheus: tsdb/db.go, `blockDirs`; tsdb/tsdbutil/remove_tmp_dirs.go).
///
///     epimetheus-quarantine-TIME/
///       journal       what was done, in order; written before it is done
///       original/     files and folders that were taken out, under their old paths
///       new/          what is being written, until it is renamed into its place
///       lost+found/   what could not be placed, as JSON Lines
public struct Quarantine: Equatable, Sendable {
  /// What all names begin with.
  static let prefix = DataDirectory.quarantinePrefix

  /// The data directory.
  let root: String
  /// The name of the folder in it.
  public let name: String

  /// True for the name of such a folder.
  static func isName(_ name: String) -> Bool { name.hasPrefix(prefix) }

  /// The folder.
  public var path: String { Path.join(root, name) }
  var journal: String { Path.join(path, "journal") }
  var originals: String { Path.join(path, DataDirectory.quarantineOriginals) }
  var staging: String { Path.join(path, "new") }
  var lostAndFound: String { Path.join(path, "lost+found") }

  /// Those in the directory `root`, the oldest first. A link or a file of such a name is none.
  static func all(in root: String) throws(FileError) -> [Quarantine] {
    try FolderListing.entries(of: root).filter { $0.isDirectory && isName($0.name) }.map {
      Quarantine(root: root, name: $0.name)
    }
  }
}
