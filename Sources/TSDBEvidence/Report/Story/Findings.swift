internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBRepair
internal import TSDBReport
internal import TSDBStore
internal import Wording

/// What is wrong, with its address.
extension Story {
  private static let mostFindings = 100

  var findings: Section? {
    // The worst first; else in the order of the check.
    let all = allFindings.enumerated().sorted {
      ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
    }.map(\.element)
    let checked =
      "Checked: \(number(evidence.check.files, "file")), \(Units.bytes(evidence.check.bytes))."
    guard !all.isEmpty else {
      return Section(
        id: "findings", title: "Damage",
        blocks: [.paragraph("\(checked) Every checksum and invariant held.")])
    }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = all.count { $0.severity == severity }
      return count > 0 ? "\(Units.count(count)) \(severity.rawValue)" : nil
    }
    var table = ResultTable(
      caption: "Findings, each with the file and the byte",
      [
        .text("where"), .number("byte"), .text("severity"), .prose("what"), .text("rule"),
      ])
    table.rows(all, limit: Self.mostFindings, row)
    return Section(
      id: "findings", title: "Damage",
      blocks: [
        .paragraph("\(checked) Findings: \(counts.joined(separator: ", "))."), .table(table),
        .paragraph("\(code: "epimetheus explain RULE") tells what a rule means."),
      ])
  }

  private func row(_ finding: Finding) -> [ResultTable.Cell] {
    var place: Prose = finding.offset.map { "\(Units.count($0))" } ?? ""
    if let inner = finding.recordOffset {
      place.append(" (\(Units.count(inner)) of the decompressed record)")
    }
    var what: Prose = "\(said: finding.message.text)"
    if let lost = finding.lost { what.append("; lost: \(said: lost.text)") }
    return [
      "\(value: relative(finding.path))", .prose(place), .words(finding.severity.rawValue),
      .prose(what),
      "\(code: finding.rule.id)",
    ]
  }

  // MARK: The start

  /// What a server does, and what it did.
  var start: Section? {
    guard isStartable else { return nil }
    var blocks: [Block] = [.paragraph(startSentence)]
    if let second = diagnosis.startup.second {
      blocks.append(
        .paragraph(
          "The start after that \(words(second.outcome))"
            + (second.outcome == .starts ? "." : ", and loses \(loss(second.loss)).")))
    }
    blocks += list("Why samples are lost", startup.reasons.map { "\(said: $0.text)" })
    let changes =
      startup.deletes.map { "deletes \(value: $0)" as Prose }
      + startup.truncates.map { "cuts \(value: $0)" }
      + startup.renames.compactMap { names in
        names.count == 2 ? "renames \(value: names[0]) to \(value: names[1])" as Prose : nil
      }
    blocks += list("What it changes in the directory", changes)
    blocks += list("What it logs on the way", startup.warnings.map { "\(log: $0)" })
    blocks += list(
      "Queries over all time that fail",
      startup.failing.map { "those of \(value: $0)" })
    blocks += list(
      "What follows on the start", diagnosis.startup.later.map { "\(said: $0.reason.text)" })
    blocks += list(
      "What was taken for granted", diagnosis.startup.assumptions.map { "\(said: $0)" })
    blocks += restarts
    return Section(id: "start", title: "What Prometheus does with it", blocks: blocks)
  }

  private func words(_ outcome: StartupPrediction.Outcome) -> String {
    switch outcome {
    case .starts: "succeeds"
    case .startsWithLoss: "comes up"
    case .startsThenFails: "succeeds, and the server fails later"
    case .unknown: "cannot be foretold"
    case .refuses: "ends with an error as well"
    case .outOfMemory: "runs out of memory"
    }
  }

  private func list(_ title: String, _ items: [Prose], limit: Int = 20) -> [Block] {
    guard !items.isEmpty else { return [] }
    var shown = Array(items.prefix(limit))
    if items.count > limit { shown.append("and \(Units.count(items.count - limit)) more") }
    return [.heading(title), .list(shown)]
  }

  private var restarts: [Block] {
    let events = diagnosis.restarts.events
    guard !events.isEmpty else { return [] }
    var blocks: [Block] = [.heading("Starts and stops, by the times of the files")]
    if let sentence = crashLoopSentence { blocks.append(.paragraph(sentence)) }
    var table = ResultTable(
      caption: "Times of files", [.text("UTC"), .prose("what"), .text("file")])
    table.rows(events.suffix(60).map { $0 }, limit: 60) { event in
      ["\(time: event.time)", "\(words(event.kind))", "\(value: relative(event.path))"]
    }
    let lanes = RestartTimeline.Kind.allCases.compactMap { kind -> EventChart.Lane? in
      let times = events.suffix(60).filter { $0.kind == kind }.map(\.time)
      guard !times.isEmpty else { return nil }
      return EventChart.Lane(name: words(kind), times: times, isBad: kind == .emptyStart)
    }
    let chart = EventChart(
      title: "When files were last changed",
      description:
        "A copy that does not keep these times shows when it was made.", lanes: lanes)
    // What happened within a minute, as where a copy was made, makes no chart.
    let times = events.suffix(60).map(\.time)
    let span = (times.last ?? 0).subtractingReportingOverflow(times.first ?? 0)
    let isShort = !span.overflow && span.partialValue < 60_000
    blocks.append(isShort ? .table(table) : .chart(chart, table))
    return blocks
  }

  private func words(_ kind: RestartTimeline.Kind) -> String {
    switch kind {
    case .emptyStart: "a start that wrote nothing to the log"
    case .lastWrite: "the last record of a segment"
    case .checkpoint: "a checkpoint"
    case .snapshot: "a chunk snapshot: a server stopped in good order"
    case .lock: "the lock: the first start since a stop in good order"
    }
  }
}
