import Glibc

/// Files whose names are any bytes.

/// Writes a new file into the folder `path`, whose name is these bytes.
public func writeFile(in path: String, name: [UInt8], _ bytes: [UInt8]) throws {
  let full = Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]
  let descriptor = open(
    full.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw SystemFailure("create a file in", path) }
  defer { close(descriptor) }
  let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  guard count == bytes.count else { throw SystemFailure("write a file in", path) }
}

/// The first bytes, 4096 at most, of the file of this name in the folder `path`.
public func readFile(in path: String, name: [UInt8]) throws -> [UInt8] {
  let full = Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]
  let descriptor = open(full.map { CChar(bitPattern: $0) }, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemFailure("open a file in", path) }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = read(descriptor, &bytes, bytes.count)
  guard count >= 0 else { throw SystemFailure("read a file in", path) }
  return Array(bytes.prefix(count))
}

/// Removes the file of this name from the folder `path`.
public func removeFile(in path: String, name: [UInt8]) {
  let full = Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]
  unlink(full.map { CChar(bitPattern: $0) })
}

private typealias SetAttribute =
  @convention(c) (
    UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer, Int, Int32
  ) -> Int32
private typealias GetAttribute =
  @convention(c) (
    UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer, Int
  ) -> Int

/// A function of the C library that its module does not show to Swift.
private func function<Function>(_ name: String, as type: Function.Type) -> Function? {
  dlsym(nil, name).map { unsafeBitCast($0, to: type) }
}

/// Sets an extended attribute of a file or folder.
public func setAttribute(_ name: String, of path: String, to value: [UInt8]) throws {
  let call = function("setxattr", as: SetAttribute.self)
  guard call?(path, name, value, value.count, 0) == 0 else {
    throw SystemFailure("set an attribute of", path)
  }
}

/// An extended attribute of a file or folder; nil if it has none of that name.
public func attribute(_ name: String, of path: String) -> [UInt8]? {
  guard let call = function("getxattr", as: GetAttribute.self) else { return nil }
  var value = [UInt8](repeating: 0, count: 1 << 12)
  let count = call(path, name, &value, value.count)
  return count >= 0 ? Array(value.prefix(count)) : nil
}
