/// What tells a file from every other, and from itself as it was before somebody changed it: where it lies on its
/// file system, its size, and when its content and its attributes were changed last.
///
/// The last of these times nobody can set, so two looks give the same only where nothing was written in between.
/// File systems count these times in ticks of some milliseconds, though: who changed a file a moment ago may change
/// it, or make another in its place, within the same tick (`FileSet.isSettled`).
public struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  /// In nanoseconds since 1970.
  let modified: Int64
  /// The same for attributes, which change with the content.
  let changed: Int64

  init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// What tells the file at `path`, or the one that a link there leads to; nil where nothing can be seen of it.
  public init?(of path: String) {
    guard let identity = FileSystem.identity(of: path) else { return nil }
    self = identity
  }
}

/// Files by the names that they have in a folder. Two of these are equal where the same files, and as they were, have
/// the same names: what was read of the one need not be read of the other.
public struct FileSet: Hashable, Sendable {
  private struct Member: Hashable {
    let name: String
    let identity: FileIdentity
  }

  private let members: [Member]

  /// The files at `paths`, links being followed, which all lie in the folder `root`; nil where one of them does not,
  /// or cannot be looked at.
  public init?(_ paths: [String], in root: String) {
    var members: [Member] = []
    for path in paths {
      guard let name = FileSet.name(of: path, in: root),
        let identity = FileSystem.identity(of: path)
      else { return nil }
      members.append(Member(name: name, identity: identity))
    }
    self.members = members
  }

  /// Longer than a tick of the clock of any file system that Linux mounts for itself, in milliseconds.
  private static let tick: Int64 = 100

  /// True where the last change was so long ago that another one will have another time.
  public var isSettled: Bool {
    let now = FileSystem.clock
    return members.allSatisfy { member in
      let (age, overflow) = now.subtractingReportingOverflow(member.identity.changed / 1_000_000)
      return !overflow && age > Self.tick
    }
  }

  /// What `path` is called in the folder `root`, with a slash in front; nil where it does not lie in it.
  public static func name(of path: String, in root: String) -> String? {
    let own = root.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.count
    guard path.utf8.count > own, path.utf8.prefix(own).elementsEqual(root.utf8.prefix(own)),
      path.utf8.dropFirst(own).first == UInt8(ascii: "/")
    else { return nil }
    return String(Substring(path.utf8.dropFirst(own)))
  }

  /// The path of what is called `name` in the folder `root`, the other way round.
  public static func path(of name: String, in root: String) -> String {
    let own = root.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.count
    return String(Substring(root.utf8.prefix(own))) + name
  }
}
