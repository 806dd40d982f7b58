internal import TSDBStore

/// Compiles the regular expressions of rules as a release does (Prometheus: model/relabel/relabel.go,
/// `NewRegexp`): between `^(?s:` and `)$`, without the `s` before 3.0.
enum RelabelRegex {
  static func compile(
    _ pattern: String, _ release: ConfigurationRelease
  ) throws(RelabelRegexError) -> RegularExpression {
    try checkForms(Array(pattern.utf8), release)
    let flags = release.since(3, 0) ? "s" : "-s"
    do throws(RegularExpressionError) {
      let plain = try RegularExpression(Array(pattern.utf8))
      return release.since(3, 0) ? plain : try RegularExpression(Array("(?-s:\(pattern))".utf8))
    } catch {
      // `a)|(b` is none, but becomes one between the parentheses; it matches anywhere then.
      guard pattern.contains(")"),
        let found = try? RegularExpression(
          Array("(?s:.*?)(?:^(?\(flags):\(pattern))$)(?s:.*)".utf8))
      else { throw RelabelRegexError(why: error.why) }
      return found
    }
  }

  /// Go's limits that RE2 does not have: groups lie at most 1000 deep in one another, names of groups are
  /// words, and `(?<name>` is known since Go 1.22.
  private static func checkForms(
    _ pattern: [UInt8], _ release: ConfigurationRelease
  ) throws(RelabelRegexError) {
    var depth = 1
    var index = 0
    var isClass = false
    while index < pattern.count {
      let byte = pattern[index]
      if byte == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if isClass {
        isClass = byte != UInt8(ascii: "]")
      } else if byte == UInt8(ascii: "[") {
        isClass = true
      } else if byte == UInt8(ascii: ")") {
        depth -= 1
      } else if byte == UInt8(ascii: "(") {
        depth += 1
        try checkName(pattern[index...], release)
      }
      if depth >= 1000 { throw RelabelRegexError(why: "expression nests too deeply") }
      index += 1
    }
  }

  private static func checkName(
    _ group: ArraySlice<UInt8>, _ release: ConfigurationRelease
  ) throws(RelabelRegexError) {
    let isShort = group.starts(with: "(?<".utf8)
    guard isShort || group.starts(with: "(?P<".utf8) else { return }
    let name = group.dropFirst(isShort ? 3 : 4).prefix { $0 != UInt8(ascii: ">") }
    if isShort, !release.since(2, 50) {
      throw RelabelRegexError(why: "invalid or unsupported Perl syntax: `(?<`")
    }
    guard name.allSatisfy({ NameValidation.isDigit($0) || NameValidation.isLetter($0) }) else {
      throw RelabelRegexError(why: "invalid named capture")
    }
  }
}

/// Why a regular expression of a rule is none.
struct RelabelRegexError: Error, Equatable {
  let why: String
}
