/// The fields of a structure, walked from front to back, and what is wrong with it.
///
/// Damage does not throw here: the fields up to it are kept, the rest of the structure becomes one
/// field `unread`, and the failure is a problem. Every bit of the structure is in exactly one leaf.
public struct Annotation: Equatable, Sendable {
  /// The fields, in the order of the disk; a group stands before what lies in it.
  public private(set) var fields: [Field] = []
  /// What is wrong.
  public private(set) var problems: [DecodeError] = []

  private let limit: Int
  private var leaves = 0
  /// Indices of the groups under way.
  private var groups: [Int] = []
  /// The bit behind the last leaf.
  private(set) var position: Int

  /// An annotation that starts at byte `offset` and has about `limit` leaves at most.
  init(at offset: Int, limit: Int) {
    position = offset &* 8
    self.limit = limit
  }

  /// True when no more repeated fields should be added.
  var isFull: Bool { leaves >= limit }

  /// How many groups are under way.
  var depth: Int { groups.count }

  /// A leaf from the end of the last one to bit `end`.
  mutating func leaf(_ name: String, upToBit end: Int, _ value: Field.Value = .none) {
    let end = max(end, position)
    leaves &+= 1
    fields.append(
      Field(name: name, bits: position..<end, value: value, level: groups.count, isLeaf: true))
    position = end
  }

  /// A leaf from the end of the last one up to byte `end`.
  mutating func leaf(_ name: String, upTo end: Int, _ value: Field.Value = .none) {
    leaf(name, upToBit: end &* 8, value)
  }

  /// Begins a group; `value` may be put off to `end`.
  mutating func begin(_ name: String, _ value: Field.Value = .none) {
    groups.append(fields.count)
    fields.append(
      Field(
        name: name, bits: position..<position, value: value, level: groups.count &- 1,
        isLeaf: false))
  }

  /// Ends the group under way.
  mutating func end(_ value: Field.Value? = nil) {
    guard let group = groups.popLast() else { return }
    fields[group].bits = fields[group].bits.lowerBound..<position
    if let value { fields[group].value = value }
  }

  /// Ends groups until `depth` are under way.
  mutating func end(to depth: Int) {
    while groups.count > max(depth, 0) { end() }
  }

  /// Remembers a failure.
  mutating func note(_ problem: DecodeError) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  /// Turns problems that know nothing of the record they were met in into problems of that record.
  mutating func moveProblems(intoRecordOf cursor: borrowing ByteCursor) {
    problems = problems.map {
      $0.section == .chunkData ? cursor.failure($0.problem, at: $0.offset) : $0
    }
  }

  /// Remembers the failure that ended the walk over a structure of byte `end`: the groups above
  /// `depth` end, and the rest is one leaf.
  mutating func fail(_ problem: DecodeError, depth: Int = 0, upTo end: Int) {
    note(problem)
    self.end(to: depth)
    cover(upTo: end, as: "unread")
  }

  /// Makes what is left up to byte `end` one leaf, if anything is.
  mutating func cover(upTo end: Int, as name: String = "not shown") {
    guard position < end &* 8 else { return }
    leaf(name, upTo: end)
  }
}

/// Leaves that are read from a cursor, which stands at the end of the last leaf.
extension Annotation {
  @discardableResult
  mutating func uint8(
    _ name: String, _ cursor: inout ByteCursor, _ meaning: (UInt8) -> String? = { _ in nil }
  ) throws(DecodeError) -> UInt8 {
    let found = try cursor.uint8()
    let code = UInt64(found)
    leaf(name, upTo: cursor.offset, meaning(found).map { .code(code, $0) } ?? .unsigned(code))
    return found
  }

  @discardableResult
  mutating func uint16(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> UInt16 {
    let found = try cursor.uint16()
    leaf(name, upTo: cursor.offset, .unsigned(UInt64(found)))
    return found
  }

  @discardableResult
  mutating func uint32(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> UInt32 {
    let found = try cursor.uint32()
    leaf(name, upTo: cursor.offset, .unsigned(UInt64(found)))
    return found
  }

  @discardableResult
  mutating func uint64(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> UInt64 {
    let found = try cursor.uint64()
    leaf(name, upTo: cursor.offset, .unsigned(found))
    return found
  }

  @discardableResult
  mutating func time(_ name: String, _ cursor: inout ByteCursor) throws(DecodeError) -> Int64 {
    let found = try cursor.int64()
    leaf(name, upTo: cursor.offset, .time(found))
    return found
  }

  @discardableResult
  mutating func float(_ name: String, _ cursor: inout ByteCursor) throws(DecodeError) -> UInt64 {
    let found = try cursor.uint64()
    leaf(name, upTo: cursor.offset, .float(found))
    return found
  }

  @discardableResult
  mutating func uvarint(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> UInt64 {
    let found = try cursor.uvarint()
    leaf(name, upTo: cursor.offset, .unsigned(found))
    return found
  }

  @discardableResult
  mutating func varint(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> Int64 {
    let found = try cursor.varint()
    leaf(name, upTo: cursor.offset, .signed(found))
    return found
  }

  /// A time that is written as a varint.
  @discardableResult
  mutating func varintTime(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> Int64 {
    let found = try cursor.varint()
    leaf(name, upTo: cursor.offset, .time(found))
    return found
  }

  /// A count of things of at least `width` bytes.
  mutating func count(
    _ name: String, _ cursor: inout ByteCursor, ofAtLeast width: Int = 1
  ) throws(DecodeError) -> Int {
    let found = try cursor.count(ofAtLeast: width)
    leaf(name, upTo: cursor.offset, .unsigned(UInt64(found)))
    return found
  }

  /// A string behind its length.
  @discardableResult
  mutating func string(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> [UInt8] {
    let length = try count("\(name) length", &cursor)
    let found = [UInt8](try cursor.take(length))
    leaf(name, upTo: cursor.offset, .text(found))
    return found
  }

  /// A magic number; another than `expected` is a problem, and the walk goes on.
  mutating func magic(_ expected: UInt32, _ cursor: inout ByteCursor) throws(DecodeError) {
    let start = cursor.offset
    let found = try cursor.uint32()
    leaf("magic", upTo: cursor.offset, .magic(found))
    if found != expected {
      note(cursor.failure(.badMagic(expected: expected, found: found), at: start))
    }
  }

  /// A format version; one that is not in `known` is a problem, and the walk goes on.
  mutating func version(
    _ known: ClosedRange<UInt8>, _ cursor: inout ByteCursor
  ) throws(DecodeError) {
    let start = cursor.offset
    let found = try uint8("version", &cursor)
    if !known.contains(found) {
      note(cursor.failure(.unsupportedVersion(found: UInt64(found)), at: start))
    }
  }

  /// The checksum of `covered`; a false one is a problem, and the walk goes on.
  mutating func checksum(
    of covered: RawSpan, _ cursor: inout ByteCursor
  ) throws(DecodeError) {
    let start = cursor.offset
    let stored = try cursor.uint32()
    let computed = crc32c(covered)
    leaf("checksum", upTo: cursor.offset, .checksum(stored: stored, computed: computed))
    if stored != computed {
      note(cursor.failure(.badChecksum(stored: stored, computed: computed), at: start))
    }
  }

  /// Labels: their count, then names and values.
  mutating func labels(_ cursor: inout ByteCursor) throws(DecodeError) -> [Label] {
    begin("labels")
    let count = try count("count", &cursor, ofAtLeast: 2)
    var labels: [Label] = []
    for _ in 0..<count {
      begin("label")
      let name = try string("name", &cursor)
      let value = try string("value", &cursor)
      labels.append(Label(name: name, value: value))
      end(.label(Label(name: name, value: value)))
    }
    end(.labels(labels))
    return labels
  }
}
