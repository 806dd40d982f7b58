internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `place-block`: the files of a block that lie in the data directory itself, as after a snapshot was restored without
/// its folder, get a folder with the name of the block. The folder appears as a whole, and then the files leave.
enum PlaceBlock {
  /// The step; nil where no such files are there, where a server would not open the block, and where one of its
  /// name is there already.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let directory = context.directory
    guard let block = directory.strayBlock, case .success(let meta) = block.meta,
      let index = block.index, let file = block.metaFile
    else { return nil }
    let failures = block.openingFailures()
    if let unread = failures.first(where: \.isUnread), !context.isUnread(unread.path) {
      throw unread
    }
    guard failures.isEmpty else { return nil }
    let name = meta.ulid.description
    let taken = directory.blocks.map(\.name) + directory.strangers.map(\.name)
    guard !taken.contains(name), !FileStatus.exists(Path.join(directory.path, name)) else {
      return nil
    }
    let parts = [index, file] + [block.tombstones].compactMap(\.self)
    let segments = block.chunks
    let names = parts.map(\.name) + ["chunks"]
    return RepairStep(
      operation: .placeBlock,
      why:
        "\(names.sorted().joined(separator: ", ")) are the files of a block, and no server looks for them "
        + "there; they get the folder \(name)",
      loss: Loss(),
      changes: [
        DirectoryChange(
          name,
          .folder(size: block.size) { folder throws(FileError) in
            for part in parts { try folder.copy(part.path, as: part.name) }
            try folder.folder("chunks") { chunks throws(FileError) in
              for segment in segments { try chunks.copy(segment.path, as: segment.name) }
            }
          })
      ] + names.map { DirectoryChange($0, .remove) })
  }

  /// The step of a repair: only where the block costs nothing that is served without it. A server drops what the log
  /// has of the time before the end of a block, and deletes blocks that are older than the retention.
  static func harmlessStep(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let directory = context.directory
    guard context.has(.directoryBlock), case .success(let meta)? = directory.strayBlock?.meta,
      let step = try step(context)
    else { return nil }
    let ends = directory.blocks.compactMap { try? $0.meta.get().maxTime }
    if let newest = ends.max() {
      let fifteenDays: Int64 = 15 * 86_400_000
      guard Timestamp(newest) - Timestamp(meta.maxTime) < fifteenDays,
        Timestamp(meta.maxTime) - Timestamp(newest) < fifteenDays
      else { return nil }
    }
    let before = directory.minValidTime
    var isHeld = false
    for item in LogItem.all(of: directory) where !isHeld {
      try item.forEachRecord { _, payload in
        var rows = SampleRows()
        try? rows.decode(payload, RecordType(code: payload.byte(at: 0)), at: 0) { rows, _ in
          for index in rows.indices where rows[index].time >= before {
            if rows[index].time < meta.maxTime { isHeld = true }
          }
        }
      }
    }
    return isHeld ? nil : step
  }
}
