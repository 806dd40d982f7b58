internal import TSDBCheck
internal import TSDBStore

/// What a repair refuses, before anything is changed.
extension Repair {
  func refuseOtherKinds() throws(RepairError) {
    guard directory.kind == .server || directory.kind == .agent else {
      throw .refused(
        "\(directory.path): not a data directory; give the one that holds its wal and blocks")
    }
  }

  func refuse(_ root: String, needed: Int) throws(RepairError) {
    try refuseOtherKinds()
    if let obstacle = directory.lock.obstacle {
      throw .refused("\(root): \(obstacle); stop the server first")
    }
    let operations = FileOperations()
    let others = try repairing { () throws(FileError) in
      try operations.checkWritable(root)
      for folder in ["wal", "wbl", "chunks_head"] {
        let path = Path.join(root, folder)
        if FileStatus.exists(path) { try operations.checkWritable(path) }
      }
      return try Quarantine.all(in: root)
    }
    if operations.note(on: root).flatMap({ TimesNote($0) }) != nil {
      throw .refused(
        "\(root): a repair or an undo was cut short; run `epimetheus undo` first")
    }
    for quarantine in others {
      let records = try repairing { () throws(FileError) in try Journal.read(quarantine) }
      if try !Undo.isOver(quarantine, records), !records.contains(.done) {
        throw .refused(
          "\(quarantine.path): a repair was begun and did not end; run `epimetheus undo` first")
      }
    }
    try refuseWithoutSpace(needed, at: root, operations)
  }

  /// Refuses a repair in place that would change names in a folder that lies elsewhere: nothing that
  /// `undo` does leads out of the directory, and nothing can be renamed from one file system to another.
  ///
  /// Which names change is found by trying.
  func refuseChangesElsewhere(_ root: String, _ plan: Result?) async throws(RepairError) {
    let folders = try repairing { () throws(FileError) in
      var folders = try SourceTree(of: root).followed.map { (path: $0, isLink: true) }
      let own = try FileStatus.fileSystem(of: root)
      for path in try DataTree(of: root).folders
      where try FileStatus.fileSystem(of: Path.join(root, path)) != own {
        folders.append((path, false))
      }
      return folders
    }
    guard !folders.isEmpty else { return }
    var steps = plan?.steps
    if steps == nil {
      steps = try await rehearse(
        options.strategy, Look(), FileOperations(syncs: false)
      ).steps
    }
    for path in (steps ?? []).flatMap(\.files) {
      guard let folder = folders.first(where: { Path.inside(path, $0.path) != nil }) else {
        continue
      }
      let full = Path.join(root, folder.path)
      let real = try repairing { () throws(FileError) in try FolderListing.realPath(full) }
      let what = folder.isLink ? "is a link to \(real)" : "is another file system"
      throw .refused(
        "\(full): \(what), and a repair in place changes nothing outside of its directory; "
          + "--output NEW repairs a copy, with what is there in it")
    }
  }

  /// Refuses an operation of its own that would take the damage out of a block, and nothing else, while the
  /// whole blocks that it was made of are there: a start deletes those, and no sign of it would be left.
  func refuseTrap(_ steps: [DoneStep], _ check: Check) throws(RepairError) {
    guard options.operation != nil else { return }
    let children = check.result.findings.flatMap { [$0] + $0.consequences }
      .filter { $0.rule == .blockDamagedChild }.map { Path.name($0.path) }
    let losing = steps.filter(BlockSurgery.hidesDamage).flatMap(\.files)
    for name in children where losing.contains(where: { Path.isInside($0, name) }) {
      throw .refused(
        "\(name) is damaged, and the blocks that it was made of are whole: once its damage is out of it, a "
          + "start deletes them, and what it lacks with them; `surgery quarantine-block --block \(name)` loses "
          + "nothing")
    }
  }

  func refuseWithoutSpace(
    _ needed: Int, at path: String, _ operations: FileOperations
  ) throws(RepairError) {
    let free = try repairing { () throws(FileError) in try operations.freeSpace(at: path) }
    guard free < needed else { return }
    throw .refused(
      "\(path): \(needed) bytes may be needed and \(free) are free; nothing was changed")
  }
}
