internal import TSDBFormat
internal import TSDBStore

/// What others keep in a data directory and beside its blocks, and what lies in the wrong place: no server looks at
/// any of it.
enum SurroundingsCheck {
  /// What is found in and around the blocks of `directory`.
  static func findings(_ directory: DataDirectory) -> [Finding] {
    strayBlock(directory) + migrated(directory) + nested(directory) + shipped(directory)
      + directory.blocks.flatMap(companions)
  }

  private static func strayBlock(_ directory: DataDirectory) -> [Finding] {
    guard let block = directory.strayBlock else { return [] }
    let file = block.metaFile ?? block.index
    var message: Message =
      "index, chunks or meta.json of a block lie in the data directory itself, where no server looks for them"
    if case .success(let meta) = block.meta {
      message +=
        "; they are those of \(name: meta.ulid), and belong into a folder of that name: "
        + "\(count: meta.stats.numSamples, of: "samples") from \(time: meta.minTime) to \(time: meta.maxTime)"
    } else {
      message += "; they belong into a folder of their own"
    }
    return [
      Finding(rule: .directoryBlock, path: file?.path ?? directory.path, message: message)
    ] + block.unread
  }

  private static func migrated(_ directory: DataDirectory) -> [Finding] {
    guard let folder = directory.migratedLog else { return [] }
    let isLost = directory.wal == nil && !directory.parts.contains { $0.name == "wal" }
    return [
      Finding(
        rule: .walMigrated, severity: isLost ? .loss : .warning, path: folder.path,
        message: isLost
          ? "a migration wrote the log of today, and was cut short before it could give it the name wal"
          : "a migration of the old log was cut short while it wrote this, or as it put it into its place",
        lost: isLost ? "what the log holds: no server reads it here" : nil)
    ]
  }

  private static func nested(_ directory: DataDirectory) -> [Finding] {
    directory.nestedDirectories().filter { !$0.isSnapshot }.map {
      Finding(
        rule: .directoryNested, path: $0.path,
        message: "\(name: $0.words), which a server on the directory around it passes over")
    }
  }

  private static func shipped(_ directory: DataDirectory) -> [Finding] {
    directory.shippedBlocks().map { list in
      switch list.names {
      case .failure(let error):
        var finding = Finding(rule: .directoryShipper, path: list.file.path, message: "")
        finding.severity = .warning
        finding.message =
          list.file.size == 0
          ? "the list of blocks that were put into an object store is empty: to an ingester an error"
          : "the list of blocks that were put into an object store cannot be read: \(error)"
        return finding
      case .success(let names):
        let missing = directory.blocks.filter { !names.contains($0.name) }.map(\.name)
        var message: Message =
          "lists \(count: names.count, of: "blocks") as put into an object store, "
          + "\(directory.blocks.count &- missing.count) of the \(directory.blocks.count) here"
        if !missing.isEmpty {
          let shown = missing.prefix(8).map { "\(name: $0)" as Message }
          message += "; not " + Message(list: shown)
          if missing.count > shown.count { message += " and \(missing.count &- shown.count) more" }
        }
        return Finding(rule: .directoryShipper, path: list.file.path, message: message)
      }
    }
  }

  private static func companions(_ block: BlockFolder) -> [Finding] {
    var findings = block.marks().map { file, mark in
      switch mark {
      case .success(let mark):
        var message: Message =
          switch mark.kind {
          case .deletion: "marked for deletion"
          case .noCompact: "marked as not to be compacted"
          case .noDownsample: "marked as not to be downsampled"
          }
        if let time = mark.time { message += " since \(time: time)" }
        if !mark.reason.isEmpty { message += ": \(name: mark.reason)" }
        return Finding(rule: .blockMark, path: file.path, message: message)
      case .failure(let error):
        return Finding(
          rule: .blockMark, path: file.path, message: "a mark that cannot be read: \(error)")
      }
    }
    switch block.indexHeader() {
    case (let file, .success(let header))?:
      findings.append(
        Finding(
          rule: .blockIndexHeader, path: file.path,
          message: "an index-header of a store-gateway: \(count: header.symbols, of: "symbols"), "
            + "\(count: header.labelPairs, of: "label pairs"), of an index of version "
            + "\(header.indexVersion)"
            + (block.isCacheOnly ? "; the block itself is elsewhere" : "")))
    case (_, .failure(let error))?:
      findings.append(Finding(error, severity: .warning))
    case nil: break
    }
    return findings
  }
}
