internal import TSDBStore

/// What a server says where it may not use a file or folder, or finds something else there: seen on 2.42,
/// 2.53 and 3.5 that ran as another user than the one whom the files belonged to.
extension StartupWalk {
  /// Ends the start because of `cause`: with "permission denied", it would not for another user.
  mutating func deny(_ cause: String) {
    isDenied = cause.hasSuffix("permission denied") || cause.hasPrefix("panic: ")
    refuse(cause)
  }

  /// The repair is tried, and cannot act on it.
  mutating func denyReplay(_ cause: String) {
    isDenied = cause.hasSuffix("permission denied")
    repairFails(cause)
  }

  private func part(_ name: String) -> FolderEntry? {
    directory.parts.first { $0.name == name }
  }

  private func mayWrite(_ entry: FolderEntry) -> Bool {
    guard let user = words.user, let access = entry.access else { return true }
    return user.mayWrite(access) && (entry.isFile || user.mayEnter(access))
  }

  private static let denied = "permission denied"

  /// The log of running queries is opened before the storage, and the server ends without it
  /// (promql/query_logger.go).
  var unusableQueryLog: String? {
    guard !options.isAgent, directory.kind == .server else { return nil }
    let panic = "panic: Unable to create mmap-ed active query log"
    guard let file = part("queries.active") else {
      return mayWrite(directory.own) ? nil : panic
    }
    switch file.kind {
    case .directory, .linkToDirectory, .brokenLink: return panic
    default: return mayWrite(file) ? nil : panic
    }
  }

  /// Leftovers are looked for in `wal` before anything else (tsdb/tsdbutil/remove_tmp_dirs.go).
  var unusableLog: String? {
    guard let log = part("wal") else { return nil }
    let open = "\(options.version.firstLook): open \(words.name(log.path)): "
    if log.isFile { return open + "not a directory" }
    if log.kind == .brokenLink { return nil }
    return words.obstacle(log.path).map { open + $0 }
  }

  var unusableLock: String? {
    guard options.takesLock else { return nil }
    let start = "lock DB directory: open \(words.name(directory.path + "/lock")): "
    guard let file = part("lock") else {
      return mayWrite(directory.own) ? nil : start + Self.denied
    }
    switch file.kind {
    case .directory, .linkToDirectory: return start + "is a directory"
    case .brokenLink: return start + systemMessage(file.failureNumber).lowercased()
    default: return mayWrite(file) ? nil : start + Self.denied
    }
  }

  /// `wal` and `wbl`, in which a segment is made.
  var unusableFolders: String? {
    for name in ["wal", "wbl"] {
      guard let folder = part(name) else { continue }
      let path = words.name(folder.path)
      if folder.kind == .brokenLink { return "create dir: mkdir \(path): file exists" }
      if folder.isFile { return "mkdir \(path): not a directory" }
      if let cause = words.obstacle(folder.path) { return "open \(path): \(cause)" }
      let segments = (name == "wal" ? directory.wal : directory.wbl)?.segments ?? []
      // An empty WBL is not opened.
      if name == "wbl", segments.isEmpty { continue }
      guard mayWrite(folder) else {
        let next = SegmentFile.name(segments.last.map { $0.number &+ 1 } ?? 0)
        return "open \(path)/\(next): \(Self.denied)"
      }
    }
    return nil
  }

  var unusableHeadChunks: String? {
    guard let folder = part("chunks_head") else { return nil }
    let path = words.name(folder.path)
    if folder.kind == .brokenLink { return "mkdir \(path): file exists" }
    if folder.isFile { return "mkdir \(path): not a directory" }
    return words.obstacle(folder.path).map { "open \(path): \($0)" }
  }

  func unusable(_ checkpoint: Checkpoint) -> String? {
    let folder = words.name(checkpoint.path)
    if let cause = words.obstacle(checkpoint.path) {
      return "open checkpoint: list segment in dir:\(folder): open \(folder): \(cause)"
    }
    for segment in checkpoint.segments {
      guard let cause = words.obstacle(segment.path, in: checkpoint.path) else { continue }
      return "open checkpoint: open segment:\(segment.name) in dir:\(folder): open "
        + "\(words.name(segment.path)): \(cause)"
    }
    return nil
  }

  /// The segments are opened one after the other, each when the one before it was replayed.
  func unusable(_ segments: [SegmentFile], in folder: String, _ log: String) -> String? {
    for segment in segments {
      guard let cause = words.obstacle(segment.path) else { continue }
      return "open \(log) segment: \(segment.number): open "
        + "\(options.storagePath)/\(folder)/\(SegmentFile.name(segment.number)): \(cause)"
    }
    return nil
  }
}
