/// Whose a file is, and who may do what with it.
public struct FileAccess: Equatable, Sendable {
  /// The user it belongs to.
  public let owner: UInt32
  /// The group it belongs to.
  public let group: UInt32
  /// The permission bits, with those for set-user-ID, set-group-ID and the sticky bit.
  public let mode: UInt32

  /// Of this owner and group, with these bits.
  public init(owner: UInt32, group: UInt32, mode: UInt32) {
    self.owner = owner
    self.group = group
    self.mode = mode
  }

  /// `644`: as `chmod` takes it.
  public var modeText: String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// `root`, or `user 1000`: names of other users mean nothing on another machine.
  public var ownerText: String { ServerUser.name(owner) }
}

/// The user that a server runs as, as far as the directory tells.
public struct ServerUser: Equatable, Sendable {
  /// The user.
  public let id: UInt32
  /// The group of the data directory, which a server has at least beside it (Kubernetes: `fsGroup`).
  public let group: UInt32
  /// True where somebody said so, and the directory was not asked.
  public let isGiven: Bool

  /// This user, in a directory of this group.
  public init(id: UInt32, group: UInt32, isGiven: Bool = false) {
    self.id = id
    self.group = group
    self.isGiven = isGiven
  }

  /// `1000`, `1000:2000` as a user and a group; nil for anything else. Without a group, that of the same number.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(part) : nil
    }
    guard numbers.count == parts.count, let id = numbers.first, numbers.count <= 2 else {
      return nil
    }
    self.init(id: id, group: numbers.count > 1 ? numbers[1] : id, isGiven: true)
  }

  /// Why it is taken to be this user, for a sentence.
  public var why: String {
    isGiven ? "as which the server is said to run" : "whom the directory belongs to"
  }

  /// `root`, or `user 1000`.
  public static func name(_ id: UInt32) -> String { id == 0 ? "root" : "user \(id)" }

  /// `root`, or `user 1000`.
  public var name: String { Self.name(id) }

  /// May it read the file, or list the folder?
  public func mayRead(_ access: FileAccess) -> Bool { allows(4, access) }
  /// May it write the file, or make and remove files in the folder?
  public func mayWrite(_ access: FileAccess) -> Bool { allows(2, access) }
  /// May it use what is in the folder?
  public func mayEnter(_ access: FileAccess) -> Bool { allows(1, access) }

  private func allows(_ bit: UInt32, _ access: FileAccess) -> Bool {
    if id == 0 { return true }
    if access.owner == id { return access.mode >> 6 & bit != 0 }
    if access.group == group { return access.mode >> 3 & bit != 0 }
    return access.mode & bit != 0
  }
}

/// Something that could not be looked at, and why: a verdict says nothing about it.
public struct UnseenFile: Equatable, Sendable {
  /// The file or folder.
  public let path: String
  /// What was tried: `open`, `list`.
  public let operation: String
  /// The system's error number.
  public let errno: Int32
  /// What is at `path`; nil where not even that can be seen.
  public let entry: FolderEntry?

  /// What `failure` could not look at; nil for damage, which was looked at.
  public init?(_ failure: FileError) {
    guard case .system(let path, let operation, let errno) = failure else { return nil }
    self.path = path
    self.operation = operation
    self.errno = errno
    entry = try? FileSystem.status(path)
  }

  /// Whose it is; of a link, of what it leads to. Nil where that cannot be seen.
  public var access: FileAccess? { entry?.access }

  /// `permission denied; it belongs to root, mode 600`: what is known, the cause first.
  public var reason: String {
    switch entry?.kind {
    case .brokenLink: return "it is a link that leads nowhere: " + systemMessage(errno).lowercased()
    case .special: return "it is a pipe, socket or device, and no file; a server may wait for ever"
    case .directory where operation != "list", .linkToDirectory where operation != "list":
      return "it is a folder, and no file"
    case .file where operation == "list": return "it is a file, and no folder"
    default: break
    }
    let cause = systemMessage(errno).lowercased()
    guard let access else { return cause }
    return "\(cause); it belongs to \(access.ownerText), mode \(access.modeText)"
  }

  /// `cannot open: Permission denied; it belongs to root, mode 600`: what a finding says.
  public var message: String {
    let start = "cannot \(operation): \(systemMessage(errno))"
    guard entry?.kind != .brokenLink, errno == Self.denied, let access else { return start }
    return start + "; it belongs to \(access.ownerText), mode \(access.modeText)"
  }

  private static let denied = FileSystem.accessDenied

  /// True where the same happens to whoever looks, and what a server does then is known: what lies there
  /// is of the wrong kind, or a link leads nowhere. A server that opens a pipe waits for ever.
  public var isSameForAll: Bool {
    switch entry?.kind {
    case .brokenLink: true
    case .file: operation == "list"
    case .directory, .linkToDirectory: operation != "list"
    default: false
    }
  }
}

extension FileError {
  /// The sentence, with whose it is and its mode where that is why it could not be looked at.
  public var withOwner: String {
    UnseenFile(self).map { "\(path): \($0.message)" } ?? description
  }

  /// True where the file was there when its folder was listed and is not any more: somebody removed it
  /// meanwhile, as a running server does. A link that leads nowhere is still there.
  public var isVanished: Bool {
    guard case .system(let path, _, let number) = self else { return false }
    return number == FileSystem.noSuchFile && FileSystem.isGone(path)
  }
}

extension DataDirectory {
  /// The directory at `path` and what `look` makes of it. Where files vanish while it is looked at, as
  /// they do under a running server that cuts its log or deletes blocks, it is listed and looked at again:
  /// what was deleted is no damage.
  public static func settled<Result>(
    _ path: String, allowsFresh: Bool = false, problems: (Result) -> [FileError],
    look: (DataDirectory) async throws -> Result
  ) async throws -> Result {
    var tries = 6
    while true {
      let result = try await look(try DataDirectory(path: path, allowsFresh: allowsFresh))
      tries -= 1
      if tries == 0 || !problems(result).contains(where: \.isVanished) { return result }
    }
  }
}
