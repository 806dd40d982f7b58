/// The references of all series that share one label, sorted.
///
///     length be32 | count be32 | count × reference be32 | CRC-32C be32
///
/// The list of the empty label holds every series of the block.
public struct Postings: ~Escapable {
  private let bytes: RawSpan
  private let origin: Int
  /// First byte behind the list.
  public let end: Int

  /// Reads the list at `offset` of a whole index file, and checks its checksum and its size.
  @_lifetime(copy file)
  public init(of file: RawSpan, at offset: Int) throws(DecodeError) {
    guard offset >= 0, offset <= file.byteCount else {
      throw DecodeError(
        section: .indexPostings, offset: 0,
        problem: .outOfRange(found: Int64(offset), allowed: 0...Int64(file.byteCount)))
    }
    var cursor = ByteCursor(
      file.extracting(offset..<file.byteCount), at: offset, in: .indexPostings)
    let length = Int(try cursor.uint32())
    let bodyStart = cursor.offset
    let covered = try cursor.take(length)
    try cursor.checksum(of: covered)
    end = cursor.offset
    var body = ByteCursor(covered, at: bodyStart, in: .indexPostings)
    let count = Int(try body.uint32())
    guard body.remaining == count &* 4 else {
      throw body.failure(
        .mismatch(
          what: "a list of bytes", expected: Int64(count &* 4), found: Int64(body.remaining)),
        at: bodyStart)
    }
    origin = body.offset
    bytes = body.takeRest()
  }

  /// How many series the list at `offset` of a whole index file says it has; throws where it cannot have them. Its
  /// checksum is not looked at.
  static func storedCount(of file: RawSpan, at offset: Int) throws(DecodeError) -> Int {
    guard offset >= 0, offset <= file.byteCount else {
      throw DecodeError(
        section: .indexPostings, offset: 0,
        problem: .outOfRange(found: Int64(offset), allowed: 0...Int64(file.byteCount)))
    }
    var cursor = ByteCursor(
      file.extracting(offset..<file.byteCount), at: offset, in: .indexPostings)
    let length = Int(try cursor.uint32())
    var body = cursor
    try cursor.skip(length)
    let count = Int(try body.uint32())
    guard length == count &* 4 &+ 4 else {
      throw body.failure(
        .mismatch(
          what: "a list of bytes", expected: Int64(count &* 4), found: Int64(length &- 4)),
        at: offset)
    }
    return count
  }

  /// How many series are in the list.
  public var count: Int { bytes.byteCount / 4 }

  /// All references, in order; throws where one is not larger than that before it.
  public func references() throws(DecodeError) -> [UInt32] {
    var cursor = ByteCursor(bytes, at: origin, in: .indexPostings)
    var references: [UInt32] = []
    references.reserveCapacity(count)
    for _ in 0..<count {
      let start = cursor.offset
      let reference = try cursor.uint32()
      if let last = references.last, last >= reference {
        throw cursor.failure(
          .notAscending(previous: Int64(last), found: Int64(reference)), at: start)
      }
      references.append(reference)
    }
    return references
  }

  /// The sum of all references, each through `ReferenceSum.term`; throws where one is not larger than
  /// that before it.
  public func sum() throws(DecodeError) -> UInt64 {
    var cursor = ByteCursor(bytes, at: origin, in: .indexPostings)
    var sum: UInt64 = 0
    var last: Int64 = -1
    for _ in 0..<count {
      let start = cursor.offset
      let reference = try cursor.uint32()
      guard Int64(reference) > last else {
        throw cursor.failure(
          .notAscending(previous: last, found: Int64(reference)), at: start)
      }
      last = Int64(reference)
      sum &+= ReferenceSum.term(reference)
    }
    return sum
  }
}

/// Tells sets of series apart by a number that does not depend on their order: two sets of as many
/// references with the same sum are the same, but for one chance in 2^64.
public enum ReferenceSum {
  /// What one reference adds to the sum.
  public static func term(_ reference: UInt32) -> UInt64 {
    var term = UInt64(reference) &+ 0x9e37_79b9_7f4a_7c15
    term = (term ^ (term &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    term = (term ^ (term &>> 27)) &* 0x94d0_49bb_1331_11eb
    return term ^ (term &>> 31)
  }
}
