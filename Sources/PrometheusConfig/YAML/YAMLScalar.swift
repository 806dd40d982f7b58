/// What a scalar is to Prometheus: the types of YAML 1.1 as yaml.v2 has them (yaml.v2: resolve.go).
///
/// `010` is 8 and `0x10` is 16, `1e3` is a float, `yes` and `on` are true, and `"5"` is text.
enum YAMLScalar: Equatable {
  case null
  case bool(Bool)
  case int(Int64)
  /// A number that is too large for the one before.
  case uint(UInt64)
  case float(Double)
  case text

  /// The type of a plain text.
  init(plain text: String) {
    self = Self.words[text] ?? Self.number(text) ?? .text
  }

  private static let words: [String: YAMLScalar] = {
    var words: [String: YAMLScalar] = [
      ".nan": .float(.nan), ".NaN": .float(.nan), ".NAN": .float(.nan),
    ]
    for word in ["", "~", "null", "Null", "NULL"] { words[word] = .null }
    for word in ["y", "yes", "true", "on"] {
      for form in [word, word.capitalizedWord, word.uppercased()] { words[form] = .bool(true) }
    }
    for word in ["n", "no", "false", "off"] {
      for form in [word, word.capitalizedWord, word.uppercased()] { words[form] = .bool(false) }
    }
    for word in [".inf", ".Inf", ".INF"] {
      words[word] = .float(.infinity)
      words["+" + word] = .float(.infinity)
      words["-" + word] = .float(-.infinity)
    }
    return words
  }()

  private static func number(_ text: String) -> YAMLScalar? {
    guard let first = text.utf8.first else { return nil }
    if first == UInt8(ascii: ".") { return isFloat(text[...]) ? Double(text).map(Self.float) : nil }
    guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || isDigit(first) else {
      return nil
    }
    let plain = text.filter { $0 != "_" }
    if let whole = whole(plain) { return whole }
    guard isFloat(plain[...]), let number = Double(plain), number.isFinite else { return nil }
    return .float(number)
  }

  /// A whole number in the notations of Go (strconv, `ParseInt` with base 0).
  private static func whole(_ text: String) -> YAMLScalar? {
    let sign = text.first
    let isNegative = sign == "-"
    let digits = isNegative || sign == "+" ? text.dropFirst() : text[...]
    guard let magnitude = magnitude(digits) else { return nil }
    if isNegative {
      guard magnitude <= Int64.min.magnitude else { return nil }
      return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
    }
    if let number = Int64(exactly: magnitude) { return .int(number) }
    return sign == "+" ? nil : .uint(magnitude)
  }

  private static func magnitude(_ digits: Substring) -> UInt64? {
    let radixes: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    let start = digits.prefix(2).lowercased()
    for (prefix, radix) in radixes where start == prefix {
      return unsigned(digits.dropFirst(2), radix: radix)
    }
    return unsigned(digits, radix: digits.count > 1 && digits.first == "0" ? 8 : 10)
  }

  private static func unsigned(_ digits: Substring, radix: Int) -> UInt64? {
    // Swift would take another sign.
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-")
    else { return nil }
    return UInt64(digits, radix: radix)
  }

  /// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
  private static func isFloat(_ text: Substring) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Int {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
      rest = rest.dropFirst()
    }
    let whole = digits()
    var decimals = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      decimals = digits()
    }
    guard whole + decimals > 0 else { return false }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension String {
  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

extension YAMLNode {
  /// The type of a scalar; nil for lists and mappings, and where its tag does not fit its text.
  var scalar: YAMLScalar? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    switch tag {
    case "": return isPlain ? YAMLScalar(plain: text) : .text
    case "!!str": return .text
    case "!!binary": return .text
    case "!!null": return YAMLScalar(plain: text) == .null ? .null : nil
    case "!!bool":
      if case .bool(let flag) = YAMLScalar(plain: text) { return .bool(flag) }
      return nil
    case "!!int":
      switch YAMLScalar(plain: text) {
      case .int(let number): return .int(number)
      case .uint(let number): return .uint(number)
      default: return nil
      }
    case "!!float":
      switch YAMLScalar(plain: text) {
      case .int(let number): return .float(Double(number))
      case .float(let number): return .float(number)
      default: return nil
      }
    default: return .text
    }
  }

  /// True where yaml.v2 does not ask a type how to read this: it becomes what is there without it
  /// (decode.go, `prepare`, which does not look at quotes).
  var isPassedOver: Bool {
    guard case .scalar(let text, let isPlain) = content else { return false }
    if tag == "!!null" { return true }
    return tag.isEmpty && (text == "null" || text == "~" || text.isEmpty && isPlain)
  }
}
