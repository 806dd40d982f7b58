internal import TSDBFormat
internal import TSDBStore

/// `restore-repair-original`: a server's repair was interrupted, and left the segment as it was under
/// the name NUMBER.repair. It gets its place back; the copy that was begun goes (F27).
enum RestoreRepairOriginal {
  /// The step; nil where there is no such file.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    guard let wal = context.directory.wal else { return nil }
    let originals = wal.leftovers.filter { $0.isFile && $0.name.hasSuffix(".repair") }
    var changes: [DirectoryChange] = []
    for original in originals {
      let name = String(original.name.dropLast(".repair".count))
      guard Int(name) != nil else { continue }
      let path = Path.join(Path.parent(context.relative(original.path)), name)
      if FileStatus.exists(Path.join(context.directory.path, path)) {
        changes.append(DirectoryChange(path, .remove))
      }
      changes.append(DirectoryChange(context.relative(original.path), .rename(to: path)))
    }
    guard !changes.isEmpty else { return nil }
    let names = originals.map { context.relative($0.path) }.joined(separator: ", ")
    return RepairStep(
      operation: .restoreRepairOriginal,
      why: "\(names): the segment as it was before a server's repair that did not end; the copy in "
        + "its place holds a part of it", loss: Loss(), changes: changes)
  }
}
