internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBReport
internal import Wording

/// What can be done about the damage, and what each way costs.
extension Story {
  var repair: Section? {
    guard let repair = evidence.repair, !repair.steps.isEmpty else {
      if let problem = evidence.repairProblem {
        return Section(
          id: "repair", title: "Repair",
          blocks: [.paragraph("No repair could be planned: \(said: problem).")])
      }
      guard isStartable else { return nil }
      let isWrong =
        evidence.diagnosis.startup.isFinding || allFindings.contains { $0.severity >= .loss }
      return Section(
        id: "repair", title: "Repair",
        blocks: [
          .paragraph(isWrong ? "No step mends what is wrong here." : "Nothing needs a repair.")
        ])
    }
    var steps = ResultTable(
      caption: "Steps", [.text("step"), .prose("why"), .text("files"), .prose("costs")])
    steps.rows(repair.steps, limit: 30) { step in
      let files = step.files.prefix(4).map { "\(value: $0)" as Prose }
      let more: Prose =
        step.files.count > 4 ? " and \(Units.count(step.files.count - 4)) more" : ""
      return [
        "\(code: step.operation.name)", "\(said: step.why)",
        .prose(Prose.joined(files, by: ", ") + more), .prose(cost(step.loss)),
      ]
    }
    let account = repair.account
    var blocks: [Block] = [
      .table(ways(repair)), .table(steps),
      .paragraph(
        "Of \(Units.bytes(account.before)) in files, \(Units.bytes(account.kept)) are kept and "
          + "\(Units.bytes(account.dropped)) dropped; the quarantine keeps all of it."),
      .code(
        "epimetheus repair \(name) --in-place\nepimetheus undo \(name)",
        caption: "To do it, and to take it back:"),
    ]
    let left = Set(repair.after.findings.map(\.rule.id)).sorted()
    if !left.isEmpty {
      blocks.append(
        .paragraph(
          "A check still finds "
            + Prose.joined(left.prefix(8).map { "\(code: $0)" }, by: ", ") + " after it."))
    }
    return Section(id: "repair", title: "Repair", blocks: blocks)
  }

  /// The directory as a shell takes it.
  private var name: String { ShellText.path(evidence.path) }

  private func ways(_ repair: Repair.Result) -> ResultTable {
    var table = ResultTable(
      caption: "What a server serves of \(number(repair.readable, "sample")) that can be read",
      [.text("way"), .text("the start"), .number("samples served"), .number("samples lost")])
    func row(_ way: ResultTable.Cell, _ state: Repair.State, _ lost: Int) {
      table.row([way, .prose(outcome(state)), .count(state.samples), .count(lost)])
    }
    func lost(_ state: Repair.State) -> Int { max(0, repair.readable - state.samples) }
    row("without a repair", repair.before, lost(repair.before))
    row("\(strong: "with this repair")", repair.after, repair.lostByRepair)
    for other in repair.alternatives {
      row("\(code: "--strategy \(other.strategy.rawValue)")", other.after, lost(other.after))
    }
    return table
  }

  private func outcome(_ state: Repair.State) -> Prose {
    switch state.startup.first.outcome {
    case .starts: "succeeds"
    case .startsWithLoss: "succeeds, with loss"
    case .refuses: "fails"
    case .startsThenFails: "succeeds, and fails later"
    case .unknown: "cannot be said"
    case .outOfMemory: "runs out of memory"
    }
  }

  private func cost(_ loss: Loss) -> Prose {
    var parts: [Prose] = []
    if loss.samples > 0 {
      parts.append(
        "\(number(loss.samples, "sample")) of \(number(loss.series, "series", "series"))"
          + stretch(loss.timeRange))
    } else if loss.series > 0 {
      parts.append(
        "\(number(loss.series, "series", "series")) of unknown samples" + stretch(loss.timeRange))
    }
    if loss.bytes > 0 { parts.append("\(Units.bytes(loss.bytes)) leave the files") }
    return parts.isEmpty ? "nothing" : Prose.joined(parts, by: ", ")
  }
}
