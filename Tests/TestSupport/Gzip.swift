import Glibc

extension Fixture {
  /// A text of the fixture's `truth` folder, packed (`NAME.gz`) or not.
  public func truthText(_ name: String) throws -> String {
    let file = path + "/truth/" + name
    return exists(file) ? try readText(file) : try readPackedText(file + ".gz")
  }
}

/// The text that was packed with gzip into the file at `path`.
public func readPackedText(_ path: String) throws -> String {
  let quoted =
    "'"
    + path.split(separator: "'", omittingEmptySubsequences: false)
    .joined(separator: "'\\''") + "'"
  guard exists(path), let pipe = popen("exec gzip -dc < \(quoted)", "r") else {
    throw SystemFailure("open", path)
  }
  let bytes = try readAll(fileno(pipe), path)
  guard pclose(pipe) == 0 else { throw SystemFailure("unpack", path) }
  return String(decoding: bytes, as: UTF8.self)
}
