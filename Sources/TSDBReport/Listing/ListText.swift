internal import TSDBFormat
internal import TSDBStore

/// A directory listing for people: what it is, blocks, log, head chunks, what does not belong, what
/// is wrong.
package struct ListText {
  let listing: DirectoryListing
  let color: Color

  package init(listing: DirectoryListing, color: Color) {
    self.listing = listing
    self.color = color
  }

  private var directory: DataDirectory { listing.directory }

  /// The whole report.
  package func text() -> String {
    [
      summary, blocks, log("Write-ahead log", directory.wal),
      log("Out-of-order log (WBL)", directory.wbl), headChunks, snapshots,
      others, entries("Left behind by an interrupted server or promtool", leftovers),
      entries("Not part of a data directory", strangers), findings,
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var summary: String {
    let kind =
      switch directory.kind {
      case .server: directory.wal == nil ? "a folder of blocks without a log" : "a data directory"
      case .agent: "an agent's data directory"
      case .block: "a block"
      case .segments: "a folder of log segments"
      }
    var text = color(.heading, DisplayText.escaped(directory.path)) + "\n"
    let own = directory.own.access.map { ", of \($0.ownerText), mode \($0.modeText)" } ?? ""
    text += "  \(kind), \(Units.bytes(listing.totalSize))\(own)\n"
    switch directory.lock {
    case .absent: break
    case .left: text += "  lock: left behind; the last server did not stop in good order\n"
    case .held:
      let warning = "lock: held by a running server; files may change while they are read"
      text += "  " + color(.warn, warning) + "\n"
    case .inUse(let user):
      let warning =
        "lock: none, and \(DisplayText.escaped(user.text)) writes into the directory; files may change "
        + "while they are read"
      text += "  " + color(.warn, warning) + "\n"
    case .unknown(let error): text += "  lock: \(DisplayText.escaped("\(error)"))\n"
    }
    return text
  }

  private var blocks: String {
    guard !listing.blocks.isEmpty else { return "" }
    var table = Table([
      .left("block"), .left("from"), .left("to"), .right("duration"), .right("level"),
      .right("series"), .right("samples"), .right("chunks"), .right("size"), .left("remarks"),
    ])
    for block in listing.blocks {
      var cells = [block.folder.name]
      if let meta = block.meta {
        cells += [
          TimeText.seconds(meta.minTime), TimeText.seconds(meta.maxTime),
          TimeText.duration(from: meta.minTime, to: meta.maxTime), "\(meta.compaction.level)",
          Units.count(meta.stats.numSeries), Units.count(meta.stats.numSamples),
          Units.count(meta.stats.numChunks),
        ]
      } else {
        cells += Array(repeating: "?", count: 7)
      }
      let remarks = whose(try? FolderEntry(path: block.folder.path)) + block.remarks
      cells += [Units.bytes(block.folder.size), remarks.joined(separator: "; ")]
      table.row(cells, role: block.openingFailures.isEmpty ? nil : .bad)
    }
    return section("Blocks", listing.blocks.count, table)
  }

  private func log(_ title: String, _ folder: SegmentFolder?) -> String {
    guard let folder else { return "" }
    var table = Table([.left("name"), .right("size"), .left("last written"), .left("")])
    for checkpoint in folder.checkpoints {
      let segments = checkpoint.segments.count
      table.row([
        checkpoint.entry.name, Units.bytes(checkpoint.size), time(checkpoint.entry.modified),
        (["checkpoint, \(segments) segment\(segments == 1 ? "" : "s")"] + whose(checkpoint.entry))
          .joined(separator: "; "),
      ])
    }
    for segment in folder.segments {
      table.row([
        segment.name, Units.bytes(segment.size), time(segment.modified),
        whose(segment.entry).joined(),
      ])
    }
    if let state = folder.seriesState {
      table.row([
        state.name, Units.bytes(state.size), time(state.modified),
        (["fast-startup"] + whose(state)).joined(separator: "; "),
      ])
    }
    let count = folder.segments.count
    let size = folder.size &+ folder.checkpoints.reduce(0) { $0 &+ $1.size }
    return color(.heading, title)
      + "  \(count) segment\(count == 1 ? "" : "s"), \(Units.bytes(size))\n"
      + table.text(color: color)
  }

  private var headChunks: String {
    guard !listing.headChunks.isEmpty else { return "" }
    var table = Table([
      .left("file"), .right("size"), .left("last written"), .left("first sample"), .left(""),
    ])
    for chunk in listing.headChunks {
      table.row(
        [
          chunk.file.name, Units.bytes(chunk.file.size), time(chunk.file.modified),
          chunk.firstTime.map(TimeText.seconds) ?? "-", whose(chunk.file.entry).joined(),
        ], role: chunk.failure == nil ? nil : .bad)
    }
    return section("Head chunks", listing.headChunks.count, table)
  }

  private var snapshots: String {
    guard !directory.snapshots.isEmpty else { return "" }
    var table = Table([
      .left("name"), .right("size"), .left("last written"), .left("the head up to"), .left(""),
    ])
    for snapshot in directory.snapshots {
      table.row([
        snapshot.entry.name, Units.bytes(snapshot.size), time(snapshot.entry.modified),
        "wal segment \(snapshot.segment), byte \(snapshot.offset)",
        whose(snapshot.entry).joined(),
      ])
    }
    return section("Head snapshots", directory.snapshots.count, table)
  }

  private var leftovers: [FolderEntry] {
    directory.leftovers + (directory.wal?.leftovers ?? []) + (directory.wbl?.leftovers ?? [])
  }

  private var strangers: [FolderEntry] {
    directory.strangers + (directory.wal?.strangers ?? []) + (directory.wbl?.strangers ?? [])
  }

  private func entries(_ title: String, _ entries: [FolderEntry]) -> String {
    guard !entries.isEmpty else { return "" }
    var table = Table([
      .left("name"), .left("kind"), .right("size"), .left("last written"), .left(""),
    ])
    for entry in entries {
      table.row([
        RelativePath.of(entry.path, to: directory.path), entry.kind.rawValue,
        entry.isFile ? Units.bytes(entry.size) : "-", time(entry.modified),
        whose(entry).joined(),
      ])
    }
    return section(title, entries.count, table)
  }

  /// Whose `entry` is, and its mode, where that is another user than the directory's, or where its owner
  /// may not read it.
  private func whose(_ entry: FolderEntry?) -> [String] {
    guard let access = entry?.access, let own = directory.own.access,
      access.owner != own.owner || access.mode & 0o400 == 0
    else { return [] }
    return ["of \(access.ownerText), mode \(access.modeText)"]
  }

  /// Files a server makes beside log, chunks and blocks, and folders, that are not the directory's owner's.
  private var others: String {
    let strange = directory.parts.filter { !whose($0).isEmpty }
    return entries("Of another user", strange)
  }

  private var findings: String {
    let failures = listing.failures
    guard !failures.isEmpty else { return "" }
    return color(.heading, "Findings") + "  \(Units.count(failures.count))\n"
      + FindingsText(directory: directory.path, color: color, limit: .max).text(failures)
  }

  private func section(_ title: String, _ count: Int, _ table: Table) -> String {
    color(.heading, title) + "  \(Units.count(count))\n" + table.text(color: color)
  }

  private func time(_ nanoseconds: Int64) -> String {
    TimeText.seconds(nanoseconds / 1_000_000_000 * 1000)
  }
}
