/// Reads a segment as a server does when it starts: record by record, up to the first thing that it
/// cannot read (Prometheus: tsdb/wlog/reader.go, `nextNew`; tsdb/wlog/wlog.go, `segmentBufReader`).
///
/// Where a segment ends within a page, zeros are taken to follow. `SegmentReader` is the one that goes
/// on behind damage.
public struct ServerSegmentReader: ~Escapable {
  /// Where a server stops, and why.
  public struct Stop: Equatable, Sendable {
    /// Offset of the record that cannot be read: what begins before it was read.
    public let record: Int
    /// Where the server says that it stopped: how far it had read by then.
    public let offset: Int
    /// The server's words.
    public let cause: String
  }

  /// Where reading stopped; nil as long as all is well, and where the segment ends in good order.
  public private(set) var stop: Stop?

  private let segment: RawSpan
  private let knowsZstd: Bool
  private let holes: [Range<Int>]
  /// The next byte to read.
  private var offset = 0
  /// First fragment of the record under way.
  private var record = 0

  /// Reads `segment`, from the offset `start` on, where a record begins; a server older than 2.53 does not know
  /// zstd, and takes such a record as it is.
  @_lifetime(copy segment)
  public init(
    _ segment: RawSpan, from start: Int = 0, knowsZstd: Bool = true, holes: [Range<Int>] = []
  ) {
    self.segment = segment
    offset = start
    self.holes = holes
    self.knowsZstd = knowsZstd
  }

  /// The next record, decompressed into `bytes` instead of what was there; nil behind the last one. One
  /// that is larger than any that a server writes is left out of `bytes`: a server reads it.
  public mutating func next(into bytes: inout ByteBuffer) -> Range<Int>? {
    guard stop == nil else { return nil }
    bytes.truncate(to: 0)
    var pieces = ByteBuffer()
    var isInside = false
    while true {
      if !isInside { record = offset }
      guard offset < paddedSize else {
        if isInside, lastKind == 2 || lastKind == 3 { fail("last record is torn") }
        return nil
      }
      let type = byte(at: offset)
      lastKind = type & 7
      if lastKind == 0 {
        guard skipPadding() else { return nil }
        continue
      }
      guard let data = fragment(type, isInside: isInside) else { return nil }
      let compression = compression(of: type)
      if lastKind == 1 || lastKind == 4 {
        return complete(data, pieces, compression, into: &bytes)
      }
      append(data, to: &pieces)
      isInside = true
    }
  }

  private var lastKind: UInt8 = 0

  /// Bytes up to the end of the last page.
  private var paddedSize: Int {
    (segment.byteCount + Fragment.pageSize - 1) / Fragment.pageSize * Fragment.pageSize
  }

  private func byte(at offset: Int) -> UInt8 {
    offset < segment.byteCount ? segment.byte(at: offset) : 0
  }

  private mutating func fail(_ cause: String) {
    stop = Stop(record: record, offset: offset, cause: cause)
  }

  private func compression(of type: UInt8) -> RecordCompression {
    let found = RecordCompression(typeByte: type)
    return found == .zstd && !knowsZstd ? .none : found
  }

  /// Steps over the zeros that fill a page; false where there is something else.
  private mutating func skipPadding() -> Bool {
    let end = Fragment.end(ofPageAt: offset)
    let known = min(end, segment.byteCount)
    let isClean = offset + 1 >= known || segment.extracting(offset + 1..<known).isZero
    offset = end
    // Pages of zeros that were never written.
    if isClean, let hole = holes.first(where: { $0.lowerBound <= end && end < $0.upperBound }) {
      offset = max(end, hole.upperBound / Fragment.pageSize * Fragment.pageSize)
    }
    if !isClean { fail("unexpected non-zero byte in padded page") }
    return isClean
  }

  /// Takes a fragment: where its data are; nil where it cannot be read.
  private mutating func fragment(_ type: UInt8, isInside: Bool) -> Range<Int>? {
    let start = offset + Fragment.headerSize
    guard start <= paddedSize else {
      offset = paddedSize
      fail("read remaining header: unexpected EOF")
      return nil
    }
    let length = Int(byte(at: offset + 1)) << 8 | Int(byte(at: offset + 2))
    let stored = (3..<7).reduce(UInt32(0)) { $0 << 8 | UInt32(byte(at: offset + $1)) }
    offset = start
    guard length <= Fragment.pageSize - Fragment.headerSize else {
      fail("invalid record size \(length)")
      return nil
    }
    guard start + length <= paddedSize else {
      offset = paddedSize
      // Nothing at all behind a header is the end of the file to Go, and that of the log.
      if start < paddedSize {
        fail("unexpected EOF")
      } else if lastKind == 2 || lastKind == 3 {
        fail("last record is torn")
      }
      return nil
    }
    offset = start + length
    let computed = checksum(of: start..<offset)
    guard computed == stored else {
      let (found, wanted) = (String(computed, radix: 16), String(stored, radix: 16))
      fail("unexpected checksum \(found), expected \(wanted)")
      return nil
    }
    if let cause = Self.misplaced(lastKind, isInside: isInside) {
      fail(cause)
      return nil
    }
    return start..<offset
  }

  /// reader.go, `validateRecord`.
  private static func misplaced(_ kind: UInt8, isInside: Bool) -> String? {
    switch (kind, isInside) {
    case (1, true): "unexpected full record"
    case (2, true): "unexpected first record, dropping buffer"
    case (3, false): "unexpected middle record, dropping buffer"
    case (4, false): "unexpected last record, dropping buffer"
    case (1...4, _): nil
    default: "unexpected record type \(kind)"
    }
  }

  private func checksum(of range: Range<Int>) -> UInt32 {
    if range.upperBound <= segment.byteCount { return crc32c(segment.extracting(range)) }
    var copy = ByteBuffer()
    for place in range { copy.append(byte(at: place)) }
    return crc32c(copy.bytes)
  }

  private func append(_ range: Range<Int>, to bytes: inout ByteBuffer) {
    let end = min(range.upperBound, segment.byteCount)
    if range.lowerBound < end { bytes.append(segment.extracting(range.lowerBound..<end)) }
    for _ in max(range.lowerBound, end)..<max(range.upperBound, end) { bytes.append(UInt8(0)) }
  }

  private mutating func complete(
    _ data: Range<Int>, _ before: ByteBuffer, _ compression: RecordCompression,
    into bytes: inout ByteBuffer
  ) -> Range<Int>? {
    var pieces = before
    append(data, to: &pieces)
    if compression.decompress(pieces.bytes, appendingTo: &bytes) == .damaged {
      fail(compression == .snappy ? "snappy: corrupt input" : "zstd: invalid input")
      return nil
    }
    return record..<offset
  }
}
