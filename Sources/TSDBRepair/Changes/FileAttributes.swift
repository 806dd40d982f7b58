internal import CFileSystem
internal import Glibc
public import TSDBStore

/// Extended attributes, among which the system keeps access control lists and security labels.
extension FileOperations {
  /// Gives the file or folder `target` the attributes of `path`, which may be reached through links.
  /// Gives the names of those that this process or the file system does not let it have.
  ///
  /// Left out is what vouches for the content of the file or gives it rights as a program, and what a
  /// repair notes on a directory for itself.
  @discardableResult
  public func copyAttributes(of path: String, to target: String) throws(FileError) -> [String] {
    let source = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard source >= 0 else { return [] }
    defer { close(source) }
    let wanted = Self.attributeNames(source).filter { !Self.isLeftOut($0) }
    guard let found = try? withOpen(target, { Self.attributeNames($0) }) else { return wanted }
    // A list that a new file has from its folder is not one that the old file had.
    let strangers = found.filter { $0.hasPrefix("system.posix_acl_") && !wanted.contains($0) }
    guard !wanted.isEmpty || !strangers.isEmpty else { return [] }
    try announced(.setAttributes, target)
    return try withOpen(target) { descriptor in
      for name in strangers { unsafe _ = epimetheus_remove_attribute(descriptor, name.onDisk) }
      return wanted.filter { name in
        guard let value = Self.attribute(source, name) else { return true }
        return unsafe epimetheus_set_attribute(descriptor, name.onDisk, value, value.count) != 0
      }
    }
  }

  private static func isLeftOut(_ name: String) -> Bool {
    ["security.capability", "security.ima", "security.evm", noteName].contains(name)
  }

  /// What a directory carries while its own time of change is not in a journal: making and removing a
  /// quarantine changes that time, and setting an attribute does not.
  static let noteName = "user.epimetheus.repair"

  /// Writes a note on the folder `path`; false where the file system keeps none.
  @discardableResult
  func setNote(_ text: String, on path: String) throws(FileError) -> Bool {
    try announced(.setAttributes, path)
    let value = Array(text.utf8)
    let isKept = try? withOpen(path) { descriptor in
      unsafe epimetheus_set_attribute(descriptor, Self.noteName.onDisk, value, value.count) == 0
    }
    return isKept ?? false
  }

  /// Takes the note away, if there is one.
  func removeNote(on path: String) throws(FileError) {
    guard note(on: path) != nil else { return }
    try announced(.setAttributes, path)
    let failure: Int32 = try withOpen(path) { descriptor in
      unsafe epimetheus_remove_attribute(descriptor, Self.noteName.onDisk) == 0 ? 0 : errno
    }
    guard failure == 0 else {
      throw .system(path: path, operation: Kind.setAttributes.rawValue, errno: failure)
    }
  }

  /// The note on the folder `path`.
  func note(on path: String) -> String? {
    let value = try? withOpen(path) { Self.attribute($0, Self.noteName) }
    return (value ?? nil).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Opens what may only be read of it, never through a link.
  private func withOpen<Value>(
    _ path: String, _ body: (Int32) -> Value
  ) throws(FileError) -> Value {
    let place = try place(path, orBoundary: true)
    let descriptor = unsafe openat(
      place.folder, place.name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    return body(descriptor)
  }

  private static func attributeNames(_ descriptor: Int32) -> [String] {
    let size = epimetheus_attribute_names(descriptor, nil, 0)
    guard size > 0 else { return [] }
    var names = [CChar](repeating: 0, count: size)
    let count = unsafe epimetheus_attribute_names(descriptor, &names, size)
    guard count > 0 else { return [] }
    return names.prefix(count).split(separator: 0).map {
      DiskName.text($0.map { UInt8(bitPattern: $0) })
    }
  }

  private static func attribute(_ descriptor: Int32, _ name: String) -> [UInt8]? {
    let size = unsafe epimetheus_attribute(descriptor, name.onDisk, nil, 0)
    guard size >= 0 else { return nil }
    var value = [UInt8](repeating: 0, count: size)
    let count = unsafe epimetheus_attribute(descriptor, name.onDisk, &value, size)
    return count == size ? value : nil
  }
}
