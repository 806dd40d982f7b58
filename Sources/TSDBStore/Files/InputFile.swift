/// A file that is named on the command line and read whole: a plain one, a pipe, or standard input.
public enum InputFile {
  /// The bytes of the file at `path`, of which there may be `limit` at most; of standard input where that is
  /// `-`. Nil where there are more. Throws `FileError.system`.
  public static func bytes(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
    let bytes = try FileSystem.stream(path == "-" ? "/dev/stdin" : path, limit: limit)
    return bytes.count > limit ? nil : bytes
  }

  /// True where `path` is read as a file, and not as a folder.
  public static func isReadable(_ path: String) throws(FileError) -> Bool {
    if path == "-" { return true }
    let entry = try FileSystem.status(path)
    return entry.isFile || entry.kind == .special
  }
}
