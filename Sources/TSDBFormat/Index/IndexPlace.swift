/// What lies at an offset of an index, and where it begins.
public enum IndexPlace: Equatable, Sendable {
  /// Magic number and version.
  case header
  /// The symbol table, at this offset.
  case symbols(at: Int)
  /// An entry of the series section, sound or not.
  case series(at: Int)
  /// One label index.
  case labelIndex(at: Int)
  /// The label offset table.
  case labelOffsetTable(at: Int)
  /// One list of postings.
  case postings(at: Int)
  /// The postings offset table.
  case postingsOffsetTable(at: Int)
  /// The table of contents.
  case contents
  /// Zeros between two structures.
  case padding(Range<Int>)

  /// Looks at `offset` of a whole index file; nil behind its end. Without `contents` everything
  /// between the symbols and the end of the file counts as series.
  public init?(
    at offset: Int, of file: RawSpan, header: IndexHeader, contents: IndexTOC?,
    symbols: SymbolTable
  ) {
    guard offset >= 0, offset < file.byteCount else { return nil }
    if offset < IndexHeader.byteCount {
      self = .header
      return
    }
    if offset >= file.byteCount &- IndexTOC.byteCount {
      self = .contents
      return
    }
    let sections = Self.sections(contents, symbols, end: file.byteCount &- IndexTOC.byteCount)
    let index = sections.lastIndex { $0.start <= offset } ?? 0
    let start = sections[index].start
    let end = sections.count > index + 1 ? sections[index + 1].start : file.byteCount
    let range = start..<max(min(end, file.byteCount), start)
    switch sections[index].kind {
    case .indexSymbols: self = .symbols(at: start)
    case .indexLabelIndex: self = Self.list(at: offset, in: range, file) { .labelIndex(at: $0) }
    case .indexPostings: self = Self.list(at: offset, in: range, file) { .postings(at: $0) }
    case .indexLabelOffsetTable: self = .labelOffsetTable(at: start)
    case .indexPostingsOffsetTable: self = .postingsOffsetTable(at: start)
    case .indexTOC: self = .contents
    default:
      self = Self.series(at: offset, in: range, file, usesByteOffsets: header.usesByteOffsets)
    }
  }

  /// The sections in the order of the file.
  private static func sections(
    _ contents: IndexTOC?, _ symbols: SymbolTable, end: Int
  ) -> [(start: Int, kind: Section)] {
    guard let contents else {
      return [
        (IndexHeader.byteCount, .indexSymbols), (symbols.end, .indexSeries), (end, .indexTOC),
      ].sorted { $0.0 < $1.0 }
    }
    var sections: [(start: Int, kind: Section)] = [
      (contents.symbols, .indexSymbols), (contents.series, .indexSeries),
      (contents.postings, .indexPostings),
      (contents.postingsOffsetTable, .indexPostingsOffsetTable), (end, .indexTOC),
    ]
    if contents.hasLabelIndices {
      sections.append((contents.labelIndices, .indexLabelIndex))
      sections.append((contents.labelOffsetTable, .indexLabelOffsetTable))
    }
    return sections.sorted { $0.start < $1.start }
  }

  /// Which of the lists `length be32 | body | CRC-32C` of a section it is; each begins at a multiple
  /// of 4. Behind a wrong length everything counts to the list that has it.
  private static func list(
    at offset: Int, in range: Range<Int>, _ file: RawSpan, _ place: (Int) -> IndexPlace
  ) -> IndexPlace {
    var start = (range.lowerBound &+ 3) & ~3
    if offset < start { return .padding(range.lowerBound..<start) }
    while range.upperBound &- start >= 8 {
      var cursor = ByteCursor(
        file.extracting(start..<range.upperBound), at: start, in: .indexPostings)
      guard let length = try? cursor.uint32(), Int(length) <= cursor.remaining &- 4 else { break }
      let end = start &+ 8 &+ Int(length)
      if offset < end { return place(start) }
      let next = (end &+ 3) & ~3
      if offset < next { return .padding(end..<min(next, file.byteCount)) }
      start = next
    }
    return place(min(start, offset))
  }

  /// Which entry of the series section it is. Entries begin at multiples of 16, so those before the
  /// offset are tried, from the nearest back; in version 1 they follow one another by their lengths.
  private static func series(
    at offset: Int, in range: Range<Int>, _ file: RawSpan, usesByteOffsets: Bool
  ) -> IndexPlace {
    if usesByteOffsets { return seriesByLengths(at: offset, in: range, file) }
    let first = (range.lowerBound &+ 15) & ~15
    if offset < first { return .padding(range.lowerBound..<first) }
    var candidate = offset & ~15
    var budget = searchLimit
    while candidate >= first, budget > 0 {
      budget &-= 16
      if let end = soundEnd(at: candidate, in: range, file, &budget) {
        if offset < end { return .series(at: candidate) }
        let next = (end &+ 15) & ~15
        return offset < next ? .padding(end..<min(next, range.upperBound)) : .series(at: next)
      }
      candidate &-= 16
    }
    return .series(at: first <= offset && budget > 0 ? first : offset & ~15)
  }

  /// How many bytes the search for an entry may look at.
  private static let searchLimit = 1 << 26

  /// The end of the entry at `start` if its checksum is true.
  private static func soundEnd(
    at start: Int, in range: Range<Int>, _ file: RawSpan, _ budget: inout Int
  ) -> Int? {
    var cursor = ByteCursor(
      file.extracting(start..<range.upperBound), at: start, in: .indexSeries)
    do {
      let length = try cursor.count()
      guard length >= 2 else { return nil }
      budget &-= length
      try cursor.checksum(of: try cursor.take(length))
      return cursor.offset
    } catch {
      return nil
    }
  }

  private static func seriesByLengths(
    at offset: Int, in range: Range<Int>, _ file: RawSpan
  ) -> IndexPlace {
    var start = range.lowerBound
    while start < range.upperBound {
      var cursor = ByteCursor(
        file.extracting(start..<range.upperBound), at: start, in: .indexSeries)
      guard let length = try? cursor.count(), (try? cursor.skip(length &+ 4)) != nil,
        cursor.offset <= offset
      else { break }
      start = cursor.offset
    }
    return .series(at: start)
  }
}
