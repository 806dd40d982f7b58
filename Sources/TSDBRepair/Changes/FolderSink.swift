public import TSDBStore

/// A new folder that is being filled. It appears under its name only when all of it is written.
public final class FolderSink {
  /// The folder as it is called while it is written, for messages.
  public let path: String
  private let operations: FileOperations

  /// Makes the folder, which must not exist.
  init(_ path: String, _ operations: FileOperations) throws(FileError) {
    self.path = path
    self.operations = operations
    try operations.createFolder(path)
  }

  /// Writes the file `name`.
  public func file(
    _ name: String, _ body: (FileSink) throws(FileError) -> Void
  ) throws(FileError) {
    let sink = try FileSink(Path.join(path, name), operations)
    try body(sink)
    try sink.finish()
  }

  /// Fills the folder `name`.
  public func folder(
    _ name: String, _ body: (FolderSink) throws(FileError) -> Void
  ) throws(FileError) {
    let sink = try FolderSink(Path.join(path, name), operations)
    try body(sink)
    try sink.finish()
  }

  /// Writes a copy of the file `source`, with its times, as `name`.
  public func copy(_ source: String, as name: String) throws(FileError) {
    try operations.copy(source, to: Path.join(path, name))
  }

  /// Sends the names to the disk.
  func finish() throws(FileError) {
    try operations.syncFolder(path)
  }
}
