internal import Glibc

/// A process that writes into a data directory.
public struct DirectoryUser: Equatable, Sendable {
  /// Its number.
  public let process: Int
  /// What it calls itself, such as `prometheus`.
  public let name: String

  /// For messages: `process 4711 (prometheus)`.
  public var text: String { "process \(process) (\(name))" }
}

/// The files that other processes have open for writing and that have names as a server gives them in its
/// data directory, as far as `/proc` shows them.
///
/// A server without a lock is found by this alone: it has the segment that it writes open, and mostly
/// `queries.active`. Nothing is claimed of processes that belong to others and cannot be looked at.
/// Files that are open for reading do not count, so that a backup or another look keeps nobody away.
enum OpenFiles {
  /// A file, whatever its path: a server in a container has another one for it.
  struct Identity: Equatable, Sendable {
    let device: UInt
    let inode: UInt

    /// What `path` leads to; nil if nothing is there.
    init?(_ path: String) {
      var status = stat()
      guard unsafe stat(path.onDisk, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
    }
  }

  private struct Writer: Sendable {
    let process: Int
    let name: String
    let identity: Identity
    /// The descriptor, as `/proc` shows it.
    let link: String
  }

  /// Looked for once: a command lists many directories, its own trials among them.
  private static let writers = find()

  /// The first process that has a file of the data directory `path` open for writing; links are followed.
  static func user(of path: String) -> DirectoryUser? {
    for writer in writers {
      for folder in ["", "wal", "wbl", "chunks_head"] {
        let place = folder.isEmpty ? path : FileSystem.join(path, folder)
        // It may have closed the file since, or ended; another file may have got the number of that one.
        guard Identity(FileSystem.join(place, writer.name)) == writer.identity,
          Identity(writer.link) == writer.identity
        else { continue }
        let name = try? FileSystem.contents("/proc/\(writer.process)/comm", limit: 64)
        let text = DiskName.text((name ?? []).filter { $0 != UInt8(ascii: "\n") })
        return DirectoryUser(process: writer.process, name: text.isEmpty ? "?" : text)
      }
    }
    return nil
  }

  private static func find() -> [Writer] {
    let own = Int(getpid())
    let processes = names(in: "/proc").compactMap { Int($0) }.filter { $0 > 0 && $0 != own }
    return processes.sorted().flatMap { process in
      let folder = "/proc/\(process)/fd"
      return names(in: folder).compactMap { number -> Writer? in
        let link = FileSystem.join(folder, number)
        // The name first: what lies on a file system that does not answer is not asked for more.
        guard let target = target(of: link), target.utf8.first == UInt8(ascii: "/") else {
          return nil
        }
        let name = FileSystem.lastPart(of: target)
        guard isOfServer(name), isForWriting(link), let identity = Identity(link) else {
          return nil
        }
        return Writer(process: process, name: name, identity: identity, link: link)
      }
    }
  }

  private static func isOfServer(_ name: String) -> Bool {
    name == "queries.active" || name == "lock"
      || (name.utf8.count >= 6 && goUnsigned(name) != nil)
  }

  /// The mode of such a link is that of the descriptor (fs/proc/fd.c).
  private static func isForWriting(_ link: String) -> Bool {
    var status = stat()
    return unsafe lstat(link, &status) == 0 && status.st_mode & S_IWUSR != 0
  }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    let got = unsafe readlink(link, &bytes, bytes.count)
    return got > 0 ? DiskName.text(bytes.prefix(got).map { UInt8(bitPattern: $0) }) : nil
  }

  /// The names in a folder of `/proc`; none where it cannot be listed.
  private static func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let found = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &found.pointee.d_name) {
        unsafe DiskName.text(Array($0.prefix { $0 != 0 }))
      }
      if name.utf8.first != UInt8(ascii: ".") { names.append(name) }
    }
    return names
  }
}
