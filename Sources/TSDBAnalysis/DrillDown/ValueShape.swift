internal import TSDBFormat

/// What a label value looks like; unbounded kinds of values have shapes of their own.
public enum ValueShape: String, CaseIterable, Sendable {
  /// `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
  case uuid
  /// Sixteen hexadecimal digits or more, with a letter among them.
  case hash
  /// `10.8.0.1`, with or without a port.
  case ipv4
  /// `2001:db8::1`, with or without brackets.
  case ipv6
  /// `someone@example.org`.
  case email
  /// RFC 3339, or seconds or milliseconds since 1970.
  case timestamp
  /// Digits, with a sign and a point.
  case number
  /// A path or URL with a number, a hash or a UUID between its slashes.
  case pathWithIDs
  /// Any other path or URL.
  case path
  /// Words with blanks between them.
  case freeText
  /// A word, or words joined by `-`, `_` or `.`.
  case word
  /// Nothing.
  case empty

  /// The shape of `value`.
  init(_ value: RawSpan) {
    let bytes = [UInt8](value)
    self = Self.shape(of: bytes[...])
  }

  private static func shape(of bytes: ArraySlice<UInt8>) -> ValueShape {
    guard let first = bytes.first else { return .empty }
    if isUUID(bytes) { return .uuid }
    if isTimestamp(bytes) { return .timestamp }
    if isIPv4(bytes) { return .ipv4 }
    if isNumber(bytes) { return .number }
    if isHash(bytes) { return .hash }
    if isIPv6(bytes) { return .ipv6 }
    if isEmail(bytes) { return .email }
    let slash = UInt8(ascii: "/")
    let isURL = bytes.starts(with: "http://".utf8) || bytes.starts(with: "https://".utf8)
    if first == slash || isURL {
      let parts = bytes.split(separator: slash)
      let hasID = parts.contains { part in
        switch shape(of: part) {
        case .uuid, .hash, .number, .timestamp: true
        default: false
        }
      }
      return hasID ? .pathWithIDs : .path
    }
    return bytes.contains(UInt8(ascii: " ")) ? .freeText : .word
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }

  private static func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == 36 else { return false }
    for (index, byte) in bytes.enumerated() {
      let isDash = index == 8 || index == 13 || index == 18 || index == 23
      if isDash ? byte != UInt8(ascii: "-") : !isHex(byte) { return false }
    }
    return true
  }

  private static func isHash(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count >= 16 && bytes.allSatisfy(isHex) && !bytes.allSatisfy(isDigit)
  }

  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    let digits = bytes.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard bytes.count - digits.count <= 1, digits.contains(where: isDigit) else { return false }
    return digits.count { $0 == UInt8(ascii: ".") } <= 1
      && digits.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
  }

  /// Seconds from 2001 to 2100, the same in milliseconds, or a date and a time of day.
  private static func isTimestamp(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.allSatisfy(isDigit) {
      guard bytes.count == 10 || bytes.count == 13 else { return false }
      return bytes.first.map { (0x31...0x34).contains($0) } ?? false
    }
    guard bytes.count >= 19 else { return false }
    let pattern = Array("0000-00-00T00:00:00".utf8)
    for (byte, wanted) in zip(bytes, pattern) {
      switch wanted {
      case UInt8(ascii: "0"): if !isDigit(byte) { return false }
      case UInt8(ascii: "T"): if byte != wanted && byte != UInt8(ascii: " ") { return false }
      default: if byte != wanted { return false }
      }
    }
    return true
  }

  private static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) })
    else { return false }
    let numbers = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { number in
        guard (1...3).contains(number.count), number.allSatisfy(isDigit) else { return false }
        return number.reduce(0) { $0 * 10 + Int($1 - 0x30) } < 256
      }
  }

  private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    var address = bytes
    if address.first == UInt8(ascii: "["), let end = address.firstIndex(of: UInt8(ascii: "]")) {
      address = address[(address.startIndex + 1)..<end]
    }
    let parts = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return (3...8).contains(parts.count)
      && parts.allSatisfy { $0.count <= 4 && $0.allSatisfy(isHex) }
      && (parts.count == 8 || parts.dropFirst().dropLast().contains { $0.isEmpty })
  }

  private static func isEmail(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[0].contains(UInt8(ascii: " "))
      && parts[1].dropFirst().dropLast().contains(UInt8(ascii: "."))
      && !parts[1].contains(UInt8(ascii: " "))
  }
}
