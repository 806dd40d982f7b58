internal import TSDBFormat
internal import TSDBStore

/// PromQL selectors that together select exactly the series of a cause: job by job, by the values that only
/// its series have.
struct GrowthSelectors {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID
  typealias SeriesID = SeriesTable.SeriesID

  private enum Limit {
    /// Bytes of one list of values in a selector, as a command line takes it well.
    static let bytes = 8192
    /// Bytes of one word of a command line (Linux: MAX_ARG_STRLEN), about.
    static let argument = 100_000
    /// Bytes of all lists of a cause together.
    static let allBytes = 4 << 20
    /// A template longer than this is no shorter than a list.
    static let template = 600
    /// Series that are selected by all of their labels.
    static let single = 50
  }

  private let growth: GrowthHistory
  private let jobName: NameID?
  private var history: SeriesHistory { growth.history }

  init(_ growth: GrowthHistory) {
    self.growth = growth
    jobName = growth.history.pairs.nameID(of: Array("job".utf8))
  }

  /// The selectors; none where there are no such.
  func selectors(_ draft: GrowthDraft) -> [String] {
    var isMember = [Bool](repeating: false, count: history.series.count)
    for series in draft.members { isMember[Int(series)] = true }
    if let jobName, draft.label == jobName { return selectors(ofJobs: jobName, isMember) ?? [] }
    var labels: [NameID] = [draft.label].compactMap { $0 } + draft.alsoLabels
    for label in draft.values.keys.sorted() where !labels.contains(label) { labels.append(label) }
    for name in ["instance", "pod", "uid", "id", "__name__"] {
      if let label = history.pairs.nameID(of: Array(name.utf8)), !labels.contains(label) {
        labels.append(label)
      }
    }
    var all: [String] = []
    var bytes = 0
    for job in growth.jobs where job.births > 0 {
      guard let found = selectors(of: job, isMember, labels) else { return [] }
      all += found
      bytes += found.reduce(0) { $0 + $1.utf8.count }
      guard bytes <= Limit.allBytes else { return [] }
    }
    return all
  }

  /// The selectors where the names of jobs are the new values: of whole jobs, by their names.
  private func selectors(ofJobs label: NameID, _ isMember: [Bool]) -> [String]? {
    var split: (own: [PairID], others: [PairID]) = ([], [])
    for job in growth.jobs {
      guard let pair = job.pair else { continue }
      let members = job.series.count { isMember[Int(growth.byJob[$0])] }
      guard members == 0 || members == job.series.count else { return nil }
      if members > 0 { split.own.append(pair) } else { split.others.append(pair) }
    }
    return matchers(of: label, split)?.map { "{\($0)}" }
  }

  /// The selectors of the members in one job; nil where there are no such.
  private func selectors(
    of job: GrowthHistory.Job, _ isMember: [Bool], _ labels: [NameID]
  ) -> [String]? {
    var rest: [SeriesID] = []
    for place in job.series where isMember[Int(growth.byJob[place])] {
      rest.append(growth.byJob[place])
    }
    guard !rest.isEmpty else { return [] }
    guard
      let jobMatcher = matcher(
        "job", "=", job.pair.map { history.pairs.label(ofPair: $0).value } ?? [])
    else { return nil }
    if rest.count == job.series.count { return ["{\(jobMatcher)}"] }
    var selectors: [String] = []
    for label in labels {
      guard !rest.isEmpty else { break }
      let split = split(job, label, isMember)
      guard !split.own.isEmpty else { continue }
      let own = Set(split.own)
      let left = rest.filter { series in
        guard let pair = history.pair(of: series, named: label) else { return true }
        return !own.contains(pair)
      }
      guard left.count < rest.count, let found = matchers(of: label, split) else { continue }
      rest = left
      selectors += found.map { "{\(jobMatcher),\($0)}" }
    }
    guard rest.count <= Limit.single else { return nil }
    for series in rest {
      guard let selector = selector(of: series) else { return nil }
      selectors.append(selector)
    }
    return selectors
  }

  /// A short regular expression for the values of the label that only members have in their jobs; with
  /// `ofAll` only where each member has one of them.
  func pattern(_ draft: GrowthDraft, of label: NameID, ofAll: Bool = false) -> String? {
    var isMember = [Bool](repeating: false, count: history.series.count)
    for series in draft.members { isMember[Int(series)] = true }
    var own = Set<PairID>()
    var others = Set<PairID>()
    for job in growth.jobs where job.births > 0 || label == jobName {
      let split = split(job, label, isMember)
      // Of the jobs' own names, those of the other jobs are what must not be told for them.
      guard !split.own.isEmpty || label == jobName else { continue }
      own.formUnion(split.own)
      others.formUnion(split.others)
    }
    own.subtract(others)
    guard !own.isEmpty else { return nil }
    if ofAll {
      var finder = LabelFinder(label)
      for series in draft.members {
        guard let pair = finder.pair(of: series, in: history), own.contains(pair) else {
          return nil
        }
      }
    }
    guard !others.isEmpty else { return ".+" }
    if let found = template((own.sorted(), others.sorted())), found.utf8.count <= Limit.template {
      return found
    }
    // What is longer than all that was there before, as a statement is.
    let longest = others.map { history.pairs.valueLength(ofPair: $0) }.max() ?? 0
    let shortest = own.map { history.pairs.valueLength(ofPair: $0) }.min() ?? 0
    return shortest > 2 * longest && longest < 500 ? "(?s:.{\(longest * 2),})" : nil
  }

  /// The values of a label in a job: those that only members have, and the others.
  private func split(
    _ job: GrowthHistory.Job, _ label: NameID, _ isMember: [Bool]
  ) -> (own: [PairID], others: [PairID]) {
    // By pair: 1 where a member has it, 2 where another has it.
    var found: [PairID: UInt8] = [:]
    var last: (pair: PairID, mark: UInt8)?
    var finder = LabelFinder(label)
    for place in job.series {
      let series = growth.byJob[place]
      guard let pair = finder.pair(of: series, in: history) else { continue }
      let mark: UInt8 = isMember[Int(series)] ? 1 : 2
      if let last, last.pair == pair, last.mark == mark { continue }
      found[pair, default: 0] |= mark
      last = (pair, mark)
    }
    return (
      found.filter { $0.value == 1 }.keys.sorted(), found.filter { $0.value != 1 }.keys.sorted()
    )
  }

  /// What selects the values that only members have, and no other; nil where that cannot be written.
  private func matchers(
    of label: NameID, _ split: (own: [PairID], others: [PairID])
  ) -> [String]? {
    let name = [UInt8](history.pairs.name(label))
    if split.others.isEmpty { return matcher(name, "!=", []).map { [$0] } }
    func text(_ pair: PairID) -> String? {
      String(validating: [UInt8](history.pairs.value(ofPair: pair)), as: UTF8.self)
    }
    func size(_ pairs: [PairID]) -> Int {
      pairs.reduce(0) { $0 + history.pairs.valueLength(ofPair: $1) + 1 }
    }
    if split.own.count > 3, let found = template(split), found.utf8.count <= Limit.template {
      return matcher(name, "=~", Array(found.utf8)).map { [$0] }
    }
    let (own, others) = (size(split.own), size(split.others))
    if own > Limit.bytes, others < own, others <= Limit.argument {
      let known = split.others.compactMap(text)
      guard known.count == split.others.count, let some = matcher(name, "!=", []),
        let not = matcher(
          name, "!~", Array(known.map(RegexText.quoted).joined(separator: "|").utf8))
      else { return nil }
      return ["\(some),\(not)"]
    }
    let values = split.own.compactMap(text)
    guard values.count == split.own.count, own <= Limit.allBytes else { return nil }
    return lists(values).compactMap { list in
      list.count == 1
        ? matcher(name, "=", Array(list[0].utf8))
        : matcher(
          name, "=~", Array(list.map(RegexText.quoted).joined(separator: "|").utf8))
    }
  }

  private func lists(_ values: [String]) -> [[String]] {
    var lists: [[String]] = []
    var size = Limit.bytes
    for value in values {
      if size + value.utf8.count > Limit.bytes {
        lists.append([])
        size = 0
      }
      lists[lists.count - 1].append(value)
      size += value.utf8.count + 1
    }
    return lists
  }

  /// A template of the own values that no other value fits.
  private func template(_ split: (own: [PairID], others: [PairID])) -> String? {
    let values = split.own.map { [UInt8](history.pairs.value(ofPair: $0)) }
    guard let template = ValueTemplate.common(values),
      let regex = try? RegularExpression(Array(template.regex.utf8))
    else { return nil }
    for value in values where !regex.matches(value) { return nil }
    for pair in split.others where regex.matches([UInt8](history.pairs.value(ofPair: pair))) {
      return nil
    }
    return template.regex
  }

  /// What selects one series: each of its labels. Others with more labels would be selected as well.
  private func selector(of series: SeriesID) -> String? {
    let own = history.series.pairs(of: series)
    var matchers: [String] = []
    var names: [[UInt8]] = []
    for index in own.indices {
      let label = history.pairs.label(ofPair: own[index])
      guard let matcher = matcher(label.name, "=", label.value) else { return nil }
      matchers.append(matcher)
      names.append(label.name)
    }
    for name in 0..<NameID(history.pairs.nameCount) {
      let bytes = [UInt8](history.pairs.name(name))
      guard !names.contains(bytes) else { continue }
      guard let matcher = matcher(bytes, "=", []) else { return nil }
      matchers.append(matcher)
    }
    return "{\(matchers.joined(separator: ","))}"
  }

  // MARK: Text

  private func matcher(_ name: String, _ sign: String, _ value: [UInt8]) -> String? {
    matcher(Array(name.utf8), sign, value)
  }

  private func matcher(_ name: [UInt8], _ sign: String, _ value: [UInt8]) -> String? {
    guard let name = String(validating: name, as: UTF8.self),
      let value = String(validating: value, as: UTF8.self)
    else { return nil }
    let isPlain =
      name.first?.isNumber == false
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
          || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_")
      }
    return (isPlain ? name : Self.quoted(name)) + sign + Self.quoted(value)
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
