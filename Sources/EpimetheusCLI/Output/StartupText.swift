internal import TSDBDiagnosis

/// The predicted start in two lines: what will happen, and why or what to think of it.
struct StartupText {
  let startup: StartupPrediction
  let color: Color

  /// The verdict, and under it what it means.
  var text: String {
    let first = startup.first
    let (title, body): (String, String)
    switch first.outcome {
    case .starts:
      title = color(.heading, "Prometheus will start.")
      body = "Everything that can be read here will be served."
    case .startsWithLoss:
      title = color(.bad, "Prometheus will start, and lose data.")
      body = loss(first.loss) + " Copy the directory before it is started."
    case .refuses:
      title = color(.bad, "Prometheus will not start.")
      body = "It will log: " + DisplayText.shortened(first.message ?? "", to: 160) + after
    case .outOfMemory:
      title = color(.bad, "Prometheus will run out of memory while it starts.")
      body = "Replay needs more than the limit; nothing is lost by that."
    }
    return "\(title)\n  \(body)\n"
  }

  private func loss(_ loss: StartupPrediction.Loss) -> String {
    var parts: [String] = []
    if loss.samples > 0 { parts.append("\(Units.count(loss.samples)) samples") }
    if loss.series > 0 { parts.append("all of \(Units.count(loss.series)) series") }
    if parts.isEmpty { return (startup.first.reasons.first ?? "Some of it is not served") + "." }
    return parts.joined(separator: ", ") + " that can be read now will be gone or not served."
  }

  /// What the start after a refusal does, if it is not the same again.
  private var after: String {
    guard startup.first.outcome == .refuses, let second = startup.second else { return "" }
    return "; the start after that succeeds: " + loss(second.loss)
      + " Copy the directory before it is started."
  }
}
