internal import PrometheusConfig
internal import TSDBFormat

/// A rule, and what is known of its answers: a rule is asked once for a value, not once for a series.
struct RuleState {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  /// What a rule does to a series with a certain source.
  private enum Answer {
    case nothing
    case drop
    case set(NameID, PairID?)
  }

  /// What a rule does to a label with a certain name.
  private enum NameAnswer {
    case unknown
    case keep
    case remove
    case copy(NameID)
  }

  /// Answers that are kept; series with the same values mostly come one behind the other.
  private static let mostAnswers = 1 << 16
  /// Stands for a label that a series does not have.
  private static let none = PairID.max

  private let rule: RelabelRule
  private let sources: [NameID]
  private let target: NameID?
  private var answers: [[PairID]: Answer] = [:]
  private var nameAnswers: [NameAnswer] = []
  private var key: [PairID] = []
  /// The key that was asked for last, as the buckets of a histogram do one behind the other.
  private var last: (key: [PairID], answer: Answer)?

  init(_ rule: RelabelRule, _ pairs: inout LabelPairTable) {
    self.rule = rule
    sources = rule.sourceLabels.map { pairs.intern(name: $0.rawBytes) }
    target = rule.targetLabel.isEmpty ? nil : pairs.intern(name: rule.targetLabel.rawBytes)
  }

  /// The names of the labels whose values the rule looks at; nil for a rule that sets labels.
  var namesLookedAt: [NameID]? {
    switch rule.action {
    case .keep, .drop, .keepequal, .dropequal: sources + [target].compactMap(\.self)
    case .labeldrop, .labelkeep: []
    case .replace, .hashmod, .labelmap, .lowercase, .uppercase: nil
    }
  }

  /// Applies the rule to a series. False if it drops it.
  mutating func apply(to row: inout PairRow, _ pairs: inout LabelPairTable) -> Bool {
    switch rule.action {
    case .labelmap, .labeldrop, .labelkeep:
      changeNames(of: &row, &pairs)
      return true
    case .keepequal, .dropequal:
      return isEqual(row, pairs) == (rule.action == .keepequal)
    default:
      switch answer(for: row, &pairs) {
      case .nothing: return true
      case .drop: return false
      case .set(let name, let pair):
        row.set(name, to: pair)
        return true
      }
    }
  }

  private func value(of pair: PairID?, _ pairs: LabelPairTable) -> [UInt8] {
    pair.map { [UInt8](pairs.value(ofPair: $0)) } ?? []
  }

  private func isEqual(_ row: PairRow, _ pairs: LabelPairTable) -> Bool {
    var next = 0
    let source = rule.source { _ in
      defer { next += 1 }
      return value(of: row.pair(named: sources[next]), pairs)
    }
    return value(of: target.flatMap { row.pair(named: $0) }, pairs) == source
  }

  private mutating func answer(for row: PairRow, _ pairs: inout LabelPairTable) -> Answer {
    if let last, isKey(last.key, of: row) { return last.answer }
    key.removeAll(keepingCapacity: true)
    for name in sources { key.append(row.pair(named: name) ?? Self.none) }
    let answer = answers[key] ?? newAnswer(&pairs)
    last = (key, answer)
    return answer
  }

  /// True if these are the sources that the series has.
  private func isKey(_ key: [PairID], of row: PairRow) -> Bool {
    for place in sources.indices
    where row.pair(named: sources[place]) ?? Self.none != key[place] { return false }
    return true
  }

  /// Asks the rule for `key`.
  private mutating func newAnswer(_ pairs: inout LabelPairTable) -> Answer {
    let values = key.map { $0 == Self.none ? [] : value(of: $0, pairs) }
    var next = 0
    let source = rule.source { _ in
      defer { next += 1 }
      return values[next]
    }
    let answer: Answer
    switch rule.outcome(for: source) {
    case .nothing: answer = .nothing
    case .drop: answer = .drop
    case .set(let name, let value):
      let name = pairs.intern(name: name.rawBytes)
      answer = .set(name, value.isEmpty ? nil : pairs.intern(name: name, value: value.rawBytes))
    }
    if answers.count >= Self.mostAnswers { answers.removeAll(keepingCapacity: true) }
    answers[key] = answer
    return answer
  }

  private mutating func changeNames(of row: inout PairRow, _ pairs: inout LabelPairTable) {
    var removes = false
    var copies: [(label: PairRow.Entry, name: NameID)] = []
    for place in 0..<row.count {
      let label = row[place]
      switch nameAnswer(for: label.name, &pairs) {
      case .unknown, .keep: break
      case .remove: removes = true
      case .copy(let name): copies.append((label, name))
      }
    }
    if removes {
      let answers = nameAnswers
      row.removeAll { if case .remove = answers[Int($0)] { true } else { false } }
    }
    for (label, name) in copies {
      let value = value(of: label.pair, pairs)
      row.set(name, to: pairs.intern(name: name, value: value.rawBytes))
    }
  }

  private mutating func nameAnswer(
    for name: NameID, _ pairs: inout LabelPairTable
  ) -> NameAnswer {
    if Int(name) < nameAnswers.count {
      let known = nameAnswers[Int(name)]
      if case .unknown = known {} else { return known }
    }
    while nameAnswers.count <= Int(name) { nameAnswers.append(.unknown) }
    switch rule.outcome(forName: [UInt8](pairs.name(name))) {
    case .keep: nameAnswers[Int(name)] = .keep
    case .remove: nameAnswers[Int(name)] = .remove
    case .copy(let copy): nameAnswers[Int(name)] = .copy(pairs.intern(name: copy.rawBytes))
    }
    return nameAnswers[Int(name)]
  }
}
