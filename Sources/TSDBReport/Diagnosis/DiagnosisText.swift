internal import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// A diagnosis: the verdict, what grew and what to do on the first screen, then what all of it rests on.
package struct DiagnosisText {
  private static let mostTargets = 5

  private let diagnosis: Diagnosis
  private let color: Color
  /// Columns of the terminal.
  private let columns: Int

  package init(_ diagnosis: Diagnosis, color: Color, columns: Int = 100) {
    self.diagnosis = diagnosis
    self.color = color
    self.columns = columns
  }

  /// All of it.
  package var text: String {
    Self.joined([startup, growth, next, directory, restarts, culprit, head, damage, proposals])
  }

  /// All of it where a terminal of that many lines has room for it and for the prompt behind;
  /// else what comes first, and how the rest is to be had.
  package func text(rows: Int) -> String {
    // Colours take no room.
    let plain = DiagnosisText(diagnosis, color: .none, columns: columns)
    // The line of the prompt, the hint, and the empty line and the title of what is to do.
    var room = rows - 4
    guard lines(plain.text) >= rows else { return text }
    room -= lines(Self.joined([plain.startup, plain.growth]))
    var steps = ""
    for (number, action) in diagnosis.actions.enumerated() {
      let needed = lines(plain.step(action))
      // The first is shown in any case.
      guard number == 0 || needed <= room else { continue }
      room -= needed
      steps += step(action)
    }
    let hint = color(.dim, "# all of it, and what it rests on: the same with --verbose")
    return Self.joined([
      startup, growth, color(.heading, "Next") + "\n" + steps + "  " + hint + "\n",
    ])
  }

  /// The accounts of what grew, and the targets of what exploded.
  package var tables: [ResultTable] {
    (diagnosis.growth.map { [GrowthText($0, color: .none).table] } ?? [])
      + (diagnosis.explosion.map { [targets($0, limit: .max)] } ?? [])
  }

  private static func joined(_ sections: [String]) -> String {
    sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Lines that a text takes on a terminal, which breaks those that are wider.
  private func lines(_ text: String) -> Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) {
      let width = DisplayText.width(String($1))
      return $0 + max(1, (width + columns - 1) / max(columns, 1))
    }
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    color(.heading, title) + "\n" + lines.map { "  \($0)\n" }.joined()
  }

  private var startup: String {
    switch diagnosis.directory.kind {
    case .server where diagnosis.directory.isFresh && diagnosis.startup.first.outcome == .starts:
      color(.heading, "Prometheus will start.")
        + "\n  The directory is empty: it begins anew, with no data.\n"
    case .server, .agent:
      StartupText(startup: diagnosis.startup, color: color, directory: diagnosis.directory.path)
        .text
    // No server is started on these.
    case .block, .segments: ""
    }
  }

  // MARK: What is here

  private var directory: String {
    let found = diagnosis.directory
    var lines = [found.isFresh ? "nothing yet" : Self.kind(found)]
    if !found.blocks.isEmpty {
      let size = found.blocks.reduce(0) { $0 + $1.size }
      lines.append(parts(Self.blocks(found.blocks.count), Units.bytes(size)))
    }
    if let wal = found.wal {
      let checkpoint = wal.checkpoints.last.map { "checkpoint \($0.number)" }
      lines.append(
        parts(
          "WAL", Self.segments(wal.segments.count), Units.bytes(wal.size),
          wal.isOld ? "the format of Prometheus 2.0 to 2.3" : checkpoint ?? "no checkpoint"))
    }
    if let wbl = found.wbl {
      lines.append(parts("WBL", Self.segments(wbl.segments.count), Units.bytes(wbl.size)))
    }
    if !found.headChunks.isEmpty {
      lines.append(
        parts(
          "head chunks", "\(Units.count(diagnosis.headChunks.chunks)) chunks",
          Units.bytes(found.headChunks.totalSize)))
    }
    if let snapshot = found.snapshots.last {
      lines.append(parts("memory snapshot", "up to WAL segment \(snapshot.segment)"))
    }
    lines += remarks
    if !diagnosis.timeRange.isEmpty {
      lines.append(
        "samples from \(TimeText.seconds(diagnosis.timeRange.minTime)) to "
          + "\(TimeText.seconds(diagnosis.timeRange.maxTime)) ("
          + TimeText.duration(
            from: diagnosis.timeRange.minTime, to: diagnosis.timeRange.maxTime) + ")")
      let main = diagnosis.timeline
      if main.start != diagnosis.timeRange.minTime || main.end != diagnosis.timeRange.maxTime {
        lines.append(
          color(.warn, "with a gap of years: most series are of ")
            + "\(TimeText.seconds(main.start)) to \(TimeText.seconds(main.end))"
        )
      }
    }
    return section(DisplayText.escaped(found.path), lines)
  }

  /// What is worth a word before anything is done: who holds the directory, what an unclean end left.
  private var remarks: [String] {
    let found = diagnosis.directory
    var lines: [String] = []
    switch found.lock {
    case .absent: break
    case .held: lines.append(color(.warn, "a running server holds the lock: what follows may move"))
    case .inUse(let user):
      lines.append(
        color(
          .warn,
          DisplayText.escaped(user.text)
            + " writes into it and holds no lock: what follows may move"))
    case .unknown:
      lines.append(color(.warn, "whether a server runs cannot be seen: lock is unread"))
    case .left: lines.append("a lock file is left: the last server did not end cleanly")
    }
    let empty = found.wal?.segments.reversed().prefix(while: \.isEmpty).count ?? 0
    if empty > 1, !found.lock.isHeld {
      let starts =
        diagnosis.restarts.isCrashLoop
        ? color(.warn, "\(empty) empty segments end the WAL: so many starts failed in a row")
        : "\(empty) empty segments end the WAL: that many starts wrote nothing to it"
      lines.append(starts)
    }
    let leftovers = found.leftovers + (found.wal?.leftovers ?? []) + (found.wbl?.leftovers ?? [])
    if !leftovers.isEmpty {
      lines.append(color(.warn, "left behind: " + Self.names(leftovers)))
    }
    let nested = found.nestedDirectories()
    let accounts = found.strangers.map { ($0, found.account(of: $0, nested)) }
    let unknown = accounts.filter { $0.1 == nil }.map(\.0)
    let known = accounts.compactMap { entry, words in words.map { (entry, $0) } }
    if found.strayBlock != nil,
      let words = known.first(where: { $0.0.name == "index" || $0.0.name == "meta.json" })
    {
      lines.append(
        color(.warn, "files \(DisplayText.escaped(words.1)): no server looks at them there"))
    }
    for (entry, words) in known.prefix(4) where !DataDirectory.blockParts.contains(entry.name) {
      lines.append("\(DisplayText.escaped(entry.name)): \(DisplayText.escaped(words))")
    }
    if !unknown.isEmpty { lines.append("not Prometheus': " + Self.names(unknown)) }
    for snapshot in nested.filter(\.isSnapshot).prefix(4) {
      lines.append("\(DisplayText.escaped(snapshot.name)): \(snapshot.words)")
    }
    return lines
  }

  private static func names(_ entries: [FolderEntry]) -> String {
    let shown = entries.prefix(4).map { DisplayText.escaped($0.name) }.joined(separator: ", ")
    return entries.count > 4 ? "\(shown) and \(entries.count - 4) more" : shown
  }

  private static func kind(_ directory: DataDirectory) -> String {
    switch directory.kind {
    case .server where directory.mayBeAgents:
      "a server's or an agent's data directory: nothing tells; taken for a server's, unless --agent says otherwise"
    case .server: "a server's data directory"
    case .agent: "an agent's data directory"
    case .block: "a single block"
    case .segments: "a folder of WAL segments"
    }
  }

  private static func blocks(_ count: Int) -> String { count == 1 ? "1 block" : "\(count) blocks" }

  private static func segments(_ count: Int) -> String {
    count == 1 ? "1 segment" : "\(Units.count(count)) segments"
  }

  private func parts(_ parts: String...) -> String { parts.joined(separator: " · ") }

  private static let mostRestarts = 8

  /// Told only where starts failed in a row: the times of files say little else.
  private var restarts: String {
    let timeline = diagnosis.restarts
    guard timeline.isCrashLoop, let first = timeline.emptyStarts.first else { return "" }
    let shown = timeline.events.filter { $0.time >= first.time || $0.kind != .emptyStart }
    var lines = shown.suffix(Self.mostRestarts).map { event in
      let file = RelativePath.of(event.path, to: diagnosis.directory.path)
      return
        "\(TimeText.seconds(event.time))  \(Self.words(event.kind)) (\(DisplayText.escaped(file)))"
    }
    if shown.count > lines.count {
      lines.insert("\(Units.count(shown.count - lines.count)) more before that", at: 0)
    }
    return section("Restarts, by the times of the files", lines)
  }

  private static func words(_ kind: RestartTimeline.Kind) -> String {
    switch kind {
    case .emptyStart: "a start that wrote nothing to the log"
    case .lastWrite: "the last record of a segment"
    case .checkpoint: "a checkpoint"
    case .snapshot: "a chunk snapshot: a server stopped in good order"
    case .lock: "the lock: the first start since a server stopped in good order"
    }
  }

  // MARK: Who did it

  private var growth: String {
    diagnosis.growth.map { GrowthText($0, color: color).text } ?? ""
  }

  private var culprit: String {
    guard let found = diagnosis.explosion else {
      let nothing = diagnosis.series == 0 ? "No series were found." : "No metric exploded."
      return section(nothing, drawing(diagnosis.timeline, of: "all series"))
    }
    let words = ExplosionWords(found, diagnosis.growth?.causes.first { $0.isIncident })
    var since = "since \(TimeText.seconds(found.onset))"
    if found.isOngoingAtStart { since = "since \(TimeText.seconds(found.onset)) or earlier" }
    if found.isNewLabel { since += ", when the label first appeared" }
    var lines = [
      "\(Units.count(found.series)) series, \(Units.count(found.values)) \(words.values)",
      since,
      "for \(TimeText.duration(from: found.onset, to: found.lastBirth)), "
        + "\(Units.perSecond(found.seriesPerSecond)); before, "
        + words.before,
      "such as " + found.examples.map(Self.example).joined(separator: ", "),
    ]
    lines += drawing(found.timeline, of: "these series")
    return color(.bad, words.title) + "\n" + lines.map { "  \($0)\n" }.joined()
      + targets(found, limit: Self.mostTargets).text()
  }

  private static func example(_ value: [UInt8]) -> String {
    "\"" + DisplayText.shortened(DisplayText.escaped(value), to: 38) + "\""
  }

  private func targets(_ found: Explosion, limit: Int) -> ResultTable {
    var table = ResultTable(
      "targets", "Targets of what exploded",
      [.number("", "series"), .text("", "target", limit: 100)])
    for target in found.targets.prefix(limit) {
      let labels = target.labels.map {
        DisplayText.escaped($0.name) + "=\"" + DisplayText.escaped($0.value) + "\""
      }
      table.row([
        .count(target.series),
        .words(labels.isEmpty ? "no job, no instance" : "from " + labels.joined(separator: " ")),
      ])
    }
    if found.targets.count > limit {
      let rest = found.targets.dropFirst(limit)
      table.row([
        .count(rest.reduce(0) { $0 + $1.series }),
        "from \(Units.count(rest.count)) more targets",
      ])
    }
    return table
  }

  private func drawing(_ timeline: BirthTimeline, of what: String) -> [String] {
    let width = min(60, columns - 20)
    let counts = timeline.resampled(to: width)
    guard counts.contains(where: { $0 > 0 }) else { return [] }
    let end = timeline.end
    let column = TimeText.duration(
      from: timeline.start, to: timeline.time(ofBin: timeline.births.count / max(1, counts.count)))
    return [
      Sparkline.text(counts, width: width),
      color(
        .dim,
        "births of \(what), \(TimeText.seconds(timeline.start)) to \(TimeText.seconds(end)), "
          + "at most \(Units.count(counts.max() ?? 0)) in \(column)"),
    ]
  }

  // MARK: What it costs

  private var head: String {
    let head = diagnosis.head
    guard !head.records.isEmpty else { return "" }
    var lines = [
      "\(Units.count(head.series)) series, \(Units.count(head.pairs)) label pairs, "
        + "\(Units.count(head.samples)) samples"
    ]
    if !head.timeRange.isEmpty {
      lines.append(
        "from \(TimeText.seconds(head.timeRange.minTime)) to "
          + TimeText.seconds(head.timeRange.maxTime))
    }
    var memory = "about \(Units.bytes(diagnosis.memory.estimatedBytes)) of memory to replay it"
    if diagnosis.memory.explosionBytes > 0 {
      memory += ", \(Units.bytes(diagnosis.memory.explosionBytes)) of that for what exploded"
    }
    lines.append(memory)
    lines.append(
      "a limit of \(Units.bytes(diagnosis.memory.sufficientBytes)) suffices for "
        + diagnosis.startup.release.description)
    if head.outOfOrderSamples > 0 {
      lines.append("\(Units.count(head.outOfOrderSamples)) out-of-order samples in the WBL")
    }
    return section("Head, after replay", lines)
  }

  private var proposals: String {
    diagnosis.proposals.map { ProposalsText($0, color: color).text } ?? ""
  }

  // MARK: What is wrong, what next

  private var damage: String {
    guard !diagnosis.problems.isEmpty else {
      return section("No damage met.", [])
    }
    var title =
      diagnosis.problems.count == 1 ? "1 finding" : "\(diagnosis.problems.count) findings"
    if diagnosis.head.lostBytes > 0 {
      title += ", \(Units.bytes(diagnosis.head.lostBytes)) of the log stepped over"
    }
    let findings = FindingsText(directory: diagnosis.directory.path, color: color, limit: 8)
    return color(.bad, title) + "\n" + findings.text(diagnosis.problems)
  }

  private var next: String {
    color(.heading, "Next") + "\n" + diagnosis.actions.map(step).joined()
  }

  private func step(_ action: Diagnosis.Action) -> String {
    let loss = action.loss.map { " (\($0))" } ?? ""
    return "  " + color(.dim, "# " + DisplayText.escaped(action.purpose) + loss)
      + "\n  " + ShellText.line(action.command) + "\n"
  }
}
