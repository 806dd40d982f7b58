internal import ArgumentParser
internal import Glibc
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Where a repair writes, and how careful it is.
struct RepairTarget: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the repaired directory as this new folder.", valueName: "new"))
  var output: String?

  @Flag(help: "Repair the directory itself; what is replaced goes into a quarantine folder in it.")
  var inPlace = false

  @Flag(help: "Do not ask before samples are lost.")
  var yes = false

  @Flag(help: "With --output: index and chunks of blocks are hard links to those of DIR.")
  var hardLinks = false

  @Option(help: ArgumentHelp("Where steps are tried out.", valueName: "folder"))
  var tmp = "/tmp"

  func validate() throws {
    // What a variable is that nobody has set: the folder would be made in the root, or nowhere.
    for (name, value) in [("--output", output), ("--tmp", tmp)] where value?.isEmpty == true {
      throw ValidationError("\(name) takes the name of a folder, and this is empty.")
    }
    if output != nil, inPlace {
      throw ValidationError("--output and --in-place exclude one another.")
    }
    if hardLinks, output == nil { throw ValidationError("--hard-links is for --output.") }
  }

  /// True where something shall be written.
  var isMeant: Bool { output != nil || inPlace }

  /// The time now as part of a name: `20261121T134020Z`.
  private var now: String {
    TimeText.seconds(Int64(time(nil)) &* 1000).filter { $0 != "-" && $0 != ":" }
  }

  /// Options for a repair that writes there.
  func options(jobs: Int, startup: StartupFlags) throws -> Repair.Options {
    var options = Repair.Options()
    options.startup = try startup.options()
    options.jobs = jobs
    options.temporaryFolder = tmp
    options.linksBlocks = hardLinks
    options.time = now
    return options
  }

  /// Plans a repair of a directory, makes it where that is meant, and writes what came of it.
  func run(
    _ options: Repair.Options, _ directory: String, _ output: OutputOptions<TableFormat>,
    _ csv: CSV,
    check: () throws -> Void = {}
  ) async throws -> RepairOutcome {
    let repair = Repair(of: try DataDirectory(path: directory), options)
    let outcome = try await run(repair, directory, check: check)
    let changed = inPlace && outcome.isDone ? directory : nil
    try StandardOutput.write(changed: changed) { out in
      let text = RepairText(outcome, directory, output: self.output, color: output.colors)
      switch output.format {
      case .text: out.write(text.text)
      case .csv: try csv.write(text.tables, to: &out)
      case .markdown: out.write(Markdown.tables(text.tables))
      case .json:
        out.write(try JSONOutput.report(RepairReport(outcome, directory, output: self.output)))
      }
    }
    return outcome
  }

  /// Plans `repair`, and makes it where that is meant; `check` may refuse what was planned. Asks before
  /// samples are lost, behind the plan. Gives what was planned or made.
  private func run(
    _ repair: Repair, _ directory: String, check: () throws -> Void
  ) async throws -> RepairOutcome {
    if try repair.directory.holds(tmp) {
      throw ValidationError("--tmp \(tmp) lies in the inspected directory; give another folder.")
    }
    let plan = try await Interruption.guarding(temporaryFolderIn: tmp) { folder in
      try await repair.trying(in: folder).plan(comparesWays: !isMeant)
    }
    try Interruption.unwatch()
    try check()
    guard isMeant, !plan.steps.isEmpty else { return RepairOutcome(result: plan, isDone: false) }
    try confirm(plan, directory)
    if let output {
      let working = try Repair.workingFolder(of: output)
      let result = try await Interruption.guarding(removing: [working]) {
        try await repair.applyToCopy(output, plan)
      }
      return RepairOutcome(result: result, isDone: true)
    }
    let result = try await repair.applyInPlace(plan)
    return RepairOutcome(result: result, isDone: true)
  }

  /// Shows the plan and asks, where samples or series are lost.
  private func confirm(_ plan: Repair.Result, _ directory: String) throws {
    let lost = plan.lostToAskFor
    guard lost.samples > 0 || lost.series > 0, !yes else { return }
    let text = RepairText(
      RepairOutcome(result: plan, isDone: false), directory, output: output, color: .none)
    StandardError.write(text.question)
    var sentence = "this takes away \(Units.count(lost.samples)) samples"
    if lost.series > 0 { sentence += " of \(Units.count(lost.series)) series" }
    sentence += " that can be read now"
    if !lost.timeRange.isEmpty {
      sentence +=
        ", from \(TimeText.seconds(lost.timeRange.minTime)) to "
        + TimeText.seconds(lost.timeRange.maxTime)
    }
    guard Terminal.isTerminal(0) else {
      throw RepairError.refused("\(sentence); give --yes to do it")
    }
    StandardError.write(sentence + ". Go on? [y/N] ")
    let answer = readLine() ?? ""
    guard ["y", "yes"].contains(answer.lowercased()) else {
      throw RepairError.refused("nothing was changed")
    }
  }
}

extension Repair.Result {
  /// What the steps take of what can be read now, and what a repair leaves unserved.
  fileprivate var lostToAskFor: Loss {
    var lost = Loss()
    for step in steps {
      lost.samples += step.loss.samples
      lost.series += step.loss.series
      lost.timeRange.include(step.loss.timeRange)
    }
    if isRepair { lost.samples = max(lost.samples, lostByRepair) }
    return lost
  }
}
