/// How much memory the control group of this process may take: in an init container, most often as much
/// as the server that starts after it.
public enum MemoryLimit {
  /// The limit in bytes; nil where there is none, or where it cannot be read.
  ///
  /// Reads `memory.max` (version 2) and `memory.limit_in_bytes` (version 1) of the group as a container
  /// sees it; `root` is where control groups are mounted.
  public static func ofControlGroup(root: String = "/sys/fs/cgroup") -> Int? {
    for name in ["memory.max", "memory/memory.limit_in_bytes"] {
      if let limit = limit(in: root + "/" + name) { return limit }
    }
    return nil
  }

  private static func limit(in path: String) -> Int? {
    guard let file = try? FileSystem.contents(path, limit: 64) else { return nil }
    let text = String(decoding: file, as: UTF8.self).filter { $0.isNumber }
    // Version 1 says "no limit" with a number close to the largest there is; version 2 with a word.
    guard let bytes = Int(text), bytes < 1 << 60 else { return nil }
    return bytes
  }
}
