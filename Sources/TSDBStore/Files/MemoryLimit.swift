/// How much memory there is for this process.
public enum MemoryLimit {
  /// The limit in bytes of the control group of this process: in an init container, most often as much as
  /// the server that starts after it. nil where there is none, or where it cannot be read.
  ///
  /// Reads `memory.max` (version 2) and `memory.limit_in_bytes` (version 1) of the group as a container
  /// sees it; `root` is where control groups are mounted.
  public static func ofControlGroup(root: String = "/sys/fs/cgroup") -> Int? {
    for name in ["memory.max", "memory/memory.limit_in_bytes"] {
      if let limit = number(in: root + "/" + name) { return limit }
    }
    return nil
  }

  /// What a command may take where nobody says: four fifths of what is free in the machine, or of what
  /// the smallest control group around this process allows, so that this never is why the kernel kills
  /// a server beside it.
  public static var standard: Int { standard(processes: "/proc", controlGroups: "/sys/fs/cgroup") }

  /// The same, with the kernel's files elsewhere.
  static func standard(processes: String, controlGroups: String) -> Int {
    let bounds = [
      available(processes), ofControlGroup(root: controlGroups),
      ofParents(processes, controlGroups),
    ]
    let smallest = bounds.compactMap(\.self).min() ?? 8 << 30
    return smallest / 5 * 4
  }

  /// `MemAvailable`: what can be had without swapping.
  private static func available(_ processes: String) -> Int? {
    guard let file = try? FileSystem.contents(processes + "/meminfo", limit: 1 << 14) else {
      return nil
    }
    for line in String(decoding: file, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("MemAvailable:") {
      return Int(line.filter(\.isNumber)).map {
        $0.multipliedReportingOverflow(by: 1024).partialValue
      }
    }
    return nil
  }

  /// The smallest limit of the control groups (version 2) from that of this process up to the root.
  private static func ofParents(_ processes: String, _ root: String) -> Int? {
    guard let file = try? FileSystem.contents(processes + "/self/cgroup", limit: 1 << 14),
      let line = String(decoding: file, as: UTF8.self).split(separator: "\n")
        .first(where: { $0.hasPrefix("0::/") })
    else { return nil }
    var parts = line.dropFirst(4).split(separator: "/")
    var smallest: Int?
    while !parts.isEmpty {
      let path = root + "/" + parts.joined(separator: "/") + "/memory.max"
      if let limit = number(in: path) { smallest = min(smallest ?? limit, limit) }
      parts.removeLast()
    }
    return smallest
  }

  private static func number(in path: String) -> Int? {
    guard let file = try? FileSystem.contents(path, limit: 64) else { return nil }
    let text = String(decoding: file, as: UTF8.self).filter { $0.isNumber }
    // Version 1 says "no limit" with a number close to the largest there is; version 2 with a word.
    guard let bytes = Int(text), bytes < 1 << 60 else { return nil }
    return bytes
  }
}
