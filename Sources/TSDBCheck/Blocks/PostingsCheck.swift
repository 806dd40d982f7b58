internal import TSDBFormat
internal import TSDBStore

/// The postings of an index: the table that leads to them, every list, and whether each holds the
/// series that carry its label and no others.
struct PostingsCheck {
  private let index: IndexFile
  private let path: String
  private let references: SeriesReferences
  private var pairs: LabelPairSums
  private let seriesAreDamaged: Bool
  private let symbolsAreSorted: Bool
  private var names: SymbolSearch
  private var values: SymbolSearch
  private var last = (name: -1, value: -1)
  private var released: Int
  private var listsAreDamaged = false
  private var hasUnknownSymbols = false
  private var list = FindingList()
  /// How many series the list of all has; nil if it cannot be read.
  private(set) var seriesCount: Int?

  init(_ index: IndexFile, _ series: SeriesCheck, seriesAreDamaged: Bool, symbolsAreSorted: Bool) {
    self.index = index
    path = index.file.path
    references = series.references
    pairs = series.pairs
    self.seriesAreDamaged = seriesAreDamaged
    self.symbolsAreSorted = symbolsAreSorted
    names = SymbolSearch(index)
    values = SymbolSearch(index)
    released = index.contents?.postings ?? 0
  }

  /// Reads all lists that the table at `offset` leads to.
  mutating func run(_ contents: IndexTOC) -> [Finding] {
    let file = index.file
    do throws(DecodeError) {
      var table = try PostingsOffsetTable(
        of: file.bytes, at: contents.postingsOffsetTable
      ) { file.release($0) }
      while let entry = try table.next() { check(entry, contents) }
      checkMissing(contents)
    } catch {
      list.add(Finding(.damaged(path: path, error), severity: .fatal))
      checkListsWithoutTable(contents)
    }
    file.release(contents.postings..<file.size)
    return list.summed()
  }

  private mutating func check(_ entry: borrowing PostingsOffsetTable.Entry, _ contents: IndexTOC) {
    let offset = Int(clamping: entry.postings)
    if entry.name.byteCount == 0, entry.value.byteCount == 0 {
      let count = UInt32(truncatingIfNeeded: references.count)
      let all = LabelPairSums.Entry(name: 0, count: count, sum: references.sum)
      checkList(at: offset, all, isAll: true)
      return
    }
    guard symbolsAreSorted else {
      checkList(at: offset, nil, isAll: false)
      return
    }
    guard let name = names.find(entry.name), let value = values.find(entry.value) else {
      hasUnknownSymbols = true
      add(
        .indexPostingsOffsetTableUnknownSymbol, contents,
        "has a label whose name or value is no symbol")
      return
    }
    let isSorted = last.name != name ? last.name < name : last.value < value
    if !isSorted, !index.header.usesByteOffsets {
      add(
        .indexPostingsOffsetTableOrder, contents,
        "is not sorted, so that labels in it are not found")
    }
    last = (name, value)
    let found = pairs.take(name: name, value: value)
    checkList(
      at: offset, found ?? LabelPairSums.Entry(name: UInt32(name), count: 0, sum: 0), isAll: false)
    release(before: offset)
  }

  /// Compares the list at `offset` with the series that should be in it; nil if nobody knows.
  private mutating func checkList(at offset: Int, _ expected: LabelPairSums.Entry?, isAll: Bool) {
    let file = index.file
    do throws(DecodeError) {
      let postings = try Postings(of: file.bytes, at: offset)
      if isAll { seriesCount = postings.count }
      let sum = try postings.sum()
      if let expected, Int(expected.count) == postings.count, expected.sum == sum { return }
      try compare(postings, at: offset, expected, isAll: isAll)
    } catch {
      listsAreDamaged = true
      let what: Message =
        isAll ? "queries that select no label by its value" : "queries for one label"
      list.add(Finding(.damaged(path: path, error), severity: .loss, lost: what))
    }
  }

  /// Says in which way a list is not what it should be. Series that cannot be read may be in any.
  private mutating func compare(
    _ postings: borrowing Postings, at offset: Int, _ expected: LabelPairSums.Entry?, isAll: Bool
  ) throws(DecodeError) {
    let all = try postings.references()
    var known = (count: 0, sum: UInt64(0))
    for reference in all where references.contains(UInt64(reference)) {
      known.count &+= 1
      known.sum &+= ReferenceSum.term(reference)
    }
    let whose: Message = isAll ? "the list of all series" : "a list of series with one label"
    if known.count < all.count, !seriesAreDamaged {
      add(
        .indexPostingsUnknownSeries, at: offset,
        "\(whose) refers to \(count: all.count &- known.count, "place") where no series is")
      return
    }
    guard let expected, known.count != Int(expected.count) || known.sum != expected.sum else {
      return
    }
    if known.count < Int(expected.count) {
      let missing = Int(expected.count) &- known.count
      add(
        .indexPostingsIncomplete, at: offset,
        "\(whose) lacks \(count: missing, of: "series")")
    } else {
      add(.indexPostingsForeign, at: offset, "\(whose) holds series that do not belong to it")
    }
  }

  private mutating func checkMissing(_ contents: IndexTOC) {
    if seriesCount == nil, references.count > 0, !listsAreDamaged {
      add(.indexPostingsOffsetTableMissing, contents, "has no list of all series")
    }
    guard symbolsAreSorted, !hasUnknownSymbols else { return }
    let left = pairs.left
    guard let first = left.first else { return }
    let (name, value) = ([UInt8](index.symbol(first.name)), [UInt8](index.symbol(first.value)))
    add(
      .indexPostingsOffsetTableIncomplete, contents,
      "lacks \(count: left.count, "label") that series carry, such as \(label: name, value)")
  }

  /// Reads the table alone, as a server does when it opens the block.
  static func checkTable(_ index: IndexFile, _ contents: IndexTOC) -> [Finding] {
    do throws(DecodeError) {
      var table = try PostingsOffsetTable(of: index.file.bytes, at: contents.postingsOffsetTable)
      while try table.next() != nil {}
      return []
    } catch {
      return [Finding(.damaged(path: index.file.path, error), severity: .fatal)]
    }
  }

  /// The lists follow one another, each at a multiple of 4: enough to see whether they are sound.
  private mutating func checkListsWithoutTable(_ contents: IndexTOC) {
    let file = index.file
    let behind = [contents.labelOffsetTable, contents.postingsOffsetTable, file.size]
    let end = behind.filter { $0 > contents.postings }.min() ?? 0
    var position = (contents.postings &+ 3) & ~3
    while position < end {
      do throws(DecodeError) {
        let postings = try Postings(of: file.bytes, at: position)
        if seriesCount == nil { seriesCount = postings.count }
        position = (postings.end &+ 3) & ~3
      } catch {
        list.add(Finding(.damaged(path: path, error), severity: .loss))
        return
      }
    }
  }

  /// Gives pages back in pieces of this many bytes.
  private static let releaseStep = 4 << 20

  private mutating func release(before offset: Int) {
    guard offset &- released >= Self.releaseStep, offset < index.file.size else { return }
    index.file.release(released..<offset)
    released = offset
  }

  private mutating func add(_ rule: Rule, at offset: Int, _ message: Message) {
    list.add(
      Finding(
        rule: rule, severity: .loss, path: path,
        offset: offset, message: message, lost: "series that queries do not find, or find in vain"))
  }

  private mutating func add(_ rule: Rule, _ contents: IndexTOC, _ message: Message) {
    list.add(
      Finding(
        rule: rule, severity: .loss, path: path,
        offset: contents.postingsOffsetTable, message: message,
        lost: "series that queries do not find"))
  }
}
