internal import TSDBFormat

/// One pass over the bytes of a JSON object that checks its syntax, as strictly as Go's encoding/json, and
/// finds its members: those that Prometheus does not know, too, which for the blocks of Thanos and Mimir are
/// half of the truth.
struct JSONMembers {
  /// A key of the outermost object, and the bytes of its value as they are written.
  struct Member: Equatable {
    let key: String
    let value: Range<Int>
  }

  private let bytes: [UInt8]
  private var position = 0
  private let end: Int
  /// Go reads no deeper (encoding/json, `maxNestingDepth`).
  private static let mostDepth = 10_000

  /// The members of the object that is all of `bytes`, in their order.
  static func list(_ bytes: [UInt8]) throws(DecodeError) -> [Member] {
    try list(bytes, in: 0..<bytes.count)
  }

  /// The members of the object that is all of `range`.
  static func list(_ bytes: [UInt8], in range: Range<Int>) throws(DecodeError) -> [Member] {
    var text = JSONMembers(bytes, range)
    return try text.object()
  }

  /// The values of the list that is all of `range`.
  static func items(_ bytes: [UInt8], in range: Range<Int>) throws(DecodeError) -> [Range<Int>] {
    var text = JSONMembers(bytes, range)
    return try text.list()
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  private mutating func list() throws(DecodeError) -> [Range<Int>] {
    var items: [Range<Int>] = []
    try expect("[")
    if next() == UInt8(ascii: "]") {
      position += 1
      return items
    }
    repeat {
      skipSpace()
      let start = position
      try value()
      items.append(start..<position)
    } while try continues(until: "]")
    return items
  }

  private mutating func object() throws(DecodeError) -> [Member] {
    var members: [Member] = []
    try expect("{")
    if next() == UInt8(ascii: "}") {
      position += 1
    } else {
      repeat {
        let key = try string()
        try expect(":")
        skipSpace()
        let start = position
        try value()
        members.append(Member(key: key, value: start..<position))
      } while try continues(until: "}")
    }
    skipSpace()
    guard position == end else {
      throw failure(.trailingBytes(count: end - position))
    }
    return members
  }

  /// Steps over one value of any depth, without recursion: disk decides how deep it is.
  private mutating func value() throws(DecodeError) {
    var closers: [UInt8] = []
    while true {
      var isComplete = true
      switch next() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isObject = next() == UInt8(ascii: "{")
        let closer = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        // The one around all of it counts too.
        guard closers.count + 2 <= Self.mostDepth else {
          throw unexpected("no more than 10,000 levels")
        }
        position += 1
        if next() == closer {
          position += 1
        } else {
          closers.append(closer)
          isComplete = false
          if isObject { try keyAndColon() }
        }
      case UInt8(ascii: "\""): _ = try string()
      default: try word()
      }
      while isComplete {
        guard let closer = closers.last else { return }
        if try continues(until: closer) {
          isComplete = false
          if closer == UInt8(ascii: "}") { try keyAndColon() }
        } else {
          closers.removeLast()
        }
      }
    }
  }

  private mutating func keyAndColon() throws(DecodeError) {
    _ = try string()
    try expect(":")
  }

  /// A comma means that another member follows; `closer` is stepped over.
  private mutating func continues(until closer: Unicode.Scalar) throws(DecodeError) -> Bool {
    try continues(until: UInt8(ascii: closer))
  }

  private mutating func continues(until closer: UInt8) throws(DecodeError) -> Bool {
    guard let byte = next() else { throw cut() }
    guard byte == UInt8(ascii: ",") || byte == closer else {
      throw unexpected("a comma or the end of the list")
    }
    position += 1
    return byte != closer
  }

  private mutating func string() throws(DecodeError) -> String {
    try expect("\"")
    let start = position - 1
    while position < end {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return Self.text(bytes[start..<position]) }
      guard byte >= 0x20 else {
        position -= 1
        throw unexpected("text")
      }
      if byte == UInt8(ascii: "\\") { try escape() }
    }
    throw cut()
  }

  /// What follows on a backslash.
  private mutating func escape() throws(DecodeError) {
    guard position < end else { throw cut() }
    guard Self.escapes[bytes[position]] != nil else { throw unexpected("an escape") }
    let digits = bytes[position] == UInt8(ascii: "u") ? 4 : 0
    position += 1
    for _ in 0..<digits {
      guard position < end else { throw cut() }
      guard Self.hexDigit(bytes[position]) != nil else { throw unexpected("a hexadecimal digit") }
      position += 1
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f,
    UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9, UInt8(ascii: "u"): 0,
  ]

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x37
    case 0x61...0x66: UInt32(byte) - 0x57
    default: nil
    }
  }

  /// The text of a string in its quotation marks, whose syntax was checked. Halves of pairs and what is no UTF-8
  /// become U+FFFD, as in Go.
  static func text(_ quoted: ArraySlice<UInt8>) -> String {
    let inner = quoted.dropFirst().dropLast()
    guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
    var result: [UInt8] = []
    var half: UInt32?
    var rest = inner
    func flush(_ half: inout UInt32?) {
      if half != nil { result += Array("\u{fffd}".utf8) }
      half = nil
    }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
        flush(&half)
        result.append(byte)
        continue
      }
      guard letter == UInt8(ascii: "u") else {
        flush(&half)
        result.append(escapes[letter] ?? letter)
        continue
      }
      let unit = rest.prefix(4).reduce(0 as UInt32) { $0 << 4 | (hexDigit($1) ?? 0) }
      rest = rest.dropFirst(4)
      if let high = half, (0xdc00...0xdfff).contains(unit) {
        let scalar = Unicode.Scalar(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00))
        result += Array(String(scalar ?? "\u{fffd}").utf8)
        half = nil
        continue
      }
      flush(&half)
      if (0xd800...0xdbff).contains(unit) {
        half = unit
      } else {
        result += Array(String(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
      }
    }
    flush(&half)
    return String(decoding: result, as: UTF8.self)
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(DecodeError) {
    let start = position
    while position < end, isWordByte(bytes[position]) { position += 1 }
    let word = bytes[start..<position]
    guard !word.isEmpty else {
      if position == end { throw cut() }
      throw unexpected("a value")
    }
    let isName = ["true", "false", "null"].contains { word.elementsEqual($0.utf8) }
    guard isName || Self.isNumber(word) else {
      position = start
      throw unexpected("a value")
    }
  }

  /// The grammar of JSON: no sign but minus, no zeros in front, digits on both sides of the point.
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == 0x30
    let whole = takeDigits(&rest)
    guard whole == 1 || (whole > 1 && !startsWithZero) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits(&rest) > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard takeDigits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func expect(_ wanted: Unicode.Scalar) throws(DecodeError) {
    guard let byte = next() else { throw cut() }
    guard byte == UInt8(ascii: wanted) else { throw unexpected("'\(wanted)'") }
    position += 1
  }

  /// The next byte that is not white space.
  private mutating func next() -> UInt8? {
    skipSpace()
    return position < end ? bytes[position] : nil
  }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  private func failure(_ problem: DecodeError.Problem) -> DecodeError {
    DecodeError(section: .meta, offset: position, problem: problem)
  }

  private func cut() -> DecodeError { failure(.truncated(needed: 1, available: 0)) }

  private func unexpected(_ wanted: String) -> DecodeError {
    guard position < end else { return cut() }
    let byte = bytes[position]
    let hex = (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16)
    let isVisible = byte > 0x20 && byte < 0x7f
    let found = isVisible ? "'\(Unicode.Scalar(byte))'" : "byte \(hex)"
    return failure(.malformed(why: "not JSON: expected \(wanted), found \(found)"))
  }
}
