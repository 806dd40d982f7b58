/// How many series carry each label of an index, from the postings offset table alone, which is a hundredth of an
/// index or less: the lists follow one another in the order of the table, each at a multiple of 4, so that what
/// lies between two neighbours is the first of them (Prometheus: tsdb/index/index.go, `writePosting`).
///
///     series = (place of the next list - place of this one - 12) / 4      (12: length, count and CRC-32C)
///
/// The last list, those that are not followed by the next entry's, and a few of all others are asked for the count
/// that they store. Where one has another, `disagrees` says so: then only the lists themselves tell.
public struct PostingsSizes: ~Escapable {
  /// One label.
  public struct Entry: ~Escapable {
    /// The label's name; empty, as the value, for the list of all series.
    public let name: RawSpan
    /// The label's value.
    public let value: RawSpan
    /// How many series carry it.
    public let series: Int
    /// File offset of the entry in the table.
    public let offset: Int

    @_lifetime(copy entry)
    init(_ entry: borrowing PostingsOffsetTable.Entry, series: Int, offset: Int) {
      name = entry.name
      value = entry.value
      self.series = series
      self.offset = offset
    }
  }

  /// What tells the size of a list.
  public enum Source: Sendable {
    /// The place of the next one.
    case places
    /// Its own count: a look at each list.
    case lists
  }

  /// So many lists are looked at to see whether the places tell the truth.
  private static let samples = 64
  /// Length, count and checksum of a list.
  private static let overhead = 12

  private let file: RawSpan
  private let source: Source
  private var table: PostingsOffsetTable
  /// One entry ahead of `table`.
  private var ahead: PostingsOffsetTable
  /// Every so many entries one is looked at.
  private let step: Int
  /// True where a list that was looked at has another count than its place says.
  public private(set) var disagrees = false

  /// Reads the table that `contents` leads to in a whole index file, and checks its checksum; `isRead` is told
  /// which parts of the file that took.
  @_lifetime(copy file)
  public init(
    of file: RawSpan, contents: IndexTOC, from source: Source,
    isRead: (Range<Int>) -> Void = { _ in }
  ) throws(DecodeError) {
    self.file = file
    self.source = source
    table = try PostingsOffsetTable(of: file, at: contents.postingsOffsetTable, isRead: isRead)
    step = max(table.remaining / Self.samples, 1)
    ahead = table
    _ = try ahead.next()
  }

  /// File offset of the next entry.
  public var position: Int { table.position }

  /// The next label; nil behind the last. Throws for an entry, or for a list that was looked at, that cannot be.
  @_lifetime(copy self)
  public mutating func next() throws(DecodeError) -> Entry? {
    let (offset, isSample) = (table.position, table.remaining % step == 0)
    guard let entry = try table.next() else { return nil }
    let place = Int(clamping: entry.postings)
    var following: Int?
    if let next = try ahead.next() { following = Int(clamping: next.postings) }
    return Entry(
      entry, series: try series(at: place, before: following, isSample: isSample), offset: offset)
  }

  private mutating func series(
    at place: Int, before next: Int?, isSample: Bool
  ) throws(DecodeError) -> Int {
    guard source == .places, let next, next <= file.byteCount,
      next > place, (next &- place) % 4 == 0, next &- place >= Self.overhead
    else { return try Postings.storedCount(of: file, at: place) }
    let count = (next &- place &- Self.overhead) / 4
    guard isSample else { return count }
    let stored = try Postings.storedCount(of: file, at: place)
    if stored != count { disagrees = true }
    return stored
  }
}
