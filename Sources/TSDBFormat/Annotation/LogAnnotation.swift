/// The fields of the framing of a log: pages and fragments (Prometheus: tsdb/wlog/wlog.go).
extension Annotation {
  /// Walks over the fragments and the padding in `range` of a whole segment; a fragment that cannot be
  /// read ends the walk.
  public static func fragments(
    of segment: RawSpan, in range: Range<Int>, limit: Int
  ) -> Annotation {
    let range = range.clamped(to: 0..<segment.byteCount)
    var annotation = Annotation(at: range.lowerBound, limit: limit)
    do throws(DecodeError) {
      let isOld = OldSegment.isOld(segment)
      while annotation.offset < range.upperBound, !annotation.isFull {
        if isOld {
          try annotation.oldEntry(of: segment, upTo: range.upperBound)
        } else {
          try annotation.fragment(of: segment, upTo: range.upperBound)
        }
      }
    } catch {
      annotation.fail(error, upTo: range.upperBound)
    }
    annotation.cover(upTo: range.upperBound)
    return annotation
  }

  /// Walks over page `number` of a whole segment.
  public static func page(_ number: Int, of segment: RawSpan, limit: Int) -> Annotation {
    let pages = segment.byteCount / Fragment.pageSize &+ 1
    let start = min(max(number, 0), pages) &* Fragment.pageSize
    return fragments(of: segment, in: start..<start &+ Fragment.pageSize, limit: limit)
  }

  /// The byte behind the last leaf.
  var offset: Int { position / 8 }

  /// One fragment, or the padding up to the end of the page; nothing of it lies behind `end`.
  private mutating func fragment(of segment: RawSpan, upTo end: Int) throws(DecodeError) {
    let start = offset
    let pageEnd = min(Fragment.end(ofPageAt: start), segment.byteCount, end)
    let type = segment.byte(at: start)
    if type & 7 == Fragment.Kind.pageEnd.rawValue {
      let rest = segment.extracting(start..<pageEnd)
      leaf("padding", upTo: pageEnd)
      if let stray = rest.firstNonZero {
        note(
          DecodeError(
            section: .walPage, offset: start &+ stray,
            problem: .nonZeroPadding(found: rest.byte(at: stray))))
      }
      return
    }
    var cursor = ByteCursor(segment.extracting(start..<pageEnd), at: start, in: .walFragment)
    begin("fragment")
    try uint8("type", &cursor, Self.fragmentType)
    let length = Int(try uint16("length", &cursor))
    let stored = try cursor.uint32()
    guard cursor.remaining >= length else {
      leaf("checksum", upTo: cursor.offset, .magic(stored))
      throw cursor.failure(
        .outOfRange(found: Int64(length), allowed: 0...Int64(cursor.remaining)), at: start &+ 1)
    }
    let data = try cursor.take(length)
    let computed = crc32c(data)
    leaf(
      "checksum", upTo: start &+ Fragment.headerSize,
      .checksum(stored: stored, computed: computed))
    if length > 0 { leaf("data", upTo: cursor.offset) }
    self.end()
    guard type & 7 <= 4 else { throw cursor.failure(.unknownCode(found: type & 7), at: start) }
    if stored != computed {
      note(cursor.failure(.badChecksum(stored: stored, computed: computed), at: start))
    }
  }

  /// The header of a segment of Prometheus 2.0 to 2.3, an entry of it, or space that was set aside; nothing of
  /// it lies behind `end`.
  private mutating func oldEntry(of segment: RawSpan, upTo end: Int) throws(DecodeError) {
    let start = offset
    if start == 0 {
      var cursor = ByteCursor(
        segment.extracting(0..<min(end, OldSegment.headerSize)), at: 0, in: .oldSegmentHeader)
      begin("header")
      try magic(OldSegment.magic, &cursor)
      try version(OldSegment.format...OldSegment.format, &cursor)
      try cursor.skip(3)
      leaf("padding", upTo: cursor.offset)
      return self.end()
    }
    if segment.byte(at: start) == 0 {
      let next = segment.firstNonZero(in: start..<end, holes: []) ?? end
      return leaf("padding", upTo: next)
    }
    var cursor = ByteCursor(segment.extracting(start..<end), at: start, in: .oldSegmentEntry)
    begin("entry")
    let code = try uint8("type", &cursor) { OldEntry.type($0)?.name }
    try uint8("flags", &cursor)
    let length = Int(try uint32("length", &cursor))
    guard OldEntry.type(code) != nil else {
      throw cursor.failure(.unknownCode(found: code), at: start)
    }
    try cursor.skip(length)
    if length > 0 { leaf("data", upTo: cursor.offset) }
    try checksum(of: segment.extracting(start..<cursor.offset), &cursor)
    self.end()
  }

  /// Which piece of a record it is, and how the record is compressed.
  private static func fragmentType(_ type: UInt8) -> String? {
    guard let kind = Fragment.Kind(rawValue: type & 7) else { return nil }
    let compression = RecordCompression(typeByte: type)
    return compression == .none ? "\(kind)" : "\(kind), \(compression.rawValue)"
  }
}
