/// What is left of a file system.
public struct FreeSpace: Equatable, Sendable {
  /// Bytes that everybody can have.
  public let bytes: Int
  /// Bytes that root can have.
  public let bytesForRoot: Int
  /// How many files can be made; nil where nothing limits it.
  public let files: Int?
  /// True where nothing can be written at all.
  public let isReadOnly: Bool

  /// So many bytes, of which root can have so many, and so many files.
  public init(bytes: Int, bytesForRoot: Int, files: Int?, isReadOnly: Bool = false) {
    self.bytes = bytes
    self.bytesForRoot = bytesForRoot
    self.files = files
    self.isReadOnly = isReadOnly
  }
}

extension DataDirectory {
  /// What is left of the file system that the directory is on; nil where that cannot be asked.
  public var freeSpace: FreeSpace? { try? FileSystem.space(path) }
}
