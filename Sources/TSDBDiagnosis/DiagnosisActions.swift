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
    let isServed = diagnosis.directory.kind == .server || diagnosis.directory.kind == .agent
    if let access = diagnosis.startup.access, !access.denials.isEmpty {
      actions.append(
        Diagnosis.Action(
          purpose: "give all files to \(access.user.name), whom the directory belongs to",
          command: ["chown", "-R", "\(access.user.id)", path], loss: nil))
    }
    if isServed, diagnosis.startup.first.outcome != .starts || !diagnosis.problems.isEmpty {
      actions.append(
        Diagnosis.Action(
          purpose: "the smallest repair, as a plan; nothing is changed",
          command: ["epimetheus", "repair", path], loss: nil))
    }
    if let explosion = diagnosis.explosion {
      let live = diagnosis.explodedSeriesInHead
      if live > 0, let selector = selector(of: explosion) {
        actions.append(
          Diagnosis.Action(
            purpose: "cut what exploded out of the head, and nothing else; undo brings it back",
            command: [
              "epimetheus", "surgery", "drop-series", path, "--match", selector, "--in-place",
            ],
            loss: "\(live) series"))
      }
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

  /// What selects the series that exploded and no older ones; nil where nothing does.
  private static func selector(of explosion: Explosion) -> String? {
    guard explosion.isNewLabel, let metric = String(validating: explosion.metric, as: UTF8.self),
      let label = String(validating: explosion.label, as: UTF8.self)
    else { return nil }
    let isPlain = label.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
        || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_")
    }
    let name = isPlain && label.first?.isNumber == false ? label : quoted(label)
    return "{__name__=\(quoted(metric)),\(name)!=\"\"}"
  }

  /// A PromQL string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}
