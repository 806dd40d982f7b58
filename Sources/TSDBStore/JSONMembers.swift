internal import TSDBFormat

/// One pass over the bytes of a JSON object that checks its syntax and finds its members.
///
/// Foundation's decoder says that a file is no JSON, but not at which byte; and it drops the keys it
/// was not asked for, which for the blocks of Thanos and Mimir are half of the truth.
struct JSONMembers {
  /// A key of the outermost object, and the bytes of its value as they are written.
  struct Member: Equatable {
    let key: String
    let value: Range<Int>
  }

  private let bytes: [UInt8]
  private var position = 0

  /// The members of the object that is all of `bytes`, in their order.
  static func list(_ bytes: [UInt8]) throws(DecodeError) -> [Member] {
    var text = JSONMembers(bytes: bytes)
    return try text.object()
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
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
    guard position == bytes.count else {
      throw failure(.trailingBytes(count: bytes.count - position))
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
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        return text
      }
      guard byte >= 0x20 else { throw unexpected("text") }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = bytes.count
    throw cut()
  }

  /// A number, `true`, `false` or `null`; whether it is a good one, Foundation decides.
  private mutating func word() throws(DecodeError) {
    let start = position
    while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
    guard position > start else {
      if position == bytes.count { throw cut() }
      throw unexpected("a value")
    }
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
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  private func failure(_ problem: DecodeError.Problem) -> DecodeError {
    DecodeError(section: .meta, offset: position, problem: problem)
  }

  private func cut() -> DecodeError { failure(.truncated(needed: 1, available: 0)) }

  private func unexpected(_ wanted: String) -> DecodeError {
    let byte = bytes[position]
    let hex = (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16)
    let isVisible = byte > 0x20 && byte < 0x7f
    let found = isVisible ? "'\(Unicode.Scalar(byte))'" : "byte \(hex)"
    return failure(.malformed(why: "not JSON: expected \(wanted), found \(found)"))
  }
}
