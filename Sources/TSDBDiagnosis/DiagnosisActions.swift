internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// The commands that lead on from a diagnosis: what repairs, what cuts out, what looks closer.
extension Diagnosis.Action {
  /// The commands for `diagnosis`, the most urgent first.
  static func all(for diagnosis: Diagnosis) -> [Diagnosis.Action] {
    let path = ShellText.operand(diagnosis.directory.path)
    var actions: [Diagnosis.Action] = []
    let isForeign = diagnosis.problems.contains(where: \.isForeignLog)
    let isServed =
      !isForeign && (diagnosis.directory.kind == .server || diagnosis.directory.kind == .agent)
    if let access = diagnosis.startup.access, !access.denials.isEmpty {
      actions.append(
        Diagnosis.Action(
          purpose: "give all files to \(access.user.name), \(access.user.why)",
          command: ["chown", "-R", "\(access.user.id)", path], loss: nil))
    }
    if isServed, actions.isEmpty, !diagnosis.startup.isRunning, diagnosis.startup.unseen.isEmpty,
      diagnosis.startup.first.outcome == .starts
    {
      actions.append(start(diagnosis))
    }
    if isServed, diagnosis.startup.first.outcome != .starts || !diagnosis.problems.isEmpty {
      actions.append(
        Diagnosis.Action(
          purpose: "the smallest repair, as a plan; nothing is changed",
          command: ["epimetheus", "repair", path] + diagnosis.options.words, loss: nil))
    }
    if isServed, let need = diagnosis.startup.retention, diagnosis.startup.unseen.isEmpty {
      actions.append(keep(diagnosis, need))
    }
    if diagnosis.startup.isAgent, diagnosis.head.samples > 0 {
      actions.append(
        Diagnosis.Action(
          purpose:
            "write what the log holds as blocks, which a server reads: an agent sends none of it again",
          command: ["epimetheus", "surgery", "flush-head", path, "--output", "NEW"], loss: nil))
    }
    actions += drops(for: diagnosis)
    if let explosion = diagnosis.explosion {
      if explosion.label != Array("__name__".utf8),
        let metric = String(validating: explosion.metric, as: UTF8.self)
      {
        actions.append(
          Diagnosis.Action(
            purpose: "which label multiplies the metric that exploded",
            command: ["epimetheus", "analyze", path] + ShellText.option("--metric", metric),
            loss: nil))
      }
      actions.append(
        Diagnosis.Action(
          purpose: "what was born and died when, and what was deployed near the onset",
          command: ["epimetheus", "churn", path], loss: nil))
    }
    actions.append(
      Diagnosis.Action(
        purpose: "cardinality of blocks and head together",
        command: ["epimetheus", "analyze", path], loss: nil))
    actions.append(
      Diagnosis.Action(
        purpose: "every file, with ranges and sizes",
        command: ["epimetheus", "ls", path], loss: nil))
    return actions
  }

  /// What the verdict asks for where the server starts and serves all of it.
  private static func start(_ diagnosis: Diagnosis) -> Diagnosis.Action {
    let path = diagnosis.directory.path
    let isAgent = diagnosis.startup.isAgent
    let words =
      isAgent ? ["--agent", "--storage.agent.path=" + path] : ["--storage.tsdb.path=" + path]
    return Diagnosis.Action(
      purpose: "start it with your configuration: it comes up, and "
        + (isAgent ? "keeps what can be read" : "serves what can be read"),
      command: ["prometheus"] + words + diagnosis.options.serverWords, loss: nil)
  }

  /// The start with a retention that deletes no block.
  private static func keep(_ diagnosis: Diagnosis, _ need: RetentionNeed) -> Diagnosis.Action {
    let flags = need.flags
    let names = flags.map { $0.prefix { $0 != "=" } }
    let others = diagnosis.options.serverWords.filter { word in
      !names.contains { word.dropFirst(2).hasPrefix($0 + "=") }
        && !(need.time != nil && word.hasPrefix("--storage.tsdb.retention="))
    }
    return Diagnosis.Action(
      purpose: "start it with a retention that keeps all blocks",
      command: ["prometheus", "--storage.tsdb.path=" + diagnosis.directory.path] + others
        + flags.map { "--" + $0 }, loss: nil)
  }

  /// What cuts each incident out of the head, the largest first.
  private static func drops(for diagnosis: Diagnosis) -> [Diagnosis.Action] {
    guard let growth = diagnosis.growth else { return [] }
    return growth.incidents.compactMap { index in
      let cause = growth.causes[index]
      let series = diagnosis.incidentSeriesInHead[index] ?? 0
      guard series > 0, !cause.selectors.isEmpty else { return nil }
      return Diagnosis.Action(
        purpose: "cut \(title(of: cause)) out of the head; undo brings it back",
        command: [
          "epimetheus", "surgery", "drop-series", ShellText.operand(diagnosis.directory.path),
        ]
          + cause.selectors.flatMap { ShellText.option("--match", $0) } + ["--in-place"],
        loss: "\(Units.count(series)) series")
    }
  }

  private static func title(of cause: GrowthCause) -> String {
    let label = cause.label.flatMap { String(validating: $0, as: UTF8.self) } ?? "a label"
    let job = cause.jobs.first?.name.flatMap { String(validating: $0, as: UTF8.self) }
    let others = cause.jobs.count > 1 ? " and \(cause.jobs.count - 1) more" : ""
    func of(_ word: String) -> String { job.map { " \(word) job \($0)\(others)" } ?? "" }
    switch cause.kind {
    case .targets: return "the new targets" + of("of")
    case .labelValues where label == "job": return "the new jobs"
    case .metricNames: return "the new metric names" + of("of")
    default: return "what \(label) brought" + of("to")
    }
  }
}
