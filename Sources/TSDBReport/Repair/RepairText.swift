internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair

/// A repair as text: what is wrong, the steps, what they cost, the other ways, and the proof.
package struct RepairText {
  private let result: Repair.Result
  private let isDone: Bool
  private let directory: String
  private let output: String?
  private let color: Color

  package init(
    _ outcome: RepairOutcome, _ directory: String, output: String?, color: Color
  ) {
    result = outcome.result
    isDone = outcome.isDone
    self.directory = directory
    self.output = output
    self.color = color
  }

  /// All of it.
  package var text: String {
    guard !result.steps.isEmpty else { return nothing }
    let looked = result.isProven ? [totals, refusal] : []
    return ([steps, toll] + looked + [proof, notes, next, unread]).filter { !$0.isEmpty }.joined(
      separator: "\n")
  }

  /// What is to be read before the question: the steps, and metric by metric what goes and what stays.
  package var question: String {
    ([steps, toll] + (result.isProven ? [totals] : []) + [unread]).filter { !$0.isEmpty }.joined(
      separator: "\n") + "\n"
  }

  /// What goes and what stays, the largest first.
  private var toll: String { TollText(result.toll, isDone: isDone, color: color).text }

  /// What could not be looked at.
  private var unread: String {
    let unread = result.before.unread
    guard !unread.isEmpty else { return "" }
    return color(.bad, "What could not be looked at:") + "\n"
      + unread.prefix(20).map { "  \(DisplayText.escaped($0))\n" }.joined()
      + (unread.count > 20 ? "  and \(unread.count - 20) more\n" : "")
  }

  /// No step: all is well, or what is wrong is nothing that a step could mend.
  private var nothing: String {
    let wrong = result.before.findings.filter { $0.severity >= .loss && !$0.isUnread }
    let start = result.before.startup
    guard !wrong.isEmpty || start.isFinding else {
      guard result.before.unread.isEmpty else {
        return unread + "Nothing else is to be repaired, as far as that can be said.\n"
      }
      return result.isRepair ? "Nothing to repair.\n" : "Nothing to do.\n"
    }
    let title =
      wrong.isEmpty && start.retention != nil
      ? "No step of a repair: the retention deletes what is sound."
      : "No step mends what is wrong here."
    var text = unread + color(.bad, title) + "\n"
    if start.isFinding {
      text += "\n" + StartupText(startup: start, color: color, directory: directory).text
    }
    guard !wrong.isEmpty else { return text }
    var table = ResultTable("findings", [.text("severity"), .text("rule"), .text("file")])
    for finding in wrong.prefix(20) {
      table.row([.words(finding.severity.rawValue), .words(finding.rule.id), .words(finding.path)])
    }
    return text + "\n" + table.text(color: color)
  }

  private var steps: String {
    var text = color(.heading, isDone ? "Repaired" : "Plan") + "\n"
    for (number, step) in result.steps.enumerated() {
      text += "  \(number + 1). \(color(.heading, step.operation.name))\n"
      text += "     \(DisplayText.escaped(step.why))\n"
      let files = step.files.prefix(6).map(DisplayText.escaped).joined(separator: ", ")
      let more = step.files.count > 6 ? " and \(step.files.count - 6) more" : ""
      text += "     files: \(files)\(more)\n"
      text += "     costs: \(cost(step.loss))\n"
    }
    return text
  }

  private func cost(_ loss: Loss) -> String {
    var parts: [String] = []
    if loss.samples > 0 {
      parts.append(
        Units.count(loss.samples) + (loss.samples == 1 ? " sample" : " samples")
          + (loss.series == 0 ? "" : " of \(Units.count(loss.series)) series"))
    } else if loss.series > 0 {
      parts.append("\(Units.count(loss.series)) series")
    }
    if loss.exemplars > 0 {
      parts.append(Units.count(loss.exemplars) + (loss.exemplars == 1 ? " exemplar" : " exemplars"))
    }
    if loss.metadata > 0 { parts.append("\(Units.count(loss.metadata)) entries of metadata") }
    if !loss.timeRange.isEmpty {
      parts.append(
        "from \(TimeText.seconds(loss.timeRange.minTime)) to "
          + TimeText.seconds(loss.timeRange.maxTime))
    }
    if loss.bytes > 0 { parts.append("\(Units.bytes(loss.bytes)) leave the files") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  private var isAgent: Bool { result.before.startup.isAgent }

  private var totals: String {
    color(.heading, ways.caption) + "\n" + ways.text(color: color)
      + "  of \(Units.count(result.readable)) samples that can be read here\n"
  }

  /// What a server serves after each way.
  private var ways: ResultTable {
    var table = ResultTable(
      "ways", isAgent ? "What an agent keeps, and sends no more" : "What a server serves",
      [
        .text("", "way"), .text("start"), .number(isAgent ? "samples kept" : "samples served"),
        .number("lost"),
      ])
    func row(_ way: ResultTable.Cell, _ state: Repair.State, _ lost: Int) {
      table.row([
        way, .words(state.startup.first.outcome.rawValue), .count(state.samples),
        .count(lost),
      ])
    }
    func lost(_ state: Repair.State) -> Int { max(0, result.readable - state.samples) }
    row("without a repair", result.before, lost(result.before))
    row("with this one", result.after, result.lostByRepair)
    for other in result.alternatives {
      let name = other.strategy.rawValue
      row(.shown("--strategy \(name)", as: .words(name)), other.after, lost(other.after))
    }
    return table
  }

  /// The steps, what goes, and what a server serves then.
  package var tables: [ResultTable] {
    var steps = ResultTable(
      "steps", isDone ? "Repaired" : "Plan",
      [
        .number("step"), .text("operation"), .prose("why"), .number("files"), .number("series"),
        .number("samples"), .number("bytes"),
      ])
    for (number, step) in result.steps.enumerated() {
      steps.row([
        .count(number + 1), .words(step.operation.name), .sentence(step.why),
        .count(step.files.count),
        .count(step.loss.series), .count(step.loss.samples), .bytes(step.loss.bytes),
      ])
    }
    guard !result.steps.isEmpty else { return [steps] }
    let toll = TollText(result.toll, isDone: isDone, color: color).table
    return [steps, toll] + (result.isProven ? [ways] : [])
  }

  /// What a server says that does not start without the repair.
  private var refusal: String {
    guard let message = result.before.startup.first.message else { return "" }
    return
      "  Without a repair it logs: \(DisplayText.shortened(DisplayText.escaped(message), to: 160))\n"
  }

  private var proof: String {
    let account = result.account
    var text =
      "Bytes: \(Units.count(account.before)) before = \(Units.count(account.kept)) kept + "
      + "\(Units.count(account.dropped)) dropped\n"
    guard result.isProven else { return text }
    let left = result.after.findings
    if left.isEmpty {
      text += "Nothing else is wrong.\n"
    } else {
      let rules = Set(left.map(\.rule.id)).sorted().prefix(8).joined(separator: ", ")
      text += "What a check still finds: \(rules)\n"
    }
    return text
  }

  /// What a copy has not, and what new files could not keep.
  private var notes: String {
    var text = ""
    for left in result.leftOut.prefix(20) {
      text += "Not copied: \(DisplayText.escaped(left.path)): \(left.why)\n"
    }
    if result.leftOut.count > 20 { text += "Not copied: \(result.leftOut.count - 20) more\n" }
    guard !result.lostAttributes.isEmpty else { return text }
    let names = result.lostAttributes.map(DisplayText.escaped).joined(separator: ", ")
    return text + "Attributes that some new file could not be given: \(names)\n"
  }

  private var next: String {
    // As words of a command line, which the reader will paste.
    let name = ShellText.path(directory)
    if let output, isDone {
      return "The repaired directory is \(DisplayText.escaped(output)); \(name) is as it was.\n"
    }
    if isDone { return "To take it back: epimetheus undo \(name)\n" }
    return "Nothing was changed. To do it, give the same command with --in-place, or --output NEW\n"
  }
}
