/// What of a data directory the server may not use that runs as the user whom the directory belongs to.
///
/// A restore, or a repair by hand, that runs as root leaves files that are root's: half of the starts that
/// fail after a restore fail for them, with "permission denied".
public struct AccessReview: Equatable, Sendable {
  /// Something that the server may not do.
  public struct Denial: Equatable, Sendable {
    /// The file or folder.
    public let entry: FolderEntry
    /// What for.
    public let want: Want
    /// What comes of it.
    public let effect: Effect
  }

  /// What a server does with a file or folder.
  public enum Want: String, Sendable {
    /// Reads the file, lists the folder.
    case read
    /// Writes the file, makes and removes files in the folder.
    case write
    /// Opens what is in the folder.
    case enter
  }

  /// What comes of a denial.
  public enum Effect: Sendable {
    /// The server does not start.
    case refuses
    /// It passes over the block, and starts.
    case dropsBlock
    /// It starts, and fails when it first writes there, or deletes something there.
    case failsLater
  }

  /// The user that the server runs as.
  public let user: ServerUser
  /// What it may not do, the log first.
  public private(set) var denials: [Denial] = []
  /// What belongs to others than the user, and is in nobody's way.
  public private(set) var foreign: [FolderEntry] = []

  /// Looks at everything that a server uses in `directory`; nil where nothing tells whom it runs as, and
  /// where that is root, who may do everything.
  /// With a `user` it is that one.
  public init?(_ directory: DataDirectory, as given: ServerUser? = nil) {
    guard directory.kind == .server || directory.kind == .agent,
      let user = given ?? directory.serverUser, user.id != 0
    else { return nil }
    self.user = user
    review(folder: directory.own, .refuses)
    for part in directory.parts {
      switch part.name {
      case "lock", "queries.active": review(file: part, .write, .refuses)
      case "wal": review(folder: part, .refuses)
      case "wbl":
        review(folder: part, directory.wbl?.segments.isEmpty == false ? .refuses : .failsLater)
      default: review(folder: part, .failsLater)
      }
    }
    let order = ReplayOrder(directory)
    if let checkpoint = order.checkpoint { review(readable: checkpoint.entry, .refuses) }
    for segment in order.parts.flatMap(\.files) { review(file: segment.entry, .read, .refuses) }
    for file in directory.headChunks { review(file: file.entry, .read, .refuses) }
    for block in directory.blocks { review(block) }
  }

  private mutating func review(_ block: BlockFolder) {
    guard let folder = try? FolderEntry(path: block.path) else { return }
    // What is in such a folder is not even asked for.
    guard review(readable: folder, .dropsBlock) else { return }
    if let access = folder.access, !user.mayWrite(access) { deny(folder, .write, .failsLater) }
    if let meta = block.metaFile { review(file: meta, .read, .dropsBlock) }
    if let index = block.index { review(file: index, .read, .refuses) }
    if let tombstones = block.tombstones { review(file: tombstones, .read, .refuses) }
    if let chunks = try? FolderEntry(path: block.path + "/chunks") {
      review(readable: chunks, .refuses)
    }
    for chunk in block.chunks { review(file: chunk.entry, .read, .refuses) }
  }

  private mutating func review(folder: FolderEntry, _ whereUnwritable: Effect) {
    guard review(readable: folder, .refuses), let access = folder.access else { return }
    if !user.mayWrite(access) { deny(folder, .write, whereUnwritable) }
  }

  /// False where the server may not list the folder, or not open what is in it.
  @discardableResult
  private mutating func review(readable folder: FolderEntry, _ effect: Effect) -> Bool {
    guard let access = folder.access, folder.kind == .directory || folder.kind == .linkToDirectory
    else { return true }
    if !user.mayRead(access) {
      deny(folder, .read, effect)
      return false
    }
    if !user.mayEnter(access) {
      deny(folder, .enter, effect)
      return false
    }
    if access.owner != user.id, user.mayWrite(access) { foreign.append(folder) }
    return true
  }

  private mutating func review(file: FolderEntry, _ want: Want, _ effect: Effect) {
    guard let access = file.access, file.isFile else { return }
    let isAllowed =
      user.mayRead(access) && (want == .read || user.mayWrite(access))
    if !isAllowed {
      deny(file, user.mayRead(access) ? .write : want, effect)
    } else if access.owner != user.id {
      foreign.append(file)
    }
  }

  private mutating func deny(_ entry: FolderEntry, _ want: Want, _ effect: Effect) {
    denials.append(Denial(entry: entry, want: want, effect: effect))
  }
}

extension DataDirectory {
  /// Whom a server runs as on this directory: the user whom the directory belongs to. Where its group may
  /// write it too, as with `fsGroup` in Kubernetes, the user who made the log. Nil where it is root's, who
  /// may do everything, and where that cannot be seen.
  public var serverUser: ServerUser? {
    guard let own = own.access else { return nil }
    var user = ServerUser(id: own.owner, group: own.group)
    if own.mode & 0o022 != 0, let log = parts.first(where: { $0.name == "wal" })?.access,
      log.owner != 0
    {
      let writer = ServerUser(id: log.owner, group: own.group)
      if writer.mayWrite(own) { user = writer }
    }
    return user.id == 0 ? nil : user
  }
}
