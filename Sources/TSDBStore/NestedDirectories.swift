internal import TSDBFormat

/// Data directories that lie below a folder that is none: the tenants of an ingester (`tsdb/TENANT`), an agent's
/// `data/agent`, snapshots of the admin API, `metrics2` of Debian's package.
struct NestedDirectories {
  /// Their paths relative to the folder, level by level, in the order of names.
  private(set) var found: [String] = []

  private static let mostLevels = 3
  /// Folders that are listed; nobody waits for a whole file system.
  private static let mostFolders = 2_000
  private static let mostShown = 12

  /// Looks for them below `path`, whose `entries` are known. Links are not followed.
  init(in path: String, _ entries: [FolderEntry]) {
    var level = [(relative: "", entries: entries)]
    var listed = 0
    for _ in 0..<Self.mostLevels {
      var next: [(relative: String, entries: [FolderEntry])] = []
      for (relative, entries) in level {
        for entry in entries where entry.kind == .directory && listed < Self.mostFolders {
          // What a repair has put aside is no place for a server.
          if entry.name.hasPrefix(DataDirectory.quarantinePrefix) { continue }
          listed += 1
          guard let inner = try? FileSystem.list(entry.path) else { continue }
          let name = relative.isEmpty ? entry.name : relative + "/" + entry.name
          if Self.isData(inner) { found.append(name) } else { next.append((name, inner)) }
        }
      }
      level = next
    }
  }

  /// True for what a server, an agent or an ingester keeps its data in. Other things are called `wal` as well:
  /// here it must hold a log.
  static func isData(_ entries: [FolderEntry]) -> Bool {
    entries.contains { entry in
      guard entry.isDirectory else { return false }
      if entry.name == "chunks_head" || ULID(entry.name) != nil { return true }
      guard entry.name == "wal", let log = try? SegmentFolder(path: entry.path) else {
        return false
      }
      return !log.segments.isEmpty || !log.checkpoints.isEmpty
    }
  }

  /// What to do.
  var sentence: String {
    let shown = found.prefix(Self.mostShown).joined(separator: ", ")
    let more = found.count - Self.mostShown
    return "holds no data itself; give one of the data directories in it: " + shown
      + (more > 0 ? " and \(more) more" : "")
  }
}
