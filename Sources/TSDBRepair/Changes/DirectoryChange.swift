public import TSDBStore

/// One change of a data directory. Paths are relative to it.
///
/// Changes are made in their order, and the closures in them are called once and in that order, so
/// that they can share what one pass over the data finds.
public struct DirectoryChange {
  /// What changes.
  public enum Action {
    /// A file or folder goes; it is moved to the quarantine.
    case remove
    /// A file gets this content, whether there was one or not. `size` is how many bytes it takes at
    /// most, for the look at the free space.
    case replace(size: Int, (FileSink) throws(FileError) -> Void)
    /// A folder with this content; one that is there goes first. It appears as a whole.
    case folder(size: Int, (FolderSink) throws(FileError) -> Void)
    /// A file or folder gets another name, which must be free.
    case rename(to: String)
    /// A file of what was lost, `path` being its name in `lost+found` of the quarantine.
    case lostAndFound(size: Int, (FileSink) throws(FileError) -> Void)
  }

  /// The file or folder.
  public let path: String
  /// What happens to it.
  public let action: Action

  /// A change of `path`.
  public init(_ path: String, _ action: Action) {
    self.path = path
    self.action = action
  }

  /// Bytes that it needs at most.
  public var size: Int {
    switch action {
    case .replace(let size, _), .folder(let size, _), .lostAndFound(let size, _): size
    case .remove, .rename: 0
    }
  }
}
