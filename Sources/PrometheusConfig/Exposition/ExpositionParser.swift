internal import TSDBFormat

/// Reads one scrape as a server of a release does, up to the first thing for which it refuses all of it
/// (Prometheus: model/textparse, promlex.l, promparse.go, openmetricslex.l, openmetricsparse.go;
/// scrape/scrape.go, `append`).
struct ExpositionParser {
  /// Why a scrape is refused.
  struct Failure: Error, Equatable {
    /// The byte at which it is.
    let position: Int
    let problem: String
  }

  private enum Family { case histogram, summary, other }

  let format: Exposition.Format
  let release: ConfigurationRelease
  private(set) var scanner: ByteScanner
  private var family = Family.other
  /// Where the line that is read begins; a metric's name begins there, blanks and all.
  private var start = 0

  init(_ bytes: [UInt8], _ format: Exposition.Format, _ release: ConfigurationRelease) {
    self.format = format
    self.release = release
    scanner = ByteScanner(format == .text ? bytes + [0x0a] : bytes)
  }

  private var isText: Bool { format == .text }

  /// The labels of all samples.
  mutating func samples() throws(Failure) -> [[Label]] {
    // Since 3.0 nothing is nothing, in either format.
    if scanner.isAtEnd, release.since(3, 0) { return [] }
    var samples: [[Label]] = []
    while true {
      start = scanner.position
      if isText { scanner.skipBlanks() }
      switch scanner.next {
      case nil:
        if isText { return samples }
        throw failure("the data do not end with # EOF")
      case 0 where isText: return samples
      case 0x0a where isText: scanner.advance()
      case UInt8(ascii: "#"):
        if try isEnd() { return samples }
      default: samples.append(try sample())
      }
    }
  }

  func failure(_ problem: String) -> Failure {
    Failure(position: scanner.position, problem: problem)
  }

  // MARK: Comments

  /// Reads a line that begins with `#`; true for the end of OpenMetrics.
  private mutating func isEnd() throws(Failure) -> Bool {
    scanner.advance()
    if isText {
      let blanks = scanner.skipBlanks()
      for word in ["HELP", "TYPE"] where blanks > 0 && scanner.take(word) {
        if scanner.skipBlanks() > 0 {
          try metadata(word)
          return false
        }
      }
      scanner.skipLine()
      return false
    }
    guard scanner.take(" ") else { throw failure("expected a blank behind #") }
    if scanner.take("EOF") {
      _ = scanner.take("\n")
      guard scanner.isAtEnd else { throw failure("there is more behind # EOF") }
      return true
    }
    for word in ["HELP", "TYPE", "UNIT"] where scanner.take(word + " ") {
      try metadata(word)
      return false
    }
    throw failure("expected HELP, TYPE, UNIT or EOF behind #")
  }

  private mutating func metadata(_ word: String) throws(Failure) {
    var name = scanner.word(withColons: true)
    if name.isEmpty, release.since(2, 53), scanner.next == UInt8(ascii: "\"") {
      guard let quoted = scanner.quoted(withBreaks: true) else {
        throw failure("the quotation mark is not closed")
      }
      name = quoted
    }
    if name.isEmpty { throw failure("expected a metric name behind \(word)") }
    let begin = scanner.position
    var text = scanner.restOfLine()
    if !isText {
      guard text.first == UInt8(ascii: " "), scanner.take("\n") else {
        throw Failure(position: begin, problem: "expected text behind the name in \(word)")
      }
    }
    text = text.dropFirst()
    switch word {
    case "TYPE": try type(String(decoding: text, as: UTF8.self), at: begin)
    case "UNIT":
      let isSuffix = name.count > text.count && name.suffix(text.count).elementsEqual(text)
      guard
        text.isEmpty
          || isSuffix && name.dropLast(text.count).last == UInt8(ascii: "_")
      else { throw Failure(position: begin, problem: "the unit is no suffix of the metric's name") }
    default:
      if String(validating: text, as: UTF8.self) == nil {
        throw Failure(position: begin, problem: "the help text is not UTF-8")
      }
    }
    if isText { scanner.advance() }
  }

  private mutating func type(_ word: String, at position: Int) throws(Failure) {
    var known = ["counter", "gauge", "histogram", "summary"]
    known += isText ? ["untyped"] : ["gaugehistogram", "info", "stateset", "unknown"]
    guard known.contains(word) else {
      throw Failure(position: position, problem: "\"\(word.prefix(40))\" is no type of a metric")
    }
    family = word == "histogram" ? .histogram : word == "summary" ? .summary : .other
  }

  // MARK: Samples

  private mutating func sample() throws(Failure) -> [Label] {
    let begin = start
    var name: [UInt8]?
    let isNamed = !scanner.word(withColons: true).isEmpty
    if isNamed {
      name = scanner.bytes(from: begin)
    } else if scanner.next != UInt8(ascii: "{") || !release.since(2, 53) {
      throw failure("expected a metric name")
    }
    if isText { scanner.skipBlanks() }
    var labels: [Label] = []
    if scanner.next == UInt8(ascii: "{") {
      var braces = LabelBraces(parser: self, isNamed: isNamed)
      labels = try braces.labels(&scanner)
      if let own = braces.name { name = own }
    }
    guard let name else { throw failure("expected a metric name") }
    try endOfLine(name)
    return try series(name, labels, at: begin)
  }

  private mutating func endOfLine(_ name: [UInt8]) throws(Failure) {
    var line = SampleLine(parser: self, name: name)
    try line.read(&scanner)
  }

  /// What is stored of a sample, where the server takes it.
  private func series(
    _ name: [UInt8], _ labels: [Label], at position: Int
  ) throws(Failure) -> [Label] {
    let metricName = Array("__name__".utf8)
    var series = [Label(name: metricName, value: name)]
    for label in labels where !label.value.isEmpty {
      series.append(Label(name: label.name, value: normalized(label)))
    }
    if name.isEmpty { throw Failure(position: position, problem: "the metric has no name") }
    let names: NameValidation = release.since(3, 0) ? .utf8 : .legacy
    guard names.allows(metric: name), series.dropFirst().allSatisfy({ names.allows($0.name) })
    else {
      throw Failure(position: position, problem: "a name that the server does not take")
    }
    series.sort { $0.name.lexicographicallyPrecedes($1.name) }
    for (label, next) in zip(series, series.dropFirst()) where label.name == next.name {
      throw Failure(
        position: position,
        problem: "the label \(String(decoding: label.name, as: UTF8.self)) is given twice")
    }
    return series
  }

  /// The value of a label; since 3.0 `le` and `quantile` are written as OpenMetrics has numbers.
  private func normalized(_ label: Label) -> [UInt8] {
    guard release.since(3, 0) else { return label.value }
    let isNumber =
      family == .histogram && label.name.elementsEqual("le".utf8)
      || family == .summary && label.name.elementsEqual("quantile".utf8)
    guard isNumber, let number = GoNumber.parsed(label.value, allowsAllForms: true) else {
      return label.value
    }
    return Array(GoNumber.openMetrics(number).utf8)
  }
}

/// The rest of a line behind the name and labels of a sample: value, time, exemplar.
private struct SampleLine {
  let parser: ExpositionParser
  let name: [UInt8]

  private func failure(_ scanner: ByteScanner, _ problem: String) -> ExpositionParser.Failure {
    ExpositionParser.Failure(position: scanner.position, problem: problem)
  }

  mutating func read(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    if parser.format == .text {
      try text(&scanner)
    } else {
      try openMetrics(&scanner)
    }
  }

  private func text(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    scanner.skipBlanks()
    let begin = scanner
    let value = scanner.take { $0 != UInt8(ascii: "{") && $0 != 0x20 && $0 != 0x09 && $0 != 0x0a }
    try number(value, at: begin)
    scanner.skipBlanks()
    let time = scanner.take { NameValidation.isDigit($0) }
    if !time.isEmpty {
      guard Int64(String(decoding: time, as: UTF8.self)) != nil else {
        throw failure(scanner, "the time is too large")
      }
      scanner.skipBlanks()
    }
    guard scanner.take("\n") else { throw failure(scanner, "expected the end of the line") }
  }

  private func openMetrics(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    try number(try spaced(&scanner, "a value"), at: scanner)
    if scanner.starts(with: " # {") { return try exemplar(&scanner) }
    if scanner.take("\n") { return }
    try time(&scanner)
    if scanner.starts(with: " # {") { return try exemplar(&scanner) }
    guard scanner.take("\n") else { throw failure(scanner, "expected the end of the line") }
  }

  /// What stands behind one blank, up to the next.
  private func spaced(
    _ scanner: inout ByteScanner, _ what: String
  ) throws(ExpositionParser.Failure) -> [UInt8] {
    let begin = scanner
    guard scanner.take(" ") else { throw failure(begin, "expected a blank and \(what)") }
    let text = scanner.take { $0 != 0x20 && $0 != 0x0a }
    if text.isEmpty { throw failure(begin, "expected \(what)") }
    return text
  }

  private func number(
    _ text: [UInt8], at place: ByteScanner
  ) throws(ExpositionParser.Failure) {
    guard GoNumber.parsed(text, allowsAllForms: false) != nil else {
      let shown = String(decoding: text.prefix(40), as: UTF8.self)
      throw failure(place, "expected a number, found \"\(shown)\"")
    }
  }

  private func time(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    let begin = scanner
    let text = try spaced(&scanner, "a time")
    guard let time = GoNumber.parsed(text, allowsAllForms: false), time.isFinite else {
      throw failure(begin, "expected a time in seconds")
    }
  }

  private func exemplar(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    if !parser.release.since(2, 53), !name.suffix(6).elementsEqual("_total".utf8),
      !name.suffix(7).elementsEqual("_bucket".utf8)
    {
      throw failure(scanner, "only counters and buckets have exemplars")
    }
    _ = scanner.take(" # ")
    var braces = LabelBraces(parser: parser, isExemplar: true)
    _ = try braces.labels(&scanner)
    try number(try spaced(&scanner, "a value"), at: scanner)
    if scanner.take("\n") { return }
    try time(&scanner)
    guard scanner.take("\n") else { throw failure(scanner, "expected the end of the line") }
  }
}
