internal import Glibc
internal import TSDBFormat
internal import TSDBStore

/// Copies of a data directory.
enum DirectoryCopy {
  /// What a copy has not, or not as it was.
  struct Report: Equatable {
    /// What is not in the copy, and why.
    var leftOut: [Repair.LeftOut] = []
    /// Names of extended attributes that some file could not keep.
    var lostAttributes: Set<String> = []
  }

  /// Writes a copy of `source` as the new folder `target`: times, modes and attributes are kept, and
  /// files share their blocks with the originals where the file system can do that. With `linksBlocks`,
  /// chunk segments and indices of blocks get a second name instead: no server writes to them in place.
  ///
  /// What a server reads through links is in the copy itself; other links stay links.
  static func write(
    _ tree: SourceTree, of source: String, to target: String, linksBlocks: Bool,
    _ operations: FileOperations
  ) throws(FileError) -> Report {
    var report = Report()
    var lost: Set<String> = []
    for entry in tree.entries {
      let (from, to) = (Path.join(source, entry.path), place(entry, target))
      switch entry.kind {
      case .folder: try operations.createFolder(to)
      case .file where linksBlocks && isImmutable(entry.path):
        try link(from, as: to, operations) { lost.insert($0) }
      case .file:
        do {
          try operations.copy(from, to: to) { lost.insert($0) }
        } catch {
          // What may not be read, and no server reads, does not stop the copy of the rest.
          guard case .system(from, _, EACCES) = error, !SourceTree.isRead(entry.path) else {
            throw error
          }
          report.leftOut.append(.init(path: entry.path, why: "this user may not read it"))
        }
      case .link(let written, let isFolder):
        try operations.symbolicLink(to, to: try Self.target(written, from, source))
        if isFolder {
          report.leftOut.append(
            .init(
              path: entry.path, why: "a link to a folder, which no server reads; it is one still"))
        }
      case .unreadable:
        report.leftOut.append(.init(path: entry.path, why: "this user may not list it"))
      case .special:
        report.leftOut.append(.init(path: entry.path, why: "no file: a pipe, a socket or a device"))
      }
    }
    for name in tree.quarantines {
      report.leftOut.append(.init(path: name, why: "the quarantine of an earlier repair"))
    }
    for entry in tree.entries.reversed() where entry.kind == .folder {
      let to = place(entry, target)
      try operations.setMode(to, entry.status)
      let names = try operations.copyAttributes(of: Path.join(source, entry.path), to: to)
      lost.formUnion(names)
      try operations.setTimes(to, entry.status)
      try operations.syncFolder(to)
    }
    report.lostAttributes = lost
    return report
  }

  private static func place(_ entry: SourceTree.Entry, _ target: String) -> String {
    entry.path.isEmpty ? target : Path.join(target, entry.path)
  }

  /// A second name; a copy where the other place is on another file system.
  private static func link(
    _ from: String, as to: String, _ operations: FileOperations, notKept: (String) -> Void
  ) throws(FileError) {
    let folders = (Path.parent(to), try FolderListing.realPath(from))
    guard try FileStatus.fileSystem(of: folders.0) == FileStatus.fileSystem(of: folders.1) else {
      try operations.copy(from, to: to, notKept: notKept)
      return
    }
    try operations.link(from, as: to)
  }

  /// What a link that stays one leads to: the same thing, unless it lies in the copied directory and is
  /// called by a path of its own from there.
  private static func target(
    _ written: String, _ link: String, _ source: String
  ) throws(FileError) -> String {
    if written.utf8.first == UInt8(ascii: "/") { return written }
    let folder = Path.parent(link)
    let full = try FolderListing.realPath(Path.join(folder, written))
    let isInside = Path.isInside(full, try FolderListing.realPath(source))
    guard FileStatus.exists(full), !isInside else { return written }
    return full
  }

  /// True for what no server changes once it is written: `ULID/index`, `ULID/chunks/000001`.
  private static func isImmutable(_ path: String) -> Bool {
    let parts = Path.components(path)
    guard let first = parts.first, ULID(first) != nil else { return false }
    return parts.count == 2 && parts[1] == "index" || parts.count == 3 && parts[1] == "chunks"
  }

  /// A folder `folder/data` in which every file of `source` is a symbolic link to it: steps can be tried
  /// there, and cost no more space than what they write.
  ///
  /// No folder of it is a link, or leads to one that is not in `folder`: there is no way to a name of the
  /// source, and files are never opened for writing through links (`FileOperations`).
  static func writeLinks(
    to source: String, in folder: String, _ operations: FileOperations
  ) throws(FileError) -> String {
    let target = Path.join(folder, "data")
    // What links lead to that no server follows.
    try operations.createFolder(Path.join(folder, "elsewhere"))
    let elsewhere = try FolderListing.realPath(Path.join(folder, "elsewhere"))
    for entry in try SourceTree(of: source).entries {
      let (from, to) = (Path.join(source, entry.path), place(entry, target))
      switch entry.kind {
      case .folder: try operations.createFolder(to)
      case .link(_, true): try operations.symbolicLink(to, to: elsewhere)
      case .unreadable: try operations.createFolder(to)
      case .file, .link, .special: try operations.symbolicLink(to, to: from)
      }
    }
    return target
  }
}
