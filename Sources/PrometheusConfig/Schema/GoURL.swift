/// A URL as far as Go's `url.Parse` takes it apart before it refuses one (net/url: url.go).
struct GoURL {
  /// In small letters; empty without one.
  let scheme: String
  /// With its port; empty without one.
  let host: String

  /// Nil where Go refuses the text.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return nil }
    let hash = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
    guard Self.isEscaped(bytes[hash...].dropFirst()) else { return nil }
    var rest = bytes[..<hash]
    guard let scheme = Self.scheme(&rest) else { return nil }
    self.scheme = String(decoding: scheme, as: UTF8.self).lowercased()
    rest = rest.prefix { $0 != UInt8(ascii: "?") }
    guard rest.first == UInt8(ascii: "/") else {
      host = ""
      if !scheme.isEmpty { return }
      // `a:b/c` would be taken for a scheme.
      let segment = rest.prefix { $0 != UInt8(ascii: "/") }
      guard !segment.contains(UInt8(ascii: ":")), Self.isEscaped(rest) else { return nil }
      return
    }
    var authority = rest[rest.startIndex..<rest.startIndex]
    let isRooted = rest.starts(with: "//".utf8)
    if isRooted, !scheme.isEmpty || !rest.starts(with: "///".utf8) {
      rest = rest.dropFirst(2)
      authority = rest.prefix { $0 != UInt8(ascii: "/") }
      rest = rest.dropFirst(authority.count)
    }
    guard let host = Self.host(authority), Self.isEscaped(rest) else { return nil }
    self.host = String(decoding: host, as: UTF8.self)
  }

  /// The scheme in front; empty without one, nil where there is a colon without it.
  private static func scheme(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    for (index, byte) in zip(rest.indices, rest) {
      let isFirst = index == rest.startIndex
      switch byte {
      case UInt8(ascii: ":"):
        if isFirst { return nil }
        let scheme = rest[..<index]
        rest = rest[index...].dropFirst()
        return scheme
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x30...0x39:
        if isFirst { return [] }
      default:
        if !(0x61...0x7a).contains(byte | 0x20) { return [] }
      }
    }
    return []
  }

  /// The host behind the user; nil where either is refused.
  private static func host(_ authority: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else {
      return isHost(authority) ? authority : nil
    }
    let allowed = Set("-._:~!$&'()*+,;=%@".utf8)
    let user = authority[..<at]
    guard user.allSatisfy({ isLetterOrDigit($0) || allowed.contains($0) }), isEscaped(user) else {
      return nil
    }
    let host = authority[at...].dropFirst()
    return isHost(host) ? host : nil
  }

  private static func isHost(_ host: ArraySlice<UInt8>) -> Bool {
    var name = host
    if host.first == UInt8(ascii: "[") {
      guard let end = host.lastIndex(of: UInt8(ascii: "]")) else { return false }
      guard isPort(host[end...].dropFirst()) else { return false }
      // A zone stands behind %25, and may hold more.
      let inside = host[..<end]
      if let zone = inside.indices.first(where: { inside[$0...].starts(with: "%25".utf8) }) {
        guard isEscaped(inside[zone...]) else { return false }
        name = host[..<zone] + host[end...]
      }
    } else if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
      guard isPort(host[colon...]) else { return false }
    }
    return isEscaped(name, isHost: true)
  }

  private static func isPort(_ port: ArraySlice<UInt8>) -> Bool {
    port.isEmpty
      || port.first == UInt8(ascii: ":")
        && port.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  /// True where each `%` has two hexadecimal digits, and a host no characters that need such.
  private static func isEscaped(_ text: ArraySlice<UInt8>, isHost: Bool = false) -> Bool {
    let allowed = Set("-_.~!$&'()*+,;=:[]<>\"%".utf8)
    for (index, byte) in zip(text.indices, text) {
      if byte == UInt8(ascii: "%") {
        let digits = text[index...].dropFirst().prefix(2)
        guard digits.count == 2, digits.allSatisfy(isHexadecimal) else { return false }
        // A host has only bytes escaped that are not ASCII.
        if isHost, let first = digits.first, (0x30...0x37).contains(first),
          !digits.elementsEqual("25".utf8)
        {
          return false
        }
      } else if isHost, byte < 0x80, !isLetterOrDigit(byte), !allowed.contains(byte) {
        return false
      }
    }
    return true
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
  }
}
