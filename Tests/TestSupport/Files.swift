import Glibc

/// A failed system call in a test.
public struct SystemFailure: Error, CustomStringConvertible {
  /// What was tried, and why it did not work.
  public let description: String

  init(_ operation: String, _ path: String) {
    description = "\(operation) \(path): \(String(cString: strerror(errno)))"
  }
}

/// A folder that goes away with the last reference to it.
public final class TemporaryDirectory: Sendable {
  /// The folder.
  public let path: String

  /// The data directory of a copied fixture.
  public var data: String { path + "/data" }

  /// Makes an empty folder.
  public init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/epimetheus-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure("make a folder in", base) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { removeTree(path) }
}

/// The names in a folder, sorted.
public func namesInFolder(_ path: String) throws -> [String] {
  guard let folder = opendir(path) else { throw SystemFailure("list", path) }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// True if `path` is a folder, or a link to one.
public func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// True if there is something at `path`.
public func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// All bytes of a file.
public func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemFailure("open", path) }
  defer { close(descriptor) }
  return try readAll(descriptor, path)
}

func readAll(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count >= 0 else { throw SystemFailure("read", path) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: buffer[..<count])
  }
}

/// A file as text.
public func readText(_ path: String) throws -> String {
  String(decoding: try readFile(path), as: UTF8.self)
}

/// Writes a file, over whatever was there.
public func writeFile(_ path: String, _ bytes: some Sequence<UInt8>) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw SystemFailure("create", path) }
  defer { close(descriptor) }
  let all = Array(bytes)
  var done = 0
  while done < all.count {
    let count = all[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw SystemFailure("write", path) }
    done += count
  }
}

/// Makes a folder.
public func makeFolder(_ path: String) throws {
  guard mkdir(path, 0o755) == 0 else { throw SystemFailure("make the folder", path) }
}

/// Renames a file or folder.
public func move(_ path: String, to other: String) throws {
  guard rename(path, other) == 0 else { throw SystemFailure("rename", path) }
}

/// Makes a symbolic link at `path`.
public func link(_ path: String, to target: String) throws {
  guard symlink(target, path) == 0 else { throw SystemFailure("link", path) }
}

/// Sets the permission bits of a file or folder.
public func setPermissions(_ path: String, _ bits: UInt32) throws {
  guard chmod(path, bits) == 0 else { throw SystemFailure("change the permissions of", path) }
}

/// The permission bits of a file or folder.
public func permissions(_ path: String) throws -> UInt32 {
  var status = stat()
  guard stat(path, &status) == 0 else { throw SystemFailure("look at", path) }
  return UInt32(status.st_mode) & 0o7777
}

/// Makes a pipe with a name.
public func makePipe(_ path: String) throws {
  guard mkfifo(path, 0o644) == 0 else { throw SystemFailure("make the pipe", path) }
}

/// Gives a file or folder to a user; of a link, what it leads to stays as it is.
public func give(_ path: String, to user: UInt32) throws {
  guard lchown(path, user, user) == 0 else { throw SystemFailure("give away", path) }
}

/// Gives a folder with all that is in it to a user.
public func giveTree(_ path: String, to user: UInt32) throws {
  try give(path, to: user)
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
  for name in try namesInFolder(path) { try giveTree(path + "/" + name, to: user) }
}

/// True if file permissions do not bind the user who runs the tests.
public var isRoot: Bool { geteuid() == 0 }

/// Removes a file or a folder with all that is in it; links are removed, not followed.
public func removeTree(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  if status.st_mode & S_IFMT == S_IFDIR {
    for name in (try? namesInFolder(path)) ?? [] { removeTree(path + "/" + name) }
    rmdir(path)
  } else {
    unlink(path)
  }
}

/// Copies a folder with all that is in it, times of change included.
public func copyTree(from source: String, to target: String) throws {
  var status = stat()
  guard lstat(source, &status) == 0 else { throw SystemFailure("look at", source) }
  switch status.st_mode & S_IFMT {
  case S_IFDIR:
    try makeFolder(target)
    for name in try namesInFolder(source) {
      try copyTree(from: source + "/" + name, to: target + "/" + name)
    }
  case S_IFLNK:
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { space in
      space.withMemoryRebound(to: CChar.self) { letters in
        letters.baseAddress.map { readlink(source, $0, letters.count) } ?? -1
      }
    }
    guard count >= 0 else { throw SystemFailure("read the link", source) }
    try link(target, to: String(decoding: buffer[..<count], as: UTF8.self))
    return
  default: try writeFile(target, try readFile(source))
  }
  let times = [status.st_atim, status.st_mtim]
  guard utimensat(AT_FDCWD, target, times, 0) == 0 else {
    throw SystemFailure("set the times of", target)
  }
}
