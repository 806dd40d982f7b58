/// What many values have in common: their words and separators, with a class of characters where they
/// differ. As a regular expression it matches all of them, and as little else as can be said shortly.
struct ValueTemplate {
  /// More words than this in one place are not listed.
  private static let mostWords = 12
  /// Values of more kinds, or longer ones, have nothing in common.
  private static let mostKinds = 6
  private static let longest = 512

  /// A part of a value: a word, or what stands between words.
  private struct Part: Hashable {
    let isWord: Bool
    let text: [UInt8]
  }

  /// The regular expression, for Prometheus, which anchors it.
  let regex: String
  /// The same for people.
  let text: String
  /// True where they differ in more than words: in numbers, or in what is made of letters and digits.
  let hasIDs: Bool

  /// The template of all of `values`; nil where they have too little in common.
  static func common(_ values: [[UInt8]]) -> ValueTemplate? {
    guard !values.isEmpty else { return nil }
    var kinds: [[Part]: [[Part]]] = [:]
    var order: [[Part]] = []
    for value in values {
      guard value.count <= longest, let text = String(validating: value, as: UTF8.self),
        text.utf8.count == value.count
      else { return nil }
      let parts = split(value)
      let key = parts.map { $0.isWord ? Part(isWord: true, text: []) : $0 }
      if kinds[key] == nil {
        order.append(key)
        guard order.count <= mostKinds else { return nil }
      }
      kinds[key, default: []].append(parts)
    }
    order.sort { (kinds[$0]?.count ?? 0) > (kinds[$1]?.count ?? 0) }
    var regexes: [String] = []
    var texts: [String] = []
    var hasIDs = false
    for key in order {
      guard let made = template(kinds[key] ?? [], key) else { return nil }
      regexes.append(made.regex)
      texts.append(made.text)
      hasIDs = hasIDs || made.hasIDs
    }
    return ValueTemplate(
      regex: regexes.joined(separator: "|"), text: texts.first ?? "", hasIDs: hasIDs)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...:
      true
    default: false
    }
  }

  private static func split(_ value: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var start = value.startIndex
    while start < value.endIndex {
      let isWord = isWordByte(value[start])
      var end = start
      while end < value.endIndex, isWordByte(value[end]) == isWord { end += 1 }
      parts.append(Part(isWord: isWord, text: Array(value[start..<end])))
      start = end
    }
    return parts
  }

  private static func template(
    _ values: [[Part]], _ key: [Part]
  ) -> (regex: String, text: String, hasIDs: Bool)? {
    var regex = ""
    var text = ""
    var hasWord = false
    var hasIDs = false
    for place in key.indices {
      var words = Set<[UInt8]>()
      var list: [[UInt8]] = []
      for value in values where words.insert(value[place].text).inserted {
        list.append(value[place].text)
      }
      if list.count == 1 || (list.count <= mostWords && list.count * 4 <= values.count) {
        let escaped = list.map { RegexText.quoted(String(decoding: $0, as: UTF8.self)) }.sorted()
        regex += escaped.count == 1 ? escaped[0] : "(?:" + escaped.joined(separator: "|") + ")"
        text +=
          list.count == 1
          ? String(decoding: list[0], as: UTF8.self)
          : "{" + list.map { String(decoding: $0, as: UTF8.self) }.sorted().joined(separator: ",")
            + "}"
        if key[place].isWord { hasWord = true }
        continue
      }
      let kind = wordClass(list)
      regex += kind.regex
      text += kind.text
      hasIDs = hasIDs || kind.text != "<word>"
    }
    // A single class of characters says nothing of what the values are, unless all of them are numbers.
    guard hasWord || key.count > 1 || regex == "[0-9]+" || regex == "[0-9a-f]+" else {
      return (regex, text, hasIDs)
    }
    return (
      regex,
      text.replacing("<hex>-<hex>-<hex>-<hex>-<hex>", with: "<uuid>")
        .replacing("<hex>_<hex>_<hex>_<hex>_<hex>", with: "<uuid>"), hasIDs
    )
  }

  private static func wordClass(_ words: [[UInt8]]) -> (regex: String, text: String) {
    func all(_ isIn: (UInt8) -> Bool) -> Bool { words.allSatisfy { $0.allSatisfy(isIn) } }
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
    if all(isDigit) { return ("[0-9]+", "<number>") }
    if all({ isDigit($0) || (0x61...0x66).contains($0) }) { return ("[0-9a-f]+", "<hex>") }
    if all({ isDigit($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0) }) {
      return ("[0-9a-fA-F]+", "<hex>")
    }
    // As words have them; an id of letters alone is rare.
    if all({ $0 < 0x80 && !isDigit($0) }) { return ("[a-zA-Z]+", "<word>") }
    if all({ $0 < 0x80 }) { return ("[0-9a-zA-Z]+", "<id>") }
    return (#"[^\s]+"#, "<word>")
  }
}

/// Text for regular expressions of Prometheus.
enum RegexText {
  /// `text` as a regular expression that matches it alone.
  static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
