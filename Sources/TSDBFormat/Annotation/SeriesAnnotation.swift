/// The fields of an entry of an index's series section (Prometheus: tsdb/index/index.go,
/// `Decoder.Series`).
extension Annotation {
  /// Walks over the entry at `offset` of a whole index file, which ends before `limit` of the section.
  public static func series(
    of file: RawSpan, at offset: Int, header: IndexHeader, symbols: SymbolTable,
    sectionEnd: Int, limit: Int
  ) -> Annotation {
    let end = min(max(sectionEnd, 0), file.byteCount)
    let start = min(max(offset, 0), end)
    var annotation = Annotation(at: start, limit: limit)
    var cursor = ByteCursor(file.extracting(start..<end), at: start, in: .indexSeries)
    do throws(DecodeError) {
      let length = try annotation.count("length", &cursor)
      let bodyStart = cursor.offset
      let bytes = try cursor.take(length)
      var body = ByteCursor(bytes, at: bodyStart, in: .indexSeries)
      do throws(DecodeError) {
        try annotation.seriesLabels(&body, header, symbols, file)
        try annotation.seriesChunks(&body)
        guard body.isAtEnd else { throw body.failure(.trailingBytes(count: body.remaining)) }
      } catch {
        annotation.fail(error, upTo: cursor.offset)
      }
      try annotation.checksum(of: bytes, &cursor)
    } catch {
      // Nothing tells where it ends: what follows may be sound.
      annotation.fail(error, upTo: min(end, max(annotation.offset, start &+ 16)))
    }
    return annotation
  }

  private mutating func seriesLabels(
    _ body: inout ByteCursor, _ header: IndexHeader, _ symbols: SymbolTable, _ file: RawSpan
  ) throws(DecodeError) {
    begin("labels")
    let count = try count("count", &body, ofAtLeast: 2)
    var labels: [Label] = []
    for _ in 0..<count {
      begin("label")
      let name = try symbol("name", &body, header, symbols, file)
      let value = try symbol("value", &body, header, symbols, file)
      labels.append(Label(name: name, value: value))
      end(.label(Label(name: name, value: value)))
    }
    end(.labels(labels))
  }

  private mutating func symbol(
    _ name: String, _ body: inout ByteCursor, _ header: IndexHeader, _ symbols: SymbolTable,
    _ file: RawSpan
  ) throws(DecodeError) -> [UInt8] {
    let start = body.offset
    let found = try body.uvarint()
    let text =
      header.usesByteOffsets
      ? symbols.index(startingAt: found).flatMap { symbols.text(UInt64($0), in: file) }
      : symbols.text(found, in: file)
    leaf(name, upTo: body.offset, .symbol(found, text))
    guard let text else {
      throw body.failure(
        header.usesByteOffsets
          ? .malformed(why: "no symbol starts at byte \(found)")
          : .outOfRange(
            found: Int64(clamping: found), allowed: 0...Int64(max(symbols.count, 1) &- 1)),
        at: start)
    }
    return text
  }

  /// Times and references are sums of deltas and wrap around, as Go's do.
  private mutating func seriesChunks(_ body: inout ByteCursor) throws(DecodeError) {
    begin("chunks")
    let count = try count("count", &body, ofAtLeast: 3)
    var maxTime: Int64 = 0
    var place: UInt64 = 0
    for index in 0..<count {
      begin("chunk")
      let minTime: Int64
      if index == 0 {
        minTime = try varintTime("min time", &body)
      } else {
        let delta = Int64(bitPattern: try body.uvarint())
        minTime = maxTime &+ delta
        leaf("min time", upTo: body.offset, .timeDelta(delta, minTime))
      }
      let length = Int64(bitPattern: try body.uvarint())
      maxTime = minTime &+ length
      leaf("max time", upTo: body.offset, .timeDelta(length, maxTime))
      place = index == 0 ? try body.uvarint() : place &+ UInt64(bitPattern: try body.varint())
      leaf("reference", upTo: body.offset, .chunk(place))
      end(.chunk(place))
    }
    end()
  }
}
