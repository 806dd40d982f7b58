/// A forward reader over borrowed bytes that checks every step and knows where it is.
///
/// Numbers from disk are claims: a count is compared with what is left before anything moves. All
/// offsets it reports are absolute in the file.
public struct ByteCursor: ~Escapable {
  private let bytes: RawSpan
  /// File offset of `bytes[0]`.
  private let origin: Int
  /// Offset of the record these bytes were decompressed from; then `origin` counts inside it.
  private let record: Int?
  /// The structure named in failures; decoders set it as they pass from one to the next.
  public var section: Section
  /// Bytes read so far.
  public private(set) var position = 0

  /// Reads `bytes`, which stand at file offset `origin`.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, at origin: Int, in section: Section) {
    self.bytes = bytes
    self.origin = origin
    self.record = nil
    self.section = section
  }

  /// Reads the decompressed `bytes` of the record that starts at file offset `record`, or those of
  /// them that stand `inner` bytes inside it.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, ofRecordAt record: Int, from inner: Int = 0, in section: Section) {
    self.bytes = bytes
    self.origin = inner
    self.record = record
    self.section = section
  }

  /// Bytes not read yet.
  public var remaining: Int { bytes.byteCount &- position }

  /// True when everything was read.
  public var isAtEnd: Bool { position >= bytes.byteCount }

  /// Absolute file offset of the next byte.
  public var offset: Int { origin + position }

  /// A failure at the next byte, or at `offset`.
  public func failure(_ problem: DecodeError.Problem, at offset: Int? = nil) -> DecodeError {
    if let record {
      return DecodeError(
        section: section, offset: record, inner: offset ?? self.offset, problem: problem)
    }
    return DecodeError(section: section, offset: offset ?? self.offset, problem: problem)
  }

  /// Bytes of a part of what a checksum covers.
  private static var checksumStep: Int { 4 << 20 }

  private func require(_ count: Int) throws(DecodeError) {
    guard count >= 0, remaining >= count else {
      throw failure(.truncated(needed: count, available: remaining))
    }
  }

  /// Steps over `count` bytes.
  public mutating func skip(_ count: Int) throws(DecodeError) {
    try require(count)
    position &+= count
  }

  /// Steps over the next `count` bytes if they equal those at `start` of the same bytes, which were
  /// read before.
  public mutating func skip(ifNextEqual start: Int, count: Int) -> Bool {
    guard start >= 0, count >= 0, remaining >= count, start <= position else { return false }
    var index = 0
    while index &+ 8 <= count {
      let old = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: start &+ index, as: UInt64.self)
      let new = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: position &+ index, as: UInt64.self)
      if old != new { return false }
      index &+= 8
    }
    while index < count {
      let old = unsafe bytes.unsafeLoad(
        fromUncheckedByteOffset: start &+ index, as: UInt8.self)
      let new = unsafe bytes.unsafeLoad(
        fromUncheckedByteOffset: position &+ index, as: UInt8.self)
      if old != new { return false }
      index &+= 1
    }
    position &+= count
    return true
  }

  /// Borrows the next `count` bytes and steps over them.
  @_lifetime(copy self)
  public mutating func take(_ count: Int) throws(DecodeError) -> RawSpan {
    try require(count)
    let start = position
    position &+= count
    return bytes.extracting(start..<position)
  }

  /// Borrows everything that is left and steps over it.
  @_lifetime(copy self)
  public mutating func takeRest() -> RawSpan {
    let start = position
    position = bytes.byteCount
    return bytes.extracting(start..<position)
  }

  /// The next byte.
  public mutating func uint8() throws(DecodeError) -> UInt8 {
    try require(1)
    let value = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
    position &+= 1
    return value
  }

  /// A big-endian 16-bit integer.
  public mutating func uint16() throws(DecodeError) -> UInt16 {
    try require(2)
    let value = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position, as: UInt16.self)
    position &+= 2
    return UInt16(bigEndian: value)
  }

  /// A big-endian 32-bit integer.
  public mutating func uint32() throws(DecodeError) -> UInt32 {
    try require(4)
    let value = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position, as: UInt32.self)
    position &+= 4
    return UInt32(bigEndian: value)
  }

  /// A big-endian 64-bit integer.
  public mutating func uint64() throws(DecodeError) -> UInt64 {
    try require(8)
    let value = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position, as: UInt64.self)
    position &+= 8
    return UInt64(bigEndian: value)
  }

  /// A big-endian 64-bit signed integer.
  public mutating func int64() throws(DecodeError) -> Int64 {
    Int64(bitPattern: try uint64())
  }

  /// The bits of a big-endian 64-bit float.
  public mutating func float64() throws(DecodeError) -> Double {
    Double(bitPattern: try uint64())
  }

  /// Unsigned LEB128 of at most 64 bits (Go's `binary.Uvarint`).
  @inline(__always)
  public mutating func uvarint() throws(DecodeError) -> UInt64 {
    // Hardly any number on disk takes more than a byte or two, and neighbours take as many: branches that are
    // foreseen.
    if remaining > 0 {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      if byte < 0x80 {
        position &+= 1
        return UInt64(byte)
      }
    }
    return try wideUvarint()
  }

  /// The same for a number of more than one byte.
  private mutating func wideUvarint() throws(DecodeError) -> UInt64 {
    let left = remaining
    guard left > 0, bytes.byteCount >= 8 else { return try bytewiseUvarint() }
    // The next eight bytes, the first of them lowest; zeros behind the last.
    let start = min(position, bytes.byteCount &- 8)
    let word =
      UInt64(
        littleEndian: unsafe bytes.unsafeLoadUnaligned(
          fromUncheckedByteOffset: start, as: UInt64.self)) &>> UInt64(8 &* (position &- start))
    let width = (~word & 0x8080_8080_8080_8080).trailingZeroBitCount / 8 &+ 1
    guard width <= min(left, 8) else { return try bytewiseUvarint() }
    position &+= width
    // The seven bits of each byte side by side: pairs of bytes, pairs of these, and both halves.
    var bits = word & (UInt64.max &>> UInt64(64 &- 8 &* width)) & 0x7f7f_7f7f_7f7f_7f7f
    bits = bits & 0x007f_007f_007f_007f | (bits & 0x7f00_7f00_7f00_7f00) &>> 1
    bits = bits & 0x0000_3fff_0000_3fff | (bits & 0x3fff_0000_3fff_0000) &>> 2
    return bits & 0x0fff_ffff | (bits & 0x0fff_ffff_0000_0000) &>> 4
  }

  /// Reads as many of `count` pairs of LEB128 numbers as take three bytes or less each and are both below
  /// `limit`, and calls `body` with each pair; returns how many. The cursor then stands before the first that
  /// was not read: `uvarint` reads it, or says what is wrong with it.
  @inline(__always)
  mutating func uvarintPairs(
    atMost count: Int, below limit: UInt64, _ body: (UInt32, UInt32) -> Void
  ) -> Int {
    var next = position
    let end = bytes.byteCount &- 8
    var done = 0
    while done < count, next <= end {
      // One load for both.
      let word = UInt64(
        littleEndian: unsafe bytes.unsafeLoadUnaligned(
          fromUncheckedByteOffset: next, as: UInt64.self))
      guard let (first, width) = Self.shortUvarint(word) else { break }
      let rest = word &>> UInt64(truncatingIfNeeded: 8 &* width)
      guard let (second, more) = Self.shortUvarint(rest), first < limit, second < limit else {
        break
      }
      body(UInt32(truncatingIfNeeded: first), UInt32(truncatingIfNeeded: second))
      next &+= width &+ more
      done &+= 1
    }
    position = next
    return done
  }

  /// The number that begins with the lowest byte of `word`, and its bytes; nil for more than three.
  @inline(__always)
  private static func shortUvarint(_ word: UInt64) -> (UInt64, Int)? {
    if word & 0x80 == 0 { return (word & 0x7f, 1) }
    let two = word & 0x7f | (word & 0x7f00) &>> 1
    if word & 0x8000 == 0 { return (two, 2) }
    guard word & 0x80_0000 == 0 else { return nil }
    return (two | (word & 0x7f_0000) &>> 2, 3)
  }

  /// The same, byte by byte: of few bytes, and for numbers of more than 56 bits and those that are wrong.
  private mutating func bytewiseUvarint() throws(DecodeError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var next = position
    let end = bytes.byteCount
    while next < end {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: next, as: UInt8.self)
      next &+= 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 {
        if shift == 63 && byte > 1 { throw failure(.overlongVarint) }
        position = next
        return value
      }
      shift &+= 7
      if shift > 63 { throw failure(.overlongVarint) }
    }
    throw failure(.truncated(needed: 1, available: 0), at: origin + end)
  }

  /// Zigzag signed LEB128 (Go's `binary.Varint`).
  public mutating func varint() throws(DecodeError) -> Int64 {
    let raw = try uvarint()
    return Int64(bitPattern: (raw &>> 1) ^ (0 &- (raw & 1)))
  }

  /// A count or length from disk that cannot be larger than the bytes left allow, where each of
  /// the counted things takes at least `width` bytes.
  @inline(__always)
  public mutating func count(ofAtLeast width: Int = 1) throws(DecodeError) -> Int {
    let start = offset
    let found = try uvarint()
    let (size, overflow) = found.multipliedReportingOverflow(by: UInt64(max(width, 1)))
    guard !overflow, size <= UInt64(truncatingIfNeeded: remaining) else {
      let limit = remaining / max(width, 1)
      throw failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(limit)), at: start)
    }
    return Int(truncatingIfNeeded: found)
  }

  /// Bytes behind their uvarint length (Prometheus' `UvarintBytes`).
  @_lifetime(copy self)
  public mutating func lengthPrefixed() throws(DecodeError) -> RawSpan {
    let length = try count()
    return try take(length)
  }

  /// A magic number that must be `expected`.
  public mutating func magic(_ expected: UInt32) throws(DecodeError) {
    let start = offset
    let found = try uint32()
    guard found == expected else {
      throw failure(.badMagic(expected: expected, found: found), at: start)
    }
  }

  /// A stored CRC-32C that must be that of `covered`.
  public mutating func checksum(of covered: RawSpan) throws(DecodeError) {
    try checksum(is: crc32c(covered))
  }

  /// The same for many bytes, which stand at file offset `origin`: `isRead` is told of each part of them that was
  /// read, so that a mapped file need not stay in memory.
  mutating func checksum(
    of covered: RawSpan, at origin: Int, isRead: (Range<Int>) -> Void
  ) throws(DecodeError) {
    var computed: UInt32 = 0
    var done = 0
    while covered.byteCount &- done > Self.checksumStep {
      let end = done &+ Self.checksumStep
      computed = crc32c(covered.extracting(done..<end), continuing: computed)
      isRead((origin &+ done)..<(origin &+ end))
      done = end
    }
    try checksum(is: crc32c(covered.extracting(done..<covered.byteCount), continuing: computed))
  }

  private mutating func checksum(is computed: UInt32) throws(DecodeError) {
    let start = offset
    let stored = try uint32()
    guard stored == computed else {
      throw failure(.badChecksum(stored: stored, computed: computed), at: start)
    }
  }
}
