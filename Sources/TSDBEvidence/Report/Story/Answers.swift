internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBReport
internal import TSDBStore
internal import Wording

/// The questions of a postmortem. Docs/evidence.md lists them.
extension Story {
  var answers: [Fact] {
    guard diagnosis.series > 0 || !evidence.findings.isEmpty else { return [] }
    var facts = [Fact(name: "What changed?", text: whatChanged)]
    if let found = explosion {
      facts += [
        Fact(name: "When did it start?", text: whenItStarted(found)),
        Fact(name: "How fast?", text: howFast(found)),
        Fact(name: "Which service?", text: whichService(found)),
      ]
    }
    if let starts = crashLoopSentence {
      facts.append(Fact(name: "Did the server come up again?", text: "No: " + starts))
    }
    if let damage = whatIsDamaged { facts.append(Fact(name: "What is damaged?", text: damage)) }
    facts += [
      Fact(name: "How much data was lost?", text: whatWasLost),
      Fact(name: "Could the head have been saved?", text: whetherItCouldBeSaved),
    ]
    if explosion != nil { facts.append(Fact(name: "What prevents it?", text: whatPreventsIt)) }
    return facts
  }

  /// The worst finding; nil where nothing is lost by any.
  private var whatIsDamaged: Prose? {
    let lossy = allFindings.filter { $0.severity >= .loss }
    guard let worst = lossy.max(by: { $0.severity < $1.severity }) else { return nil }
    var text: Prose = "\(value: relative(worst.path))"
    if let offset = worst.offset { text.append(" at byte \(Units.count(offset))") }
    text.append(": \(said: worst.message.text)")
    let meaning = worst.rule.meaning
    text.append(" (\(meaning.prefix(1).lowercased() + meaning.dropFirst().trimmingDot))")
    if lossy.count > 1 { text.append("; and \(number(lossy.count - 1, "other place"))") }
    return text + "."
  }

  private var whatChanged: Prose {
    guard let found = explosion else {
      guard diagnosis.series > 0 else { return "There are no series that could tell." }
      return "No metric exploded: \(number(diagnosis.series, "series", "series")) in all, of which "
        + "\(Units.count(evidence.churn.born - evidence.churn.notLaterThan)) were born while the data "
        + "was recorded."
    }
    var text: Prose
    if isNames(found) {
      text = "Metric names themselves multiplied, such as \(value: found.metric)."
    } else if found.isNewLabel {
      text =
        "The label \(value: found.label) appeared on \(value: found.metric); no series had it "
        + "before."
    } else {
      text = "The values of \(value: found.label) on \(value: found.metric) multiplied."
    }
    if let deploy = evidence.churn.deploys.last(where: { $0.time <= found.onset })
      ?? evidence.churn.deploys.first
    {
      let release: Prose = "\(labels: [deploy.label])"
      text.append(
        " \(release) was first seen at \(time: deploy.time) on \(labels: deploy.target): a candidate "
          + "for the cause.")
    }
    for event in reportedBefore {
      text.append(" Reported for \(time: event.time): \(said: event.text).")
    }
    return text
  }

  /// What people know of that came shortly before the onset.
  private var reportedBefore: [Evidence.Event] {
    guard let onset = explosion?.onset else { return [] }
    return evidence.events.filter { event in
      (0...3_600_000).contains(Timestamp(onset) - Timestamp(event.time))
    }
  }

  private func whenItStarted(_ found: Explosion) -> Prose {
    if found.isOngoingAtStart {
      return "At \(time: found.onset) or earlier: the data begins in the middle of it."
    }
    return "With the scrape at \(time: found.onset): the first sample of the first of these series."
  }

  private func howFast(_ found: Explosion) -> Prose {
    let length = TimeText.duration(from: found.onset, to: found.lastBirth)
    let factor = Double(found.series) / Double(max(1, found.seriesBefore))
    var text: Prose =
      "\(strong: Units.perSecond(found.seriesPerSecond)) over \(length): "
      + "\(number(found.series, "series", "series"))"
    text.append(" where this metric had \(Units.count(found.seriesBefore)) before")
    if found.seriesBefore > 0 {
      let times =
        factor < 100 ? Units.decimal(factor, places: 1) : Units.count(Int64(clamping: factor))
      text.append(", \(times) times as many")
    }
    return text + "."
  }

  private func whichService(_ found: Explosion) -> Prose {
    let parts = jobs(found).prefix(3).map { job -> Prose in
      let name: Prose = job.name.isEmpty ? "targets without a job" : "\(value: job.name)"
      return name + " (\(number(job.targets, "target")), \(number(job.series, "series", "series")))"
    }
    return Prose.joined(Array(parts), by: ", ") + "."
  }

  private var whatWasLost: Prose {
    var parts: [Prose] = []
    if isStartable, startup.outcome == .unknown {
      parts.append(
        "What the next start loses cannot be said, because something could not be looked at.")
    } else if isStartable {
      parts.append(
        startup.loss.samples == 0 && startup.outcome != .startsWithLoss
          ? "The next start loses nothing of what can be read here."
          : "The next start loses \(loss(startup.loss)).")
    }
    if diagnosis.head.lostBytes > 0 {
      parts.append(
        "\(Units.bytes(diagnosis.head.lostBytes)) of the log are damaged and cannot be read by anyone."
      )
    }
    for finding in damagedInBlocks.prefix(3) {
      parts.append(
        "Damage in \(value: relative(finding.path)) takes with it: \(said: finding.lost?.text ?? "")."
      )
    }
    if !range.isEmpty {
      parts.append(
        "The last sample here is of \(time: range.maxTime); what was scraped after it is not on disk."
      )
    }
    if let written = evidence.remoteWrittenUntil, !range.isEmpty {
      parts.append(
        written >= range.maxTime
          ? "Remote write had got all of it, up to \(time: written)."
          : "Remote write got as far as \(time: written): long-term storage lacks "
            + "\(TimeText.duration(from: written, to: range.maxTime)), which are here.")
    }
    return Prose.joined(parts, by: " ")
  }

  /// Findings in blocks that say what is lost with them: there is no other copy of it.
  private var damagedInBlocks: [Finding] {
    let folders = diagnosis.directory.blocks.map { $0.name + "/" }
    return allFindings.filter { finding in
      guard finding.severity >= .loss, finding.lost != nil else { return false }
      let path = relative(finding.path)
      return folders.contains { path.hasPrefix($0) }
    }
  }

  private var whetherItCouldBeSaved: Prose {
    let head = diagnosis.head
    if let repair = evidence.repair, let sentence = repairSentence {
      let isWhole = diagnosis.head.lostBytes == 0 && damagedInBlocks.isEmpty
      let answer: Prose =
        repair.lostByRepair == 0
        ? isWhole ? "Yes, all of it. " : "Yes, all but what is damaged itself. "
        : repair.lostByRepair < repair.readable / 2 ? "Most of it. " : "Some of it. "
      return answer + sentence + " A server alone loses \(number(repair.lostByServer, "sample"))."
    }
    if let problem = evidence.repairProblem {
      return "That is not known: no repair could be planned, as \(said: problem)."
    }
    guard head.series > 0 else { return "There is no head: the blocks hold all samples." }
    let memory = Units.bytes(diagnosis.memory.estimatedBytes)
    var text: Prose =
      "Yes: it can be read as it is, \(number(head.series, "series", "series")) with "
      + "\(number(head.samples, "sample"))"
    text.append(", given about \(strong: memory) of memory to replay it")
    if diagnosis.memory.explosionBytes > 0 {
      text.append(", \(Units.bytes(diagnosis.memory.explosionBytes)) of that for what exploded")
    }
    return text + "."
  }

  private var whatPreventsIt: Prose {
    guard let proposals = diagnosis.proposals else {
      return explosion == nil
        ? "There is nothing to prevent." : "No rule was found that would have."
    }
    var parts: [Prose] = []
    if let limit = proposals.sampleLimit {
      parts.append(
        "\(code: "sample_limit: \(limit.limit)") would have refused the scrape at \(time: limit.exceededAt)."
      )
    }
    if let first = proposals.relabellings.first, let found = explosion {
      parts.append(
        first.kind == .drop
          ? "A relabelling rule that drops these series"
            + " would have kept the head at \(headAfter(first))."
          : "A relabelling rule that drops the label \(value: found.label)"
            + " would have kept the head at \(headAfter(first)).")
    }
    let alerts = proposals.alerts
    let fires = [alerts?.size.firesAt, alerts?.growth.firesAt].compactMap { $0 }
    if let first = fires.min() {
      parts.append("The alerts below would have fired at \(time: first).")
    }
    parts.append("All of it is below, ready to be copied.")
    return Prose.joined(parts, by: " ")
  }

  private func headAfter(_ proposal: Proposals.Relabelling) -> String {
    number(proposal.result.whatIf.after.headSeries, "series", "series")
  }
}

extension StringProtocol {
  /// Without the dot at the end.
  fileprivate var trimmingDot: String { hasSuffix(".") ? String(dropLast()) : String(self) }
}
