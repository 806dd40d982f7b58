package import TSDBFormat

/// Words of a report. What is ours and what comes from disk are different pieces, so that a writer can
/// set apart what may hold anything.
package struct Prose: Equatable, Sendable {
  /// A stretch of one kind.
  package enum Piece: Equatable, Sendable {
    /// Our words.
    case words(String)
    /// Our words, with emphasis.
    case strong(String)
    /// A command, a flag, a file: set in type of one width.
    case code(String)
    /// What was on disk, made harmless and short.
    case value(String)
    /// A sentence with what was on disk, or what somebody said.
    case said(String)
    /// Milliseconds since 1970.
    case time(Int64)
  }

  /// In the order of reading.
  package private(set) var pieces: [Piece]

  package init(_ pieces: [Piece] = []) { self.pieces = pieces }

  /// Puts `other` behind these words.
  package mutating func append(_ other: Prose) { pieces += other.pieces }

  /// `parts` with `separator` between them.
  package static func joined(_ parts: [Prose], by separator: String) -> Prose {
    var result = Prose()
    for (number, part) in parts.enumerated() {
      if number > 0 { result.pieces.append(.words(separator)) }
      result.append(part)
    }
    return result
  }

  /// The same with a capital letter, where our words come first.
  package var capitalized: Prose {
    guard case .words(let words) = pieces.first, let first = words.first else { return self }
    return Prose([.words(first.uppercased() + words.dropFirst())] + pieces.dropFirst())
  }

  /// The words without any marks: for an axis, a title, a test.
  package var plain: String {
    pieces.map { piece in
      switch piece {
      case .words(let text), .strong(let text), .code(let text), .value(let text), .said(let text):
        text
      case .time(let time): TimeText.seconds(time)
      }
    }.joined()
  }
}

extension Prose: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { pieces.append(.words(literal)) }
    }

    /// Our words, a number with its unit.
    package mutating func appendInterpolation(_ words: String) { appendLiteral(words) }

    package mutating func appendInterpolation(_ prose: Prose) { pieces += prose.pieces }

    package mutating func appendInterpolation(strong words: String) {
      pieces.append(.strong(words))
    }

    package mutating func appendInterpolation(code words: String) { pieces.append(.code(words)) }

    /// Bytes from disk.
    package mutating func appendInterpolation(value bytes: [UInt8]) {
      pieces.append(.value(ForeignText.short(bytes)))
    }

    /// Text that may have come from disk, a path or a message.
    package mutating func appendInterpolation(value text: String) {
      pieces.append(.value(ForeignText.short(Array(text.utf8))))
    }

    /// What a server logs, which may quote such text.
    package mutating func appendInterpolation(log text: String) {
      pieces.append(.value(ForeignText.short(Array(text.utf8), to: 400)))
    }

    /// A sentence that holds such text.
    package mutating func appendInterpolation(said text: String) {
      pieces.append(.said(ForeignText.short(Array(text.utf8), to: 400)))
    }

    package mutating func appendInterpolation(time: Int64) { pieces.append(.time(time)) }

    /// `name="value"`, the labels of a target.
    package mutating func appendInterpolation(labels: [Label]) {
      for (number, label) in labels.enumerated() {
        if number > 0 { pieces.append(.words(" ")) }
        let name = ForeignText.short(label.name)
        pieces.append(.value("\(name)=\"\(ForeignText.short(label.value))\""))
      }
    }
  }

  package init(stringLiteral words: String) { self.init(words.isEmpty ? [] : [.words(words)]) }

  package init(stringInterpolation: StringInterpolation) { self.init(stringInterpolation.pieces) }
}

/// Text from disk as a report shows it.
package enum ForeignText {
  /// The most characters that are shown of a value; both its ends tell something.
  package static let most = 120
  /// How many of them come from the end.
  private static let tail = 32

  /// `bytes` with what is invisible, reorders its neighbours or is not UTF-8 escaped, shortened in the
  /// middle with the length said.
  ///
  /// Unicode scalars are counted: a thousand marks on one letter are one character.
  package static func short(_ bytes: [UInt8], to most: Int = ForeignText.most) -> String {
    let text = DisplayText.escaped(bytes)
    let cut = cut(text, to: most)
    return cut == text ? text : "\(cut) (\(Units.count(bytes.count)) bytes)"
  }

  /// `text` in at most `most` scalars, its middle replaced by `…`.
  package static func cut(_ text: String, to most: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > most else { return text }
    let end = min(tail, most / 3)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars.prefix(most - end - 1))
    result.append("…")
    result.append(contentsOf: scalars.suffix(end))
    return String(result)
  }
}
