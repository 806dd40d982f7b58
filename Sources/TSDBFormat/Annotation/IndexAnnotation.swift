/// The fields of the sections of a block's index (Prometheus: tsdb/index/index.go). Each walk covers
/// one section, from its first byte to its last.
extension Annotation {
  /// The first five bytes.
  public static func indexHeader(of file: RawSpan) -> Annotation {
    var annotation = Annotation(at: 0, limit: .max)
    let end = min(IndexHeader.byteCount, file.byteCount)
    var cursor = ByteCursor(file.extracting(0..<end), at: 0, in: .indexHeader)
    do throws(DecodeError) {
      try annotation.magic(IndexHeader.magic, &cursor)
      try annotation.version(1...3, &cursor)
    } catch {
      annotation.fail(error, upTo: end)
    }
    return annotation
  }

  /// The table of contents: the last 52 bytes.
  public static func indexTOC(of file: RawSpan) -> Annotation {
    let start = max(file.byteCount &- IndexTOC.byteCount, 0)
    var annotation = Annotation(at: start, limit: .max)
    let bytes = file.extracting(start..<file.byteCount)
    var cursor = ByteCursor(bytes, at: start, in: .indexTOC)
    do throws(DecodeError) {
      for name in [
        "symbols", "series", "label indices", "label offset table", "postings",
        "postings offset table",
      ] {
        try annotation.uint64(name, &cursor)
      }
      try annotation.checksum(of: bytes.extracting(0..<cursor.position), &cursor)
    } catch {
      annotation.fail(error, upTo: file.byteCount)
    }
    return annotation
  }

  /// The symbol table at `offset`.
  public static func symbols(of file: RawSpan, at offset: Int, limit: Int) -> Annotation {
    section(of: file, at: offset, .indexSymbols, limit: limit) {
      (annotation, body) throws(DecodeError) in
      let count = Int(try annotation.uint32("count", &body))
      for index in 0..<count where !annotation.isFull {
        annotation.begin("symbol \(index)")
        annotation.end(.text(try annotation.string("symbol", &body)))
      }
    }
  }

  /// The symbol table at `offset` with the symbol `number` alone; all others are two leaves.
  public static func symbols(
    of file: RawSpan, at offset: Int, only number: Int
  ) -> Annotation {
    section(of: file, at: offset, .indexSymbols, limit: 0) {
      (annotation, body) throws(DecodeError) in
      _ = try annotation.uint32("count", &body)
      for _ in 0..<number { try body.skip(try body.count()) }
      annotation.cover(upTo: body.offset)
      annotation.begin("symbol \(number)")
      annotation.end(.text(try annotation.string("symbol", &body)))
    }
  }

  /// Bytes between two structures.
  public static func padding(_ range: Range<Int>) -> Annotation {
    var annotation = Annotation(at: range.lowerBound, limit: 1)
    annotation.cover(upTo: range.upperBound, as: "padding")
    return annotation
  }

  /// The list of postings at `offset`.
  public static func postings(of file: RawSpan, at offset: Int, limit: Int) -> Annotation {
    section(of: file, at: offset, .indexPostings, limit: limit) {
      (annotation, body) throws(DecodeError) in
      try annotation.uint32("count", &body)
      var last: UInt32?
      while !body.isAtEnd, !annotation.isFull {
        let start = body.offset
        let found = try annotation.uint32("series", &body)
        if let last, last >= found {
          annotation.note(
            body.failure(
              .notAscending(previous: Int64(last), found: Int64(found)), at: start))
        }
        last = found
      }
    }
  }

  /// The postings offset table at `offset`.
  public static func postingsOffsetTable(
    of file: RawSpan, at offset: Int, limit: Int
  ) -> Annotation {
    offsetTable(of: file, at: offset, .indexPostingsOffsetTable, keys: 2, limit: limit)
  }

  /// The label offset table at `offset`, which Prometheus before 3.7 wrote.
  public static func labelOffsetTable(
    of file: RawSpan, at offset: Int, limit: Int
  ) -> Annotation {
    offsetTable(of: file, at: offset, .indexLabelOffsetTable, keys: 1, limit: limit)
  }

  private static func offsetTable(
    of file: RawSpan, at offset: Int, _ section: Section, keys: UInt64, limit: Int
  ) -> Annotation {
    self.section(of: file, at: offset, section, limit: limit) {
      (annotation, body) throws(DecodeError) in
      let count = try annotation.uint32("count", &body)
      for _ in 0..<count where !annotation.isFull {
        let start = body.offset
        annotation.begin("entry")
        let found = try annotation.uvarint("keys", &body)
        guard found == keys else {
          throw body.failure(
            .mismatch(what: "keys", expected: Int64(clamping: keys), found: Int64(clamping: found)),
            at: start)
        }
        let name = try annotation.string("name", &body)
        let value = keys == 2 ? try annotation.string("value", &body) : []
        try annotation.uvarint("offset", &body)
        annotation.end(
          keys == 2 ? .label(Label(name: name, value: value)) : .text(name))
      }
    }
  }

  /// The label index at `offset`: the values of one label, by symbol.
  public static func labelIndex(
    of file: RawSpan, at offset: Int, symbols: SymbolTable, limit: Int
  ) -> Annotation {
    section(of: file, at: offset, .indexLabelIndex, limit: limit) {
      (annotation, body) throws(DecodeError) in
      try annotation.uint32("names", &body)
      try annotation.uint32("values", &body)
      while !body.isAtEnd, !annotation.isFull {
        let found = try body.uint32()
        annotation.leaf(
          "value", upTo: body.offset, .symbol(UInt64(found), symbols.text(UInt64(found), in: file)))
      }
    }
  }

  /// What most sections share: `length be32 | body | CRC-32C be32`.
  private static func section(
    of file: RawSpan, at offset: Int, _ section: Section, limit: Int,
    _ walk: (inout Annotation, inout ByteCursor) throws(DecodeError) -> Void
  ) -> Annotation {
    let offset = min(max(offset, 0), file.byteCount)
    var annotation = Annotation(at: offset, limit: limit)
    var cursor = ByteCursor(
      file.extracting(offset..<file.byteCount), at: offset, in: section)
    do throws(DecodeError) {
      let length = Int(try annotation.uint32("length", &cursor))
      let start = cursor.offset
      let isCut = cursor.remaining < length
      let bytes = isCut ? cursor.takeRest() : try cursor.take(length)
      var body = ByteCursor(bytes, at: start, in: section)
      do throws(DecodeError) {
        try walk(&annotation, &body)
        if !annotation.isFull, !body.isAtEnd {
          throw body.failure(.trailingBytes(count: body.remaining))
        }
      } catch {
        annotation.fail(error, upTo: cursor.offset)
      }
      annotation.cover(upTo: cursor.offset)
      if isCut {
        throw cursor.failure(.truncated(needed: length, available: bytes.byteCount), at: offset)
      }
      try annotation.checksum(of: bytes, &cursor)
    } catch {
      annotation.fail(error, upTo: file.byteCount)
    }
    return annotation
  }
}

extension SymbolTable {
  /// The bytes of the symbol that a version 2 index refers to by `number`, if there is one.
  func text(_ number: UInt64, in file: RawSpan) -> [UInt8]? {
    guard number < UInt64(count) else { return nil }
    return [UInt8](bytes(of: Int(truncatingIfNeeded: number), in: file))
  }
}
