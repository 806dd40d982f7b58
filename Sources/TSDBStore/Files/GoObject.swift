internal import TSDBFormat

/// The members of a JSON object, asked for as Go's encoding/json decodes them into a struct: a key counts in
/// any case unless one is spelled as the field is, the last of several wins and objects of one key add to one
/// another, `null` leaves what is there, and a number for an integer has no fraction and no exponent.
struct GoObject {
  private let bytes: [UInt8]
  private let members: [JSONMembers.Member]
  /// Where it stands, as Go names it: `compaction.parents`.
  private let place: String

  /// The object that is all of `bytes`.
  init(_ bytes: [UInt8]) throws(DecodeError) {
    self.init(bytes, try JSONMembers.list(bytes), "")
  }

  private init(_ bytes: [UInt8], _ members: [JSONMembers.Member], _ place: String) {
    self.bytes = bytes
    self.members = members
    self.place = place
  }

  /// The members whose keys are no fields.
  func others(than fields: [String]) -> [JSONMembers.Member] {
    members.filter { member in !fields.contains { Self.isKey(member.key, of: $0) } }
  }

  // MARK: Fields

  /// A whole number; 0 where there is none.
  func integer<Number: FixedWidthInteger>(_ field: String) throws(DecodeError) -> Number {
    var number: Number = 0
    for value in values(of: field) {
      // `Int` takes a plus sign, which JSON has not, and `UInt64` takes -0, which Go does not.
      let isSigned = Number.isSigned || bytes[value.lowerBound] != UInt8(ascii: "-")
      guard kind(of: value) == .number, isSigned, let read = Number(text(of: value)) else {
        throw mismatch(value, field, "a whole number from \(Number.min) to \(Number.max)")
      }
      number = read
    }
    return number
  }

  /// A truth value; false where there is none.
  func flag(_ field: String) throws(DecodeError) -> Bool {
    var flag = false
    for value in values(of: field) {
      guard kind(of: value) == .flag else { throw mismatch(value, field, "true or false") }
      flag = text(of: value) == "true"
    }
    return flag
  }

  /// A text; nil where there is none.
  func string(_ field: String) throws(DecodeError) -> String? {
    var string: String?
    for value in values(of: field) { string = try self.string(at: value, field) }
    return string
  }

  /// A list of texts, nil where one is `null`.
  func strings(_ field: String) throws(DecodeError) -> [String?] {
    var strings: [String?] = []
    for value in values(of: field) {
      strings = []
      for item in try items(at: value, field) {
        strings.append(kind(of: item) == .null ? nil : try string(at: item, field))
      }
    }
    return strings
  }

  /// An object, put together from all of this key.
  func object(_ field: String) throws(DecodeError) -> GoObject {
    var members: [JSONMembers.Member] = []
    for value in values(of: field) { members += try self.members(at: value, field) }
    return GoObject(bytes, members, path(field))
  }

  /// A list of objects.
  func objects(_ field: String) throws(DecodeError) -> [GoObject] {
    var objects: [GoObject] = []
    for value in values(of: field) {
      objects = []
      for item in try items(at: value, field) {
        let members = kind(of: item) == .null ? [] : try self.members(at: item, field)
        objects.append(GoObject(bytes, members, path(field)))
      }
    }
    return objects
  }

  // MARK: Values

  private enum Kind {
    case null, flag, number, string, list, object
  }

  private func kind(of value: Range<Int>) -> Kind {
    switch bytes[value.lowerBound] {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .list
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .flag
    default: .number
    }
  }

  private func text(of value: Range<Int>) -> String {
    String(decoding: bytes[value], as: UTF8.self)
  }

  /// What stands under a field, in order; `null` leaves what is there.
  private func values(of field: String) -> [Range<Int>] {
    members.filter { Self.isKey($0.key, of: field) && kind(of: $0.value) != .null }.map(\.value)
  }

  private func string(at value: Range<Int>, _ field: String) throws(DecodeError) -> String {
    guard kind(of: value) == .string else { throw mismatch(value, field, "a text") }
    return JSONMembers.text(bytes[value])
  }

  private func members(
    at value: Range<Int>, _ field: String
  ) throws(DecodeError) -> [JSONMembers.Member] {
    guard kind(of: value) == .object else { throw mismatch(value, field, "an object") }
    return try JSONMembers.list(bytes, in: value)
  }

  private func items(at value: Range<Int>, _ field: String) throws(DecodeError) -> [Range<Int>] {
    guard kind(of: value) == .list else { throw mismatch(value, field, "a list") }
    return try JSONMembers.items(bytes, in: value)
  }

  private func path(_ field: String) -> String { place.isEmpty ? field : place + "." + field }

  private func mismatch(_ value: Range<Int>, _ field: String, _ wanted: String) -> DecodeError {
    let found = String(text(of: value).prefix(40))
    return DecodeError(
      section: .meta, offset: value.lowerBound,
      problem: .malformed(
        why: "\"\(path(field))\" does not hold what it should: \(wanted); found \(found)"))
  }

  /// Go looks for a key as it is spelled, then in any case (encoding/json, `foldName`), in which the long s and
  /// the sign for kelvin are letters too. No two fields of ours differ by case alone.
  private static func isKey(_ key: String, of field: String) -> Bool {
    var rest = key.utf8[...]
    for byte in field.utf8 {
      let letter = lowercased(byte)
      if rest.first.map(lowercased) == letter {
        rest.removeFirst()
      } else if letter == UInt8(ascii: "s"), rest.starts(with: "\u{17f}".utf8) {
        rest.removeFirst(2)
      } else if letter == UInt8(ascii: "k"), rest.starts(with: "\u{212a}".utf8) {
        rest.removeFirst(3)
      } else {
        return false
      }
    }
    return rest.isEmpty
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }
}
