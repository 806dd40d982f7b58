public import TSDBFormat
internal import TSDBStore

/// What a target exposed: saved scrapes of `/metrics`, in the text format or OpenMetrics. Of each
/// sample only its labels are kept.
public struct Exposition: Sendable {
  /// The largest file that is read, in bytes.
  public static let mostBytes = 1 << 30

  /// One scrape: the labels of each sample by name, the metric under `__name__`.
  public private(set) var scrapes: [[[Label]]] = []

  /// True where there is no sample in it.
  public var isEmpty: Bool { scrapes.allSatisfy(\.isEmpty) }

  /// Reads the file at `path`, which may be a pipe, or `-` for standard input: one scrape, or several, each ended by `# EOF` as in OpenMetrics. Throws
  /// `FileError` or `ConfigurationError`.
  public init(path: String) throws {
    guard let bytes = try InputFile.bytes(path, limit: Self.mostBytes) else {
      throw ConfigurationError(
        file: path, line: 1, column: 1,
        problem: "the file is larger than \(Self.mostBytes >> 20) MiB")
    }
    try self.init(bytes, file: path)
  }

  /// Reads `text`, whose name in errors is `file`.
  public init(_ text: [UInt8], file: String) throws(ConfigurationError) {
    var scrape: [[Label]] = []
    var isOpen = false
    var line = 0
    for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      var reader = ExpositionLine(bytes)
      if reader.isEndOfScrape {
        scrapes.append(scrape)
        scrape = []
        isOpen = false
        continue
      }
      do {
        if let labels = try reader.labels() {
          scrape.append(labels)
          isOpen = true
        }
      } catch {
        throw ConfigurationError(
          file: file, line: line, column: error.column, problem: error.problem)
      }
    }
    if isOpen || scrapes.isEmpty { scrapes.append(scrape) }
  }
}

/// One line of an exposition (Prometheus: model/textparse, promparse.go and openmetricsparse.go).
struct ExpositionLine {
  /// Why a line cannot be read.
  struct Failure: Error, Equatable {
    /// The character, counted from 1.
    let column: Int
    let problem: String
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ line: ArraySlice<UInt8>) {
    bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    position = line.startIndex
  }

  /// True for `# EOF`.
  var isEndOfScrape: Bool { bytes.elementsEqual("# EOF".utf8) }

  /// The labels of the sample in this line, by name; nil for comments and empty lines.
  mutating func labels() throws(Failure) -> [Label]? {
    skipBlanks()
    guard let first = next, first != UInt8(ascii: "#") else { return nil }
    var labels: [Label] = []
    if first != UInt8(ascii: "{") {
      labels.append(
        Label(name: Self.metricName, value: try word("a metric name", allowsColon: true)))
      skipBlanks()
    }
    if next == UInt8(ascii: "{") { try braces(&labels) }
    guard labels.contains(where: { $0.name == Self.metricName }) else {
      throw failure("expected a metric name")
    }
    try value()
    labels.removeAll { $0.value.isEmpty }
    labels.sort { $0.name.lexicographicallyPrecedes($1.name) }
    for (label, following) in zip(labels, labels.dropFirst()) where label.name == following.name {
      throw failure("the label \(String(decoding: label.name, as: UTF8.self)) is given twice")
    }
    return labels
  }

  private static let metricName = Array("__name__".utf8)

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func failure(_ problem: String) -> Failure {
    Failure(column: position - bytes.startIndex + 1, problem: problem)
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
  }

  /// `{a="b", "c.d"="e"}`, or with the metric name first: `{"my.metric", a="b"}`.
  private mutating func braces(_ labels: inout [Label]) throws(Failure) {
    position += 1
    while true {
      skipBlanks()
      if next == UInt8(ascii: "}") {
        position += 1
        return
      }
      let isQuoted = next == UInt8(ascii: "\"")
      let name = isQuoted ? try quoted() : try word("a label name", allowsColon: false)
      skipBlanks()
      if isQuoted, next != UInt8(ascii: "=") {
        labels.append(Label(name: Self.metricName, value: name))
      } else {
        guard next == UInt8(ascii: "=") else { throw failure("expected = behind a label name") }
        position += 1
        skipBlanks()
        guard next == UInt8(ascii: "\"") else { throw failure("expected a value in quotes") }
        labels.append(Label(name: name, value: try quoted()))
      }
      skipBlanks()
      if next == UInt8(ascii: ",") {
        position += 1
      } else if next != UInt8(ascii: "}") {
        throw failure("expected , or } behind a label")
      }
    }
  }

  private mutating func word(
    _ what: String, allowsColon: Bool
  ) throws(Failure) -> [UInt8] {
    let start = position
    while let byte = next {
      let isFirst = position == start
      guard
        NameValidation.isLetter(byte) || !isFirst && NameValidation.isDigit(byte)
          || allowsColon && byte == UInt8(ascii: ":")
      else { break }
      position += 1
    }
    guard position > start else { throw failure("expected \(what)") }
    return Array(bytes[start..<position])
  }

  private mutating func quoted() throws(Failure) -> [UInt8] {
    var text: [UInt8] = []
    position += 1
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let escaped = next else { break }
        position += 1
        switch escaped {
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(escaped)
        default: text += [byte, escaped]
        }
      default: text.append(byte)
      }
    }
    throw failure("the quotation mark is not closed")
  }

  /// The value; a timestamp and an exemplar may follow.
  private mutating func value() throws(Failure) {
    skipBlanks()
    let start = position
    while let byte = next, byte != 0x20, byte != 0x09 { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Self.isNumber(text) else {
      position = start
      throw failure("expected a number, found \"\(text.prefix(40))\"")
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    let plain = text.lowercased().drop { $0 == "+" || $0 == "-" }
    return ["nan", "inf", "infinity"].contains(plain) || Double(text) != nil
  }
}
