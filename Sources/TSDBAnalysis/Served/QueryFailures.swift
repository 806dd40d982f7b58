internal import TSDBFormat
internal import TSDBStore

/// What a server's queries of a block fail for. A start does not notice it: checksums of postings, series
/// and chunks are checked only when a query reads them (Prometheus: tsdb/querier.go, `blockBaseSeriesSet`,
/// `populateWithDelSeriesIterator`).
struct QueryFailures {
  /// More labels say nothing more.
  private static let most = 1000

  /// Values of `__name__` whose list of series is damaged, or leads to a series that cannot be read.
  private(set) var metrics: Set<[UInt8]> = []
  /// Other labels whose list is damaged.
  private(set) var labels: [Label] = []

  /// Reads the series and all lists of the block in `folder`; there are none where the index has no
  /// table of contents. The list of all series is left out: PromQL never asks for it, because each
  /// selector has to have a matcher that does not match the empty string.
  init(_ folder: BlockFolder) {
    guard let path = folder.index?.path, let index = try? IndexFile(path: path),
      let contents = index.contents
    else { return }
    let readable = Self.references(of: index)
    do throws(DecodeError) {
      var table = try PostingsOffsetTable(
        of: index.file.bytes, at: contents.postingsOffsetTable)
      while let entry = try table.next() { check(entry, index.file.bytes, readable) }
    } catch {
      // A server does not open a block with such a table.
      return
    }
  }

  /// The references of all series that can be read, sorted.
  private static func references(of index: IndexFile) -> [UInt32] {
    var references: [UInt32] = []
    var sequence = index.series()
    while sequence.next() {
      references += sequence.batch.series.map { UInt32(truncatingIfNeeded: $0.reference) }
    }
    return references
  }

  private mutating func check(
    _ entry: borrowing PostingsOffsetTable.Entry, _ file: RawSpan, _ readable: [UInt32]
  ) {
    guard entry.name.byteCount > 0 else { return }
    let label = Label(name: [UInt8](entry.name), value: [UInt8](entry.value))
    let isName = label.name == Array("__name__".utf8)
    do throws(DecodeError) {
      let list = try Postings(of: file, at: Int(clamping: entry.postings))
      // A list that is out of order is read all the same.
      guard isName, let wanted = try? list.references() else { return }
      if !Self.areAll(wanted, in: readable) { metrics.insert(label.value) }
    } catch {
      if isName {
        metrics.insert(label.value)
      } else if labels.count < Self.most {
        labels.append(label)
      }
    }
  }

  /// True if each of `wanted` is in `all`; both are sorted.
  private static func areAll(_ wanted: [UInt32], in all: [UInt32]) -> Bool {
    var place = 0
    for reference in wanted {
      while place < all.count, all[place] < reference { place += 1 }
      if place >= all.count || all[place] != reference { return false }
    }
    return true
  }

  /// True if a query over all the time of a series fails, whose chunks in blocks these are: because one
  /// cannot be opened, or because the last one of a block ends too early. An earlier one that does is
  /// given up for the next one, and no error is left of it.
  static func areMet(in runs: [SampleRun]) -> Bool {
    // Chunks that are deleted as a whole are not opened.
    let asked = runs.filter { !$0.tombstones.covers($0.range) }
    for (place, run) in asked.enumerated() {
      guard let (chunks, reference) = run.blockChunk else { continue }
      if !chunks.opens(reference) { return true }
      let next = place + 1 < asked.count ? asked[place + 1].blockChunk?.chunks : nil
      if next !== chunks, endsEarly(run) { return true }
    }
    return false
  }

  /// True if a query over all the time of a series of the head fails, because its last chunk ends too early
  /// and no sample follows. Chunks that came out of order are merged with the others, and are not looked at.
  static func areMet(in series: HeadSeries, _ runs: [SampleRun]) -> Bool {
    guard series.isInOrder, let last = runs.last else { return false }
    return endsEarly(last)
  }

  private static func endsEarly(_ run: SampleRun) -> Bool {
    var batch = SampleBatch()
    guard case .damaged(_, let error) = run.unpack(into: &batch) else { return false }
    // A server does not look at what follows the last sample.
    if case .trailingBytes = error.problem { return false }
    return true
  }
}
