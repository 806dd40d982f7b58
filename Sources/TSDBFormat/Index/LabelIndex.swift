/// The label indices and their offset table, which Prometheus before 3.7 wrote and nothing since 2.2
/// reads; read here for their checksums alone.
///
///     label index:         length be32 | names be32 (1) | values be32 | values × symbol be32 | CRC
///     label offset table:  length be32 | count be32 | count × (1 uvarint, name, offset uvarint) | CRC
///
/// In version 1 the symbols are byte offsets.
public enum LabelIndex {
  /// Checks the label indices between `start` and `end` of a whole index file; each starts at a
  /// multiple of 4. Returns what is wrong: after a bad index the next is found by its length.
  public static func check(_ file: RawSpan, from start: Int, to end: Int) -> [DecodeError] {
    var damage: [DecodeError] = []
    var position = (max(start, 0) &+ 3) & ~3
    let limit = min(end, file.byteCount)
    while limit &- position >= 8 {
      var cursor = ByteCursor(
        file.extracting(position..<limit), at: position, in: .indexLabelIndex)
      do throws(DecodeError) {
        let length = Int(try cursor.uint32())
        let body = try cursor.take(length)
        position = (cursor.offset &+ 4 &+ 3) & ~3
        try cursor.checksum(of: body)
        try checkBody(body, at: cursor.offset &- 4 &- length)
      } catch {
        damage.append(error)
        if case .truncated = error.problem { return damage }
        if damage.count >= SeriesReader.findingLimit { return damage }
      }
    }
    return damage
  }

  private static func checkBody(_ bytes: RawSpan, at offset: Int) throws(DecodeError) {
    var body = ByteCursor(bytes, at: offset, in: .indexLabelIndex)
    let names = try body.uint32()
    let values = try body.uint32()
    let (numbers, isTooMany) = Int64(names).multipliedReportingOverflow(by: Int64(values))
    guard !isTooMany, numbers <= Int64(body.remaining / 4), body.remaining == Int(numbers) &* 4
    else {
      throw body.failure(
        .mismatch(
          what: "symbols", expected: Int64(clamping: numbers),
          found: Int64(body.remaining / 4)), at: offset)
    }
  }

  /// Checks the label offset table at `offset` of a whole index file.
  public static func checkOffsetTable(_ file: RawSpan, at offset: Int) throws(DecodeError) {
    let table = try CheckedTable(of: file, at: offset, in: .indexLabelOffsetTable)
    var cursor = table.cursor
    for _ in 0..<table.count {
      let start = cursor.offset
      let keys = try cursor.uvarint()
      guard keys == 1 else {
        throw cursor.failure(
          .mismatch(what: "keys", expected: 1, found: Int64(clamping: keys)), at: start)
      }
      _ = try cursor.lengthPrefixed()
      _ = try cursor.uvarint()
    }
    guard cursor.isAtEnd else { throw cursor.failure(.trailingBytes(count: cursor.remaining)) }
  }
}
