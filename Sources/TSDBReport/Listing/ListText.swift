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
    // A log without files is said, too.
    let shown = tables.filter { !$0.isEmpty || !$0.note.isEmpty }
    let sections = shown.map { table in
      color(.heading, table.caption) + "  \(table.note)\n" + table.text(color: color)
    }
    return ([summary] + sections + [findings]).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var summary: String {
    let kind =
      switch directory.kind {
      case .server where directory.mayBeAgents: "a server's or an agent's data directory"
      case .server:
        directory.wal == nil && !directory.parts.contains { $0.name == "wal" }
          ? "a folder of blocks without a log" : "a data directory"
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

  /// All tables, for formats that have nothing else.
  package var tables: [ResultTable] {
    [
      blocks, log("wal", "Write-ahead log", directory.wal),
      log("wbl", "Out-of-order log (WBL)", directory.wbl), headChunks, snapshots, others,
      leftOver, strange,
    ]
  }

  private var blocks: ResultTable {
    var table = ResultTable(
      "blocks", "Blocks",
      [
        .text("block"), .text("from"), .text("to"), .number("duration"), .number("level"),
        .number("series"), .number("samples"), .number("chunks"), .number("size", "bytes"),
        .text("remarks"),
      ])
    for block in listing.blocks {
      var cells: [ResultTable.Cell] = [.path(block.folder.name)]
      if let meta = block.meta {
        cells += [
          .time(meta.minTime), .time(meta.maxTime),
          .duration(from: meta.minTime, to: meta.maxTime),
          .shown("\(meta.compaction.level)", as: .count(meta.compaction.level)),
          .count(meta.stats.numSeries), .count(meta.stats.numSamples),
          .count(meta.stats.numChunks),
        ]
      } else {
        cells += Array(repeating: .shown("?", as: .empty), count: 7)
      }
      let remarks = whose(try? FolderEntry(path: block.folder.path)) + block.remarks
      cells += [.bytes(block.folder.size), .words(remarks.joined(separator: "; "))]
      table.row(cells, role: block.openingFailures.isEmpty ? nil : .bad)
    }
    return counted(table)
  }

  private func log(_ name: String, _ title: String, _ folder: SegmentFolder?) -> ResultTable {
    var table = ResultTable(name, title, Self.columns("name", then: []))
    guard let folder else { return table }
    for checkpoint in folder.checkpoints {
      let words = "checkpoint, \(Self.segments(checkpoint.segments.count))"
      table.row(
        file(checkpoint.entry.name, checkpoint.size, checkpoint.entry.modified)
          + [remarks([words] + whose(checkpoint.entry))])
    }
    let old = Set(folder.oldSegments.map(\.path))
    table.rows(folder.segments) { segment in
      let format = old.contains(segment.path) ? ["of Prometheus 2.0 to 2.3"] : []
      return file(segment.name, segment.size, segment.modified)
        + [remarks(format + whose(segment.entry))]
    }
    if let state = folder.seriesState {
      table.row(
        file(state.name, state.size, state.modified) + [remarks(["fast-startup"] + whose(state))])
    }
    let size = folder.size &+ folder.checkpoints.reduce(0) { $0 &+ $1.size }
    table.note = "\(Self.segments(folder.segments.count)), \(Units.bytes(size))"
    return table
  }

  private static func segments(_ count: Int) -> String {
    "\(count) segment\(count == 1 ? "" : "s")"
  }

  /// What a file is called, its size and when it was written last; then others, then remarks.
  private static func columns(
    _ name: String, then others: [ResultTable.Column]
  ) -> [ResultTable.Column] {
    [.text(name), .number("size", "bytes"), .text("last written")] + others
      + [.text("", "remarks")]
  }

  private func file(_ name: String, _ size: Int, _ nanoseconds: Int64) -> [ResultTable.Cell] {
    [.path(name), .bytes(size), .time(nanoseconds / 1_000_000_000 * 1000)]
  }

  private func remarks(_ remarks: [String]) -> ResultTable.Cell {
    .words(remarks.joined(separator: "; "))
  }

  private var headChunks: ResultTable {
    var table = ResultTable(
      "headChunks", "Head chunks", Self.columns("file", then: [.text("first sample")]))
    for chunk in listing.headChunks {
      table.row(
        file(chunk.file.name, chunk.file.size, chunk.file.modified) + [
          chunk.firstTime.map { .time($0) } ?? .shown("-", as: .empty),
          remarks(whose(chunk.file.entry)),
        ], role: chunk.failure == nil ? nil : .bad)
    }
    return counted(table)
  }

  private var snapshots: ResultTable {
    var table = ResultTable(
      "snapshots", "Head snapshots",
      Self.columns("name", then: [.text("the head up to", "upTo")]))
    table.rows(directory.snapshots) { snapshot in
      file(snapshot.entry.name, snapshot.size, snapshot.entry.modified) + [
        "wal segment \("\(snapshot.segment)"), byte \("\(snapshot.offset)")",
        remarks(whose(snapshot.entry)),
      ]
    }
    return counted(table)
  }

  private var leftOver: ResultTable {
    entries(
      "leftovers", "Left behind by an interrupted server or promtool",
      directory.leftovers + (directory.wal?.leftovers ?? []) + (directory.wbl?.leftovers ?? []))
  }

  private var strange: ResultTable {
    entries(
      "strangers", "Not part of a data directory",
      directory.strangers + (directory.wal?.strangers ?? []) + (directory.wbl?.strangers ?? []))
  }

  private func entries(
    _ name: String, _ title: String, _ entries: [FolderEntry]
  ) -> ResultTable {
    let nested = directory.nestedDirectories()
    var accounts: [String: String] = [:]
    for entry in entries { accounts[entry.path] = directory.account(of: entry, nested) }
    var table = ResultTable(
      name, title,
      [
        .text("name"), .text("kind"), .number("size", "bytes"), .text("last written"),
        .text("", "remarks"),
      ])
    table.rows(entries) { entry in
      [
        .path(RelativePath.of(entry.path, to: directory.path)),
        .words(entry.kind.rawValue),
        entry.isFile ? .bytes(entry.size) : .shown("-", as: .empty),
        .time(entry.modified / 1_000_000_000 * 1000),
        remarks(accounts[entry.path].map { [$0] } ?? [] + whose(entry)),
      ]
    }
    return counted(table)
  }

  /// How many there are, behind the caption.
  private func counted(_ table: ResultTable) -> ResultTable {
    var table = table
    if !table.isEmpty { table.note = Units.count(table.rows.count) }
    return table
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
  private var others: ResultTable {
    entries("ofOthers", "Of another user", directory.parts.filter { !whose($0).isEmpty })
  }

  private var findings: String {
    let failures = listing.failures
    guard !failures.isEmpty else { return "" }
    return color(.heading, "Findings") + "  \(Units.count(failures.count))\n"
      + FindingsText(directory: directory.path, color: color, limit: .max).text(failures)
  }
}
