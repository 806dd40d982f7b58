/// The segments of the log that Prometheus 2.0 to 2.3 wrote: entries one behind the other, without pages
/// (Prometheus: tsdb/wal.go, which left with 2.52).
///
///     magic be32 | format uint8 = 1 | zeros 3
///     type uint8 | flags uint8 | length be32 | data | crc be32       repeated
///
/// The checksum covers type, flags, length and data. A type of 0 is space that was set aside and not written
/// to. What an entry holds is, bit for bit, what stands behind the type byte of a record of today, so that
/// an entry is given as such a record.
public enum OldSegment {
  /// What such a segment begins with.
  public static let magic: UInt32 = 0x43af_00ef
  /// Bytes before the first entry.
  public static let headerSize = 8
  /// Bytes of a segment behind which a server began the next.
  public static let segmentSize = 256 << 20
  /// The only format there ever was.
  static let format: UInt8 = 1
  /// The flags of all entries that were ever written: there is one encoding of each type.
  static let flags: UInt8 = 1

  /// True for the bytes of such a segment: no segment of today begins like that. One whose magic number is damaged
  /// is told by a whole entry behind the header.
  public static func isOld(_ segment: RawSpan) -> Bool {
    if hasMagic(segment) { return true }
    return mayBeOld(segment) && (try? OldEntry(segment, at: headerSize)) != nil
  }

  /// True where it begins with the magic number, at which a server looks.
  public static func hasMagic(_ segment: RawSpan) -> Bool {
    guard segment.byteCount >= 4 else { return false }
    return (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(segment.byte(at: $1)) } == magic
  }

  /// True for the first bytes of a segment that may be one by its first entry; `headSize` of them are enough.
  public static func mayBeOld(_ head: RawSpan) -> Bool {
    head.byteCount >= headSize && OldEntry.type(head.byte(at: headerSize)) != nil
      && head.byte(at: headerSize + 1) == flags
  }

  /// Bytes that `mayBeOld` looks at.
  public static let headSize = headerSize + 2

  /// Checks the header of a whole segment.
  static func checkHeader(_ segment: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(segment, at: 0, in: .oldSegmentHeader)
    try cursor.magic(magic)
    let format = try cursor.uint8()
    guard format == Self.format else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(format)), at: 4)
    }
    try cursor.skip(3)
  }
}

/// One entry of such a segment.
struct OldEntry: Equatable {
  /// Bytes around the data.
  static let frameSize = 10
  private static let headSize = 6

  /// Offset of its type byte in the segment.
  let offset: Int
  /// The type of the record of today that it is.
  let type: RecordType
  /// The type byte of that.
  let recordCode: UInt8
  /// Bytes of data.
  let length: Int

  /// Offset of the first byte behind it.
  var end: Int { offset + Self.frameSize + length }
  /// Where the data is in the segment.
  var data: Range<Int> { offset + Self.headSize..<offset + Self.headSize + length }

  /// Reads and checks the entry at `offset` of a whole segment. A length is believed up to its end.
  init(_ segment: RawSpan, at offset: Int) throws(DecodeError) {
    var cursor = ByteCursor(
      segment.extracting(offset..<segment.byteCount), at: offset, in: .oldSegmentEntry)
    let code = try cursor.uint8()
    guard let type = Self.type(code) else {
      throw cursor.failure(.unknownCode(found: code), at: offset)
    }
    // Nobody, a server neither, looks at the flags.
    try cursor.skip(1)
    let length = Int(try cursor.uint32())
    guard length + 4 <= cursor.remaining else {
      throw cursor.failure(
        .truncated(needed: length + 4, available: cursor.remaining), at: offset + 2)
    }
    self.offset = offset
    self.type = type
    recordCode = code - 1
    self.length = length
    try cursor.skip(length)
    try cursor.checksum(of: segment.extracting(offset..<offset + Self.headSize + length))
  }

  /// What the head of an entry says of its data, at an offset behind which there is a whole head.
  static func claimedLength(in segment: RawSpan, at offset: Int) -> Int {
    (2..<6).reduce(0) { $0 << 8 | Int(segment.byte(at: offset + $1)) }
  }

  /// What the code of an entry means: 1 were symbols, which nothing ever wrote.
  static func type(_ code: UInt8) -> RecordType? {
    switch code {
    case 2: .series
    case 3: .samples
    case 4: .tombstones
    default: nil
    }
  }

  /// The code of an entry for a record of this type code; nil for what the old log cannot hold.
  static func code(ofRecord type: UInt8) -> UInt8? {
    (1...3).contains(type) ? type + 1 : nil
  }
}

/// Reads the entries of such a segment, and steps over what is damaged: a server's migration stops at the
/// first damage, and forgets all that follows.
struct OldSegmentReader: ~Escapable {
  private let segment: RawSpan
  private let holes: [Range<Int>]
  /// Next byte to look at.
  private(set) var offset: Int
  private var search: OldEntrySearch

  /// From byte `offset` on, which is 0 or where an entry begins.
  @_lifetime(copy segment)
  init(_ segment: RawSpan, from offset: Int, holes: [Range<Int>]) {
    self.segment = segment
    self.holes = holes
    self.offset = min(offset, segment.byteCount)
    search = OldEntrySearch(segment.byteCount)
  }

  /// True once all entries have been read.
  var isDone: Bool { offset >= segment.byteCount }

  /// Appends what is left to `batch`, until that is full.
  mutating func read(into batch: inout RecordBatch, fullAt limit: Int) {
    if offset == 0 { passHeader(into: &batch) }
    while !isDone, batch.bytes.count < limit {
      if segment.byte(at: offset) == 0 {
        passZeros(into: &batch)
        continue
      }
      do throws(DecodeError) {
        take(try search.entry(in: segment, at: offset), into: &batch)
      } catch {
        resynchronise(after: error, into: &batch)
      }
    }
  }

  /// A header that is wrong costs nothing here: the magic number was seen.
  private mutating func passHeader(into batch: inout RecordBatch) {
    do throws(DecodeError) {
      try OldSegment.checkHeader(segment)
    } catch {
      let end = min(OldSegment.headerSize, segment.byteCount)
      batch.damage.append(.init(error: error, lost: 0..<end))
    }
    offset = min(OldSegment.headerSize, segment.byteCount)
  }

  private mutating func take(_ entry: OldEntry, into batch: inout RecordBatch) {
    let limit = RecordCompression.largestRecord(compressedTo: entry.length)
    if entry.length < limit {
      let start = batch.bytes.count
      batch.bytes.append(entry.recordCode)
      batch.bytes.append(segment.extracting(entry.data))
      batch.entries.append(
        .init(
          offset: entry.offset, end: entry.end, compression: .none,
          payload: start..<batch.bytes.count))
    } else {
      let problem = DecodeError.Problem.tooLarge(
        found: entry.length, limit: limit, unit: "bytes in an entry")
      batch.damage.append(
        .init(
          error: DecodeError(section: .oldSegmentEntry, offset: offset, problem: problem),
          lost: entry.offset..<entry.end))
    }
    offset = entry.end
  }

  /// Steps over space that was set aside. A server takes it for the end of the segment, so that what stands
  /// behind it was never written by one in good order.
  private mutating func passZeros(into batch: inout RecordBatch) {
    let start = offset
    guard let next = segment.firstNonZero(in: start..<segment.byteCount, holes: holes) else {
      offset = segment.byteCount
      return
    }
    let error = DecodeError(
      section: .oldSegmentEntry, offset: next,
      problem: .nonZeroPadding(found: segment.byte(at: next)))
    offset = search.next(in: segment, from: next) ?? segment.byteCount
    batch.damage.append(.init(error: error, lost: start..<offset))
  }

  /// Goes on at the next whole entry: where the length says that it is, else wherever one stands. Where too much
  /// was put into checksums in vain, the rest is one stretch.
  private mutating func resynchronise(after error: DecodeError, into batch: inout RecordBatch) {
    let start = offset
    if case .badChecksum = error.problem, let next = end(ofEntryAt: start), isPlausible(next) {
      offset = next
    } else {
      offset = search.next(in: segment, from: start + 1) ?? segment.byteCount
    }
    batch.damage.append(.init(error: error, lost: start..<offset))
  }

  /// What the length says of an entry with a false checksum; it lies in the segment.
  private func end(ofEntryAt offset: Int) -> Int? {
    guard segment.byteCount - offset >= OldEntry.frameSize else { return nil }
    let end = offset + OldEntry.frameSize + OldEntry.claimedLength(in: segment, at: offset)
    return end <= segment.byteCount ? end : nil
  }

  /// True for the end of the segment, space that was set aside up to it, and a whole entry.
  private mutating func isPlausible(_ offset: Int) -> Bool {
    guard !search.isSpent else { return false }
    if offset == segment.byteCount || (try? search.entry(in: segment, at: offset)) != nil {
      return true
    }
    let next = segment.firstNonZero(in: offset..<segment.byteCount, holes: holes)
    if let next { search.charge(next - offset) }
    return next == nil
  }
}

/// Finds whole entries behind broken ones, by their checksums.
struct OldEntrySearch {
  /// How many bytes may be put into checksums in vain; bounds the work on a segment that is made to look like
  /// many entries.
  private var budget: Int

  init(_ size: Int) { budget = (64 << 20) + size.multipliedReportingOverflow(by: 4).partialValue }

  /// True where no more may be looked for.
  var isSpent: Bool { budget <= 0 }

  /// Takes note of so many bytes that were looked at in vain.
  mutating func charge(_ count: Int) { budget -= min(count, max(budget, 0)) }

  /// The entry at `offset`; a false checksum is paid for, as all that an entry claims was read for it.
  mutating func entry(in segment: RawSpan, at offset: Int) throws(DecodeError) -> OldEntry {
    do {
      return try OldEntry(segment, at: offset)
    } catch {
      if case .badChecksum = error.problem {
        charge(OldEntry.claimedLength(in: segment, at: offset))
      }
      throw error
    }
  }

  /// The first offset from `start` on where a whole entry with data stands.
  mutating func next(in segment: RawSpan, from start: Int) -> Int? {
    var candidate = start
    while candidate + OldEntry.frameSize <= segment.byteCount, !isSpent {
      if OldEntry.type(segment.byte(at: candidate)) != nil,
        segment.byte(at: candidate + 1) == OldSegment.flags
      {
        let length = OldEntry.claimedLength(in: segment, at: candidate)
        if length > 0, length <= segment.byteCount - candidate - OldEntry.frameSize,
          (try? entry(in: segment, at: candidate)) != nil
        {
          return candidate
        }
      }
      candidate += 1
    }
    return nil
  }
}

/// How far the migration of a server reads a segment (Prometheus 2.4 to 2.51: tsdb/wal.go, `walReader.entry`).
public struct OldSegmentMigration: Equatable, Sendable {
  /// Offset behind the last entry that it takes over.
  public let end: Int
  /// Why it reads neither the rest nor any segment behind, in its words; nil where it goes on with the next one.
  public let cause: String?

  /// What it does with the bytes of a whole segment whose header it has taken.
  public init(of segment: RawSpan) {
    var offset = min(OldSegment.headerSize, segment.byteCount)
    var cause: String?
    while offset < segment.byteCount, segment.byte(at: offset) != 0 {
      do throws(DecodeError) {
        offset = try OldEntry(segment, at: offset).end
      } catch {
        cause = Self.words(error, segment, at: offset)
        break
      }
    }
    end = offset
    self.cause = cause
  }

  /// Why the header is not taken, in the server's words: the segment is deleted then, and all behind it. Nil
  /// where it is.
  public static func refusal(ofHeader segment: RawSpan, named name: String) -> String? {
    if segment.byteCount == 0 { return "validate meta \"\(name)\": EOF" }
    if segment.byteCount < OldSegment.headerSize {
      return "invalid header size \(segment.byteCount) in \"\(name)\""
    }
    if !OldSegment.hasMagic(segment) {
      let found = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(segment.byte(at: $1)) }
      return "invalid magic header \(String(found, radix: 16)) in \"\(name)\""
    }
    let format = segment.byte(at: 4)
    return format == OldSegment.format
      ? nil : "unknown WAL segment format \(format) in \"\(name)\""
  }

  /// Nil for what Go reads as the end of the file.
  private static func words(
    _ error: DecodeError, _ segment: RawSpan, at offset: Int
  ) -> String? {
    let rest = segment.byteCount - offset
    switch error.problem {
    case .unknownCode(let code):
      return rest < 6 ? "invalid entry header size \(rest)" : "invalid entry type \(code)"
    case .badChecksum(let stored, let computed):
      return "unexpected CRC32 checksum \(String(computed, radix: 16)), want "
        + String(stored, radix: 16)
    default:
      guard rest >= 6 else { return "invalid entry header size \(rest)" }
      let length = OldEntry.claimedLength(in: segment, at: offset)
      let body = rest - 6
      if body < length { return body == 0 ? nil : "invalid entry body size \(body)" }
      return body == length ? nil : "invalid checksum length \(body - length)"
    }
  }
}

/// Lays records out as a segment of the old log: the other direction of `OldSegmentReader`, for copies whose
/// labels are others.
public struct OldSegmentWriter {
  private var bytes = ByteBuffer()

  /// At the begin of a segment.
  public init() {
    bytes.append(bigEndian: OldSegment.magic)
    bytes.append(OldSegment.format)
    bytes.append(zeros: 3)
  }

  /// What was laid out since the last call.
  public mutating func take() -> [UInt8] {
    let taken = [UInt8](bytes.bytes(in: 0..<bytes.count))
    bytes.truncate(to: 0)
    return taken
  }

  /// Appends a record; nothing of one that the old log does not know.
  public mutating func append(_ record: RawSpan) {
    guard record.byteCount > 0, let code = OldEntry.code(ofRecord: record.byte(at: 0)) else {
      return
    }
    append(code, record.extracting(1..<record.byteCount), isSound: true)
  }

  /// Appends filler in the place of `count` bytes that could not be read, which cannot be read either.
  public mutating func append(damagedBytes count: Int) {
    let length = max(count - OldEntry.frameSize, 0)
    let filling = [UInt8](repeating: SegmentWriter.filler, count: length)
    append(2, filling.rawBytes, isSound: false)
  }

  /// Appends space that was set aside.
  public mutating func append(zeros count: Int) { bytes.append(zeros: max(count, 0)) }

  private mutating func append(_ code: UInt8, _ data: RawSpan, isSound: Bool) {
    let start = bytes.count
    bytes.append(code)
    bytes.append(OldSegment.flags)
    bytes.append(bigEndian: UInt32(truncatingIfNeeded: data.byteCount))
    bytes.append(data)
    let checksum = crc32c(bytes.bytes(in: start..<bytes.count))
    bytes.append(bigEndian: isSound ? checksum : ~checksum)
  }
}
