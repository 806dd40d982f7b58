internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// The predicted start in two lines: what will happen, and why or what to think of it.
struct StartupText {
  let startup: StartupPrediction
  let color: Color
  /// Files are named relative to it.
  let directory: String
  /// True for a guard: a server that runs is in the way of the start.
  var isGuard = false

  /// True where the server that runs holds no lock, and a second one would not be kept away.
  private var isWithoutLock: Bool { startup.first.message?.hasSuffix(" without a lock") == true }

  private var isAgent: Bool { startup.isAgent }

  private var served: String {
    isAgent
      ? "Everything that can be read here is kept until the log is truncated."
      : "Everything that can be read here will be served."
  }

  /// The verdict, and under it what it means.
  var text: String {
    let first = startup.first
    var (title, body): (String, String)
    switch first.outcome {
    case .starts where !startup.unseen.isEmpty:
      let file = startup.unseen[0]
      title = color(
        .bad, "Prometheus will start, but \(name(file)) cannot be read (\(file.reason)).")
      body = served
    case .starts:
      title = color(.heading, "Prometheus will start.")
      body = served
    case .startsWithLoss:
      title = color(.bad, "Prometheus will start, and lose data.")
      body = loss(first.loss) + " Copy the directory before it is started."
    case .startsThenFails:
      title = color(.bad, "Prometheus will start, and fail soon after.")
      body =
        first.message.map { "It will log: " + logLine($0) }
        ?? "Everything that can be read here will be served until then."
    case .unknown:
      title = color(.bad, unseenTitle)
      body = "What could be read does not tell whether Prometheus starts, and what it loses."
    case .refuses where isGuard && startup.isRunning:
      title = color(.bad, "Another server has the directory.")
      let message = logLine(first.message)
      body =
        isWithoutLock
        ? "\(message): a second one starts all the same, and both write over one another."
        : "It holds the lock. A second one will log: \(message)"
    case .refuses:
      title = color(.bad, "Prometheus will not start.")
      body = "It will log: " + logLine(first.message) + after
    case .outOfMemory:
      let verb = first.shortage?.isCertain == false ? "may" : "will"
      title = color(.bad, "Prometheus \(verb) run out of memory while it starts.")
      body =
        first.shortage.map(need) ?? "Replay needs more than the limit; nothing is lost by that."
    }
    if startup.isRunning, !isGuard {
      title = color(.warn, "A server is running on it. After a restart:") + "\n" + title
    }
    return ([title] + ([body] + remarks).map { "  " + $0 }).joined(separator: "\n") + "\n"
  }

  /// The fatal error in a line; of several that a server joins, the first.
  private func logLine(_ message: String?) -> String {
    let message = message ?? ""
    var parts = message.split(separator: "\n")
    if message.contains(#/^\d+ errors: /#) { parts = message.split(separator: "; ") }
    guard parts.count > 1, let first = parts.first else {
      return DisplayText.shortened(message, to: 160)
    }
    return DisplayText.shortened(String(first), to: 140) + " (and \(parts.count - 1) more)"
  }

  /// What could not be looked at, in a line.
  private var unseenTitle: String {
    let open = startup.unseen.filter { !$0.isSameForAll }
    guard let file = open.first else { return "Cannot say." }
    let verb = file.operation == "list" ? "listed" : "read"
    let more = open.count > 1 ? ", and \(Units.count(open.count - 1)) more" : ""
    return "Cannot say: \(name(file)) cannot be \(verb) (\(file.reason))" + more
  }

  private func name(_ file: UnseenFile) -> String {
    DisplayText.escaped(RelativePath.of(file.path, to: directory))
  }

  private static let mostRemarks = 4

  /// What goes with it: whose the files are, what room there is, what was not seen besides.
  private var remarks: [String] {
    var lines: [String] = []
    switch startup.first.outcome {
    case .unknown, .startsThenFails, .refuses: lines += startup.first.reasons.map(\.text)
    case .startsWithLoss where startup.first.loss.samples > 0:
      lines += startup.first.reasons.prefix(Self.mostRemarks).map { reason in
        DisplayText.shortened(DisplayText.escaped(reason), to: 200)
      }
    default: break
    }
    let waiting = startup.first.waiting
    if waiting.samples > 0 {
      lines.append(
        "\(Units.count(waiting.samples)) samples stay in chunks_head under \(Units.count(waiting.series)) refs that "
          + "the log does not define then: new series get these, and a later start serves the samples as theirs."
      )
    }
    if let access = startup.access {
      let denials = access.denials
      lines += denials.prefix(Self.mostRemarks).map { denial in
        let file = RelativePath.of(denial.entry.path, to: directory)
        let owner = denial.entry.access?.ownerText ?? "?"
        let mode = denial.entry.access?.modeText ?? "?"
        return
          "\(DisplayText.escaped(file)) belongs to \(owner), mode \(mode); \(access.user.name), "
          + "\(access.user.why), may not use it as a server does"
      }
      if denials.count > Self.mostRemarks {
        lines.append("and \(Units.count(denials.count - Self.mostRemarks)) more such files")
      }
    }
    lines += startup.later.prefix(Self.mostRemarks).map { later in
      // The one that the verdict is about is told in its words.
      let log = later.message.flatMap { $0 == startup.first.message ? nil : "; it will log: \($0)" }
      return DisplayText.escaped("and later: " + later.reason.text)
        + DisplayText.shortened(log ?? "", to: 200)
    }
    if let need = startup.retention {
      lines.append(
        "started with \(need.flags.map { "--" + $0 }.joined(separator: " ")), it keeps these blocks"
      )
    }
    if startup.later.count > Self.mostRemarks {
      lines.append("and \(Units.count(startup.later.count - Self.mostRemarks)) more that follow")
    }
    let known = startup.unseen.filter(\.isSameForAll)
    if let file = known.first {
      let more = known.count > 1 ? ", and \(Units.count(known.count - 1)) more" : ""
      lines.append("\(name(file)) was not read: \(file.reason)" + more)
    }
    return lines
  }

  private func need(_ shortage: StartupPrediction.Shortage) -> String {
    "Replay takes about \(Units.bytes(shortage.estimated)), and up to "
      + "\(Units.bytes(shortage.sufficient)) where the garbage collector comes late; the limit is "
      + "\(Units.bytes(shortage.limit)). Nothing is lost by that."
  }

  private func loss(_ loss: StartupPrediction.Loss) -> String {
    var parts: [String] = []
    if loss.samples > 0 {
      parts.append(Units.count(loss.samples) + (loss.samples == 1 ? " sample" : " samples"))
    }
    if loss.series > 0 { parts.append("all of \(Units.count(loss.series)) series") }
    if parts.isEmpty {
      let otherwise = isAgent ? "Some of it is dropped" : "Some of it is not served"
      return (startup.first.reasons.first?.text ?? otherwise) + "."
    }
    return parts.joined(separator: ", ") + " that can be read now will be gone"
      + (isAgent ? "." : " or not served.")
  }

  /// What the start after a refusal does, if it is not the same again.
  private var after: String {
    guard startup.first.outcome == .refuses, let second = startup.second else { return "" }
    return "; the start after that succeeds: " + loss(second.loss)
      + " Copy the directory before it is started."
  }
}
