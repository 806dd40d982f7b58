internal import TSDBFormat

/// The labels between braces: `{a="b", "c.d"="e"}`, or with the metric's name first: `{"my.metric", a="b"}`
/// (Prometheus: model/textparse, `parseLVals`).
struct LabelBraces {
  private let isText: Bool
  private let release: ConfigurationRelease
  private let isExemplar: Bool
  /// True where the name stood before the braces.
  private let isNamed: Bool
  /// The metric's name, where it stands in the braces.
  private(set) var name: [UInt8]?

  init(parser: ExpositionParser, isNamed: Bool = false, isExemplar: Bool = false) {
    isText = parser.format == .text
    release = parser.release
    self.isNamed = isNamed
    self.isExemplar = isExemplar
  }

  private func failure(_ scanner: ByteScanner, _ problem: String) -> ExpositionParser.Failure {
    ExpositionParser.Failure(position: scanner.position, problem: problem)
  }

  mutating func labels(
    _ scanner: inout ByteScanner
  ) throws(ExpositionParser.Failure) -> [Label] {
    var labels: [Label] = []
    scanner.advance()
    while true {
      skip(&scanner)
      if scanner.take("}") { return labels }
      let (label, isQuoted) = try labelName(&scanner)
      skip(&scanner)
      if scanner.next == UInt8(ascii: ",") || scanner.next == UInt8(ascii: "}") {
        guard isQuoted, !isExemplar, !isNamed, name == nil else {
          throw failure(scanner, "expected = behind a label name")
        }
        name = label
        _ = scanner.take(",")
        continue
      }
      guard scanner.take("=") else { throw failure(scanner, "expected = behind a label name") }
      skip(&scanner)
      let begin = scanner
      guard let value = scanner.quoted(withBreaks: isText) else {
        throw failure(begin, "expected a value in quotation marks")
      }
      guard String(validating: scanner.bytes(from: begin.position), as: UTF8.self) != nil else {
        throw failure(begin, "the value is not UTF-8")
      }
      labels.append(Label(name: label, value: value))
      try separator(&scanner)
    }
  }

  /// In the text format blanks may stand anywhere, and commas may be missing.
  private func skip(_ scanner: inout ByteScanner) {
    if isText { scanner.skipBlanks() }
  }

  private func separator(_ scanner: inout ByteScanner) throws(ExpositionParser.Failure) {
    skip(&scanner)
    let hasComma = scanner.take(",")
    if isText { return }
    guard hasComma || scanner.next == UInt8(ascii: "}") else {
      throw failure(scanner, "expected , or } behind a label")
    }
    if hasComma, scanner.next == UInt8(ascii: "}"), !release.since(2, 53) {
      throw failure(scanner, "expected a label behind ,")
    }
  }

  private func labelName(
    _ scanner: inout ByteScanner
  ) throws(ExpositionParser.Failure) -> (name: [UInt8], isQuoted: Bool) {
    let word = scanner.word(withColons: false)
    if !word.isEmpty { return (word, false) }
    let mayQuote = isExemplar ? release.since(3, 0) : release.since(2, 53)
    guard mayQuote, let quoted = scanner.quoted(withBreaks: !isExemplar) else {
      throw failure(scanner, "expected a label name")
    }
    return (quoted, true)
  }
}
