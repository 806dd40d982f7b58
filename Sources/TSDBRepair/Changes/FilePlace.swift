internal import CFileSystem
internal import Glibc
internal import TSDBStore

/// A name in an open folder: where a system call is to change something.
///
/// With a boundary, the place lies in that folder: its path leads there by plain names, and every folder
/// on the way is opened from the one before it, without following a link. So neither a link that lies in
/// the folder, nor one that somebody puts there meanwhile, leads a change out of it.
struct FilePlace: ~Copyable {
  /// The open folder, or `AT_FDCWD`.
  let folder: Int32
  /// The name in it, as the system takes it.
  let name: [CChar]

  /// The place of `path`. Throws where it does not lie in `boundary`, or a link is on the way to it;
  /// `boundary` itself is a place for what changes neither its name nor what is in it.
  init(_ path: String, in boundary: String?, orBoundary: Bool = false) throws(FileError) {
    guard let boundary else {
      folder = AT_FDCWD
      name = path.onDisk
      return
    }
    if orBoundary, path == boundary {
      folder = AT_FDCWD
      name = path.onDisk
      return
    }
    guard let inner = Path.inside(path, boundary), Path.isPlain(inner) else {
      throw Self.outside(path, boundary)
    }
    var names = Path.components(inner)
    let last = names.removeLast()
    var folder = unsafe epimetheus_open_folder(AT_FDCWD, boundary.onDisk, 1)
    guard folder >= 0 else { throw .system(path: boundary, operation: "open", errno: errno) }
    for part in names {
      let next = unsafe epimetheus_open_folder(folder, part.onDisk, 0)
      let number = errno
      _ = Glibc.close(folder)
      guard next >= 0 else {
        throw .system(
          path: path, operation: "reach it without a link on the way (at \(part))", errno: number)
      }
      folder = next
    }
    self.folder = folder
    name = last.onDisk
  }

  deinit { if folder >= 0 { _ = Glibc.close(folder) } }

  private static func outside(_ path: String, _ boundary: String) -> FileError {
    .system(path: path, operation: "change what is not inside of \(boundary)", errno: EPERM)
  }
}

/// Paths as text. They are taken apart by bytes: a character of a name may join with the slash before
/// it, and two names that look alike are two names.
enum Path {
  private static let slash = UInt8(ascii: "/")

  /// `name` inside `folder`; the folder itself for no name.
  static func join(_ folder: String, _ name: String) -> String {
    guard !name.isEmpty else { return folder }
    guard let last = folder.utf8.last else { return name }
    return last == slash ? folder + name : folder + "/" + name
  }

  /// The folder that holds `path`; empty for a single name.
  static func parent(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(of: slash) else { return "" }
    return String(path[..<end])
  }

  /// The last part of `path`.
  static func name(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(of: slash) else { return path }
    return String(path[path.utf8.index(after: end)...])
  }

  /// `path` seen from `folder`, in which it must lie.
  static func relative(_ path: String, to folder: String) -> String {
    inside(path, folder) ?? path
  }

  /// `path` seen from `folder`; nil if it does not begin with it.
  static func inside(_ path: String, _ folder: String) -> String? {
    let prefix = folder.utf8.last == slash ? folder : folder + "/"
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return String(Substring(path.utf8.dropFirst(prefix.utf8.count)))
  }

  /// True where `path` is `folder`, or lies in it.
  static func isInside(_ path: String, _ folder: String) -> Bool {
    path.utf8.elementsEqual(folder.utf8) || inside(path, folder) != nil
  }

  /// The names that make up `path`.
  static func components(_ path: String) -> [String] {
    path.utf8.split(separator: slash, omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
  }

  /// True for one or more plain names: none is empty, `.` or `..`, and none holds a NUL.
  static func isPlain(_ path: String) -> Bool {
    !path.utf8.contains(0)
      && components(path).allSatisfy { !$0.utf8.isEmpty && $0 != "." && $0 != ".." }
  }
}

/// A path as a key. Strings of Swift are the same if they look the same; file names are the same if
/// their bytes are.
struct DiskPath: Hashable, Comparable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: DiskPath, other: DiskPath) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  static func < (one: DiskPath, other: DiskPath) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(text.utf8.count)
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
