internal import Glibc
internal import TSDBFormat
internal import TSDBStore

/// Everything in a data directory as a server reads it, to be copied or to be tried on: where a server
/// follows a symbolic link to a folder, what is in that folder is here under the name of the link.
///
/// A server opens `wal`, `wbl`, `chunks_head` and a block's `chunks` by name, and so follows links
/// there. It passes over blocks, checkpoints and snapshots that are links (Go's `DirEntry.IsDir`), and
/// over whatever else lies in the directory: those stay links.
struct SourceTree {
  /// What is at a path.
  enum Kind: Equatable {
    /// A folder, or a link to one that a server follows.
    case folder
    /// A file, or a link to one.
    case file
    /// Any other link, with what is written in it; `isFolder` if a folder is there.
    case link(to: String, isFolder: Bool)
    /// A pipe, a socket, a device.
    case special
    /// A folder that this user cannot list, and that no server reads.
    case unreadable
  }

  /// Something in the directory.
  struct Entry {
    /// Its path, relative to the directory; empty for that itself.
    let path: String
    /// What it is.
    let kind: Kind
    /// Of what a link leads to, where that is taken for the link.
    let status: FileStatus
  }

  /// All of it, a folder before what is in it.
  private(set) var entries: [Entry] = []
  /// Links to folders whose content is here in their place, relative to the directory.
  private(set) var followed: [String] = []
  /// Quarantines of repairs, which are left out.
  private(set) var quarantines: [String] = []

  /// Looks at all of `root`.
  init(of root: String) throws(FileError) {
    let status = try FileStatus(of: root, followsLinks: true)
    entries = [Entry(path: "", kind: .folder, status: status)]
    try walk(root, "")
  }

  private mutating func walk(_ root: String, _ folder: String) throws(FileError) {
    for found in try FolderListing.entries(of: Path.join(root, folder)) {
      if folder.isEmpty, Quarantine.isName(found.name) {
        quarantines.append(found.name)
        continue
      }
      let path = Path.join(folder, found.name)
      var kind = try Self.kind(found, path)
      if kind == .folder, !Self.isRead(path) {
        do {
          _ = try FolderListing.entries(of: found.path)
        } catch {
          guard case .system(_, _, EACCES) = error else { throw error }
          kind = .unreadable
        }
      }
      let followsLinks = kind == .folder || kind == .file
      entries.append(
        Entry(
          path: path, kind: kind,
          status: try FileStatus(of: found.path, followsLinks: followsLinks)))
      guard kind == .folder else { continue }
      if found.kind == .linkToDirectory { followed.append(path) }
      try walk(root, path)
    }
  }

  private static func kind(_ entry: FolderEntry, _ path: String) throws(FileError) -> Kind {
    switch entry.kind {
    case .directory: return .folder
    case .file, .linkToFile: return .file
    case .linkToDirectory where isFollowed(path): return .folder
    case .linkToDirectory, .brokenLink:
      return .link(
        to: try FileStatus.target(ofLink: entry.path), isFolder: entry.kind == .linkToDirectory)
    case .special: return .special
    // Nobody knows what it is, or whether a server reads it.
    case .unseen:
      throw entry.failure
        ?? .system(path: entry.path, operation: "look at", errno: EACCES)
    }
  }

  /// True for the folders that a server opens by their names.
  static func isFollowed(_ path: String) -> Bool {
    let names = Path.components(path)
    if names.count == 1 { return ["wal", "wbl", "chunks_head"].contains(path) }
    return names.count == 2 && names[1] == "chunks" && ULID(names[0]) != nil
  }

  /// True for what a server reads: the head, and blocks.
  static func isRead(_ path: String) -> Bool {
    let name = Path.components(path)[0]
    return ["wal", "wbl", "chunks_head"].contains(name) || ULID(name) != nil
      || name.hasPrefix("chunk_snapshot.")
  }

  /// Bytes that a copy of all files takes, the tree being that of `root`.
  func room(of root: String) throws(FileError) -> Int {
    var bytes = 0
    for entry in entries where entry.kind == .file {
      bytes = bytes &+ (try FileOperations.copiedBytes(of: Path.join(root, entry.path)))
    }
    return bytes
  }

  /// Bytes of all files.
  var size: Int {
    entries.reduce(0) { $0 &+ ($1.kind == .file ? $1.status.size : 0) }
  }
}
