/// Reads the records of a segment and steps over what is damaged.
///
/// Prometheus stops at the first damage and its repair drops everything behind it. This reader
/// reports the damage and goes on at the next whole fragment in the page, else at the next page.
/// Everything up to the first fragment that begins a record is then lost with it.
///
/// A segment can be read in slices by several tasks: a slice owns the records that begin in its
/// pages, and goes on past its end up to the first whole fragment there that begins a record.
public struct SegmentReader: ~Escapable {
  private let segment: RawSpan
  /// Next byte to look at.
  private var offset: Int
  /// Records that begin at or behind this offset belong to the next slice.
  private let limit: Int
  /// True until the first fragment that begins a record, in slices that do not begin the segment.
  private var isSeeking: Bool
  /// The record under way: offset of its first fragment; nil between records.
  private var start: Int?
  /// Kind of the last fragment, for the message about one that cannot follow it.
  private var previous = Fragment.Kind.pageEnd
  /// The search for whole fragments behind broken ones.
  private var search = FragmentSearch()
  /// Stretches that are known to be zeros, and the first that does not end before `offset`.
  private let holes: [Range<Int>]
  private var nextHole = 0
  /// True for a segment of Prometheus 2.0 to 2.3, which has no pages: all of it is of the first slice.
  private let isOld: Bool
  /// True once all records have been read.
  public private(set) var isDone = false

  /// Plain bytes behind which a batch takes no further record: a few pages can hold gigabytes.
  static let fullBatch = 64 << 20

  /// Reads the whole segment, or the records that begin in `pages` of it (page numbers); of those the
  /// ones from byte `resumed` on, where a full batch said to go on. Of `holes`, in their order, it is known
  /// that they are zeros.
  @_lifetime(copy segment)
  public init(
    _ segment: RawSpan, pages: Range<Int>? = nil, from resumed: Int? = nil,
    holes: [Range<Int>] = []
  ) {
    self.segment = segment
    self.holes = holes
    let start = (pages?.lowerBound ?? 0) * Fragment.pageSize
    offset = min(resumed ?? start, segment.byteCount)
    limit = min((pages?.upperBound ?? .max / Fragment.pageSize) * Fragment.pageSize, .max)
    isSeeking = offset > 0 && resumed == nil
    isOld = OldSegment.isOld(segment)
    if isOld, resumed == nil, start > 0 { offset = segment.byteCount }
  }

  /// Appends what is left to `batch`, until it is full: `batch.rest` then says where to go on, and
  /// `isDone` stays false. Reading goes on with the next call, or with another reader from there.
  public mutating func read(into batch: inout RecordBatch) {
    batch.pieces.truncate(to: 0)
    batch.rest = nil
    if isOld { return readOld(into: &batch) }
    while offset < segment.byteCount {
      if start == nil, batch.bytes.count >= Self.fullBatch {
        batch.rest = offset
        return
      }
      do {
        let fragment = try Fragment(segment, at: offset)
        if fragment.kind == .pageEnd {
          let padding = offset
          try passPadding()
          if let start { tear(from: start, to: padding, into: &batch) }
          continue
        }
        if offset >= limit && fragment.kind.beginsRecord {
          abandon(into: &batch, before: fragment)
          isDone = true
          return
        }
        take(fragment, into: &batch)
      } catch {
        resynchronise(after: error, into: &batch)
      }
    }
    if let start { tear(from: start, to: offset, into: &batch) }
    isDone = true
  }

  private mutating func readOld(into batch: inout RecordBatch) {
    var reader = OldSegmentReader(segment, from: offset, holes: holes)
    reader.read(into: &batch, fullAt: Self.fullBatch)
    offset = reader.offset
    isDone = reader.isDone
    if !isDone { batch.rest = offset }
  }

  /// Reports a record that was begun and never finished: the segment ends, or padding follows.
  /// Servers fill a page before they split a record, so pieces behind padding are not its rest.
  private mutating func tear(from start: Int, to end: Int, into batch: inout RecordBatch) {
    let torn = DecodeError(
      section: .walRecord, offset: start, problem: .torn(available: end - start))
    batch.damage.append(.init(error: torn, lost: start..<passPieces(lostBefore: end)))
    forgetRecord(&batch)
  }

  /// Steps to the next page; all between must be zero (reader.go is as pedantic).
  private mutating func passPadding() throws(DecodeError) {
    let end = min(Fragment.end(ofPageAt: offset), segment.byteCount)
    if let stray = segment.extracting(offset..<end).firstNonZero {
      throw DecodeError(
        section: .walPage, offset: offset + stray,
        problem: .nonZeroPadding(found: segment.byte(at: offset + stray)))
    }
    offset = end
    if !holes.isEmpty { passHole() }
  }

  /// Steps over the whole pages of a hole.
  private mutating func passHole() {
    while nextHole < holes.count, holes[nextHole].upperBound <= offset { nextHole += 1 }
    guard nextHole < holes.count, holes[nextHole].lowerBound <= offset else { return }
    offset = max(offset, holes[nextHole].upperBound / Fragment.pageSize * Fragment.pageSize)
  }

  /// Takes a whole fragment in: completes a record, goes on with one, or reports that it does not
  /// fit behind the one before.
  private mutating func take(_ fragment: Fragment, into batch: inout RecordBatch) {
    if isSeeking {
      guard fragment.kind.beginsRecord else {
        offset = fragment.end
        return
      }
      isSeeking = false
    }
    if fragment.kind.beginsRecord {
      abandon(into: &batch, before: fragment)
      start = fragment.offset
    } else if start == nil {
      offset = fragment.end
      report(
        unexpected: fragment, lost: fragment.offset..<passPieces(lostBefore: offset), into: &batch)
      return
    }
    offset = fragment.end
    previous = fragment.kind
    if fragment.kind == .full {
      complete(with: segment.extracting(fragment.data), fragment: fragment, into: &batch)
    } else {
      batch.pieces.append(segment.extracting(fragment.data))
      if fragment.kind == .last {
        var joined = ByteBuffer()
        swap(&joined, &batch.pieces)
        complete(with: joined.bytes(in: 0..<joined.count), fragment: fragment, into: &batch)
        joined.truncate(to: 0)
        swap(&joined, &batch.pieces)
      }
    }
  }

  /// Decompresses a complete record into the batch.
  private mutating func complete(
    with compressed: RawSpan, fragment: Fragment, into batch: inout RecordBatch
  ) {
    let begin = start ?? fragment.offset
    let from = batch.bytes.count
    let outcome = fragment.compression.decompress(compressed, appendingTo: &batch.bytes)
    if outcome == .whole {
      batch.entries.append(
        .init(
          offset: begin, end: fragment.end, compression: fragment.compression,
          payload: from..<batch.bytes.count))
    } else {
      let error = DecodeError(
        section: .walCompression, offset: begin,
        problem: fragment.compression.problem(outcome, ofBytes: compressed.byteCount))
      batch.damage.append(.init(error: error, lost: begin..<fragment.end))
    }
    forgetRecord(&batch)
  }

  /// Reports a record that was begun and is cut off by `next`, which begins another.
  private mutating func abandon(into batch: inout RecordBatch, before next: Fragment) {
    guard let start else { return }
    report(unexpected: next, lost: start..<offset, into: &batch)
    forgetRecord(&batch)
  }

  private func report(
    unexpected fragment: Fragment, lost: Range<Int>, into batch: inout RecordBatch
  ) {
    let error = DecodeError(
      section: .walFragment, offset: fragment.offset,
      problem: .unexpectedFragment(found: fragment.kind.rawValue, after: previous.rawValue))
    batch.damage.append(.init(error: error, lost: lost))
  }

  private mutating func forgetRecord(_ batch: inout RecordBatch) {
    start = nil
    previous = .pageEnd
    batch.pieces.truncate(to: 0)
  }

  /// Finds where reading can go on behind a failure, and reports what lies between as lost.
  private mutating func resynchronise(after error: DecodeError, into batch: inout RecordBatch) {
    let from = start ?? offset
    offset =
      search.next(in: segment, after: offset)
      ?? min(Fragment.end(ofPageAt: offset), segment.byteCount)
    let lost = from..<passPieces(lostBefore: offset)
    if !isSeeking { batch.damage.append(.init(error: error, lost: lost)) }
    forgetRecord(&batch)
  }

  /// Steps over the pieces of a broken record and the padding among them, up to a fragment that
  /// begins another or that is broken too. Gives the end of the last piece, or `end` without any.
  private mutating func passPieces(lostBefore end: Int) -> Int {
    var end = end
    while offset < segment.byteCount {
      guard let next = try? Fragment(segment, at: offset) else { break }
      if next.kind == .pageEnd {
        guard (try? passPadding()) != nil else { break }
      } else if next.kind.beginsRecord {
        break
      } else {
        offset = next.end
        end = offset
      }
    }
    return end
  }
}

/// Finds whole fragments behind broken ones, by their checksums: the length of a broken one cannot be
/// trusted, and may lead past whole ones.
struct FragmentSearch: Sendable {
  /// How many bytes a page's broken fragments may cost in checksums tried in vain; bounds the work
  /// on pages that are made to look like many fragments.
  private static let limit = 1 << 21
  /// End of the page that was searched last.
  private var page = -1
  /// What is left of `limit` in that page.
  private var budget = 0

  /// The first offset behind `offset` in its page where a whole fragment with data stands.
  mutating func next(in segment: RawSpan, after offset: Int) -> Int? {
    let pageEnd = min(Fragment.end(ofPageAt: offset), segment.byteCount)
    if page != pageEnd {
      page = pageEnd
      budget = Self.limit
    }
    var candidate = offset + 1
    while candidate + Fragment.headerSize < pageEnd, budget > 0 {
      if Fragment.mayBegin(withTypeByte: segment.byte(at: candidate)) {
        let claimed =
          Int(segment.byte(at: candidate + 1)) << 8 | Int(segment.byte(at: candidate + 2))
        budget -= min(claimed, Fragment.pageSize)
        if let fragment = try? Fragment(segment, at: candidate), fragment.length > 0 {
          return candidate
        }
      }
      candidate += 1
    }
    return nil
  }
}
