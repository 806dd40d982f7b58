/// Reads the records of a segment and steps over what is damaged.
///
/// Prometheus stops at the first damage and its repair drops everything behind it. This reader
/// reports the damage and goes on: at the next fragment, where the length of the broken one leads
/// to a whole one, else at the next page. Everything up to the first fragment that begins a record
/// is then lost with it.
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
  /// The compressed pieces of a record of several fragments.
  private var pieces = ByteBuffer()

  /// Reads the whole segment, or the records that begin in `pages` of it (page numbers).
  @_lifetime(copy segment)
  public init(_ segment: RawSpan, pages: Range<Int>? = nil) {
    self.segment = segment
    offset = min((pages?.lowerBound ?? 0) * Fragment.pageSize, segment.byteCount)
    limit = min((pages?.upperBound ?? .max / Fragment.pageSize) * Fragment.pageSize, .max)
    isSeeking = offset > 0
  }

  /// Appends everything that is left to `batch`.
  public mutating func read(into batch: inout RecordBatch) {
    while offset < segment.byteCount {
      do {
        let fragment = try Fragment(segment, at: offset)
        if fragment.kind == .pageEnd {
          try passPadding()
          continue
        }
        if offset >= limit && fragment.kind.beginsRecord {
          abandon(into: &batch, before: fragment)
          return
        }
        take(fragment, into: &batch)
      } catch {
        resynchronise(after: error, into: &batch)
      }
    }
    if let start {
      let torn = DecodeError(
        section: .walRecord, offset: start, problem: .torn(available: offset - start))
      batch.damage.append(.init(error: torn, lost: start..<offset))
    }
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
      report(unexpected: fragment, lost: fragment.offset..<fragment.end, into: &batch)
      offset = fragment.end
      return
    }
    offset = fragment.end
    previous = fragment.kind
    if fragment.kind == .full {
      complete(with: segment.extracting(fragment.data), fragment: fragment, into: &batch)
    } else {
      pieces.append(segment.extracting(fragment.data))
      if fragment.kind == .last {
        var joined = ByteBuffer()
        swap(&joined, &pieces)
        complete(with: joined.bytes(in: 0..<joined.count), fragment: fragment, into: &batch)
        joined.truncate(to: 0)
        swap(&joined, &pieces)
      }
    }
  }

  /// Decompresses a complete record into the batch.
  private mutating func complete(
    with compressed: RawSpan, fragment: Fragment, into batch: inout RecordBatch
  ) {
    let begin = start ?? fragment.offset
    let from = batch.bytes.count
    if fragment.compression.decompress(compressed, appendingTo: &batch.bytes) {
      batch.entries.append(
        .init(
          offset: begin, end: fragment.end, compression: fragment.compression,
          payload: from..<batch.bytes.count))
    } else {
      let error = DecodeError(
        section: .walCompression, offset: begin,
        problem: .badCompression(codec: fragment.compression.rawValue))
      batch.damage.append(.init(error: error, lost: begin..<fragment.end))
    }
    forgetRecord()
  }

  /// Reports a record that was begun and is cut off by `next`, which begins another.
  private mutating func abandon(into batch: inout RecordBatch, before next: Fragment) {
    guard let start else { return }
    report(unexpected: next, lost: start..<offset, into: &batch)
    forgetRecord()
  }

  private func report(
    unexpected fragment: Fragment, lost: Range<Int>, into batch: inout RecordBatch
  ) {
    let error = DecodeError(
      section: .walFragment, offset: fragment.offset,
      problem: .unexpectedFragment(found: fragment.kind.rawValue, after: previous.rawValue))
    batch.damage.append(.init(error: error, lost: lost))
  }

  private mutating func forgetRecord() {
    start = nil
    previous = .pageEnd
    pieces.truncate(to: 0)
  }

  /// Finds where reading can go on behind a failure, and reports what lies between as lost.
  private mutating func resynchronise(after error: DecodeError, into batch: inout RecordBatch) {
    let from = start ?? offset
    let pageEnd = min(Fragment.end(ofPageAt: offset), segment.byteCount)
    offset = candidate(behind: error, before: pageEnd) ?? pageEnd
    // What follows belongs to the broken record until a fragment begins another one.
    while offset < segment.byteCount {
      guard let next = try? Fragment(segment, at: offset) else { break }
      if next.kind == .pageEnd {
        guard (try? passPadding()) != nil else { break }
      } else if next.kind.beginsRecord {
        break
      } else {
        offset = next.end
      }
    }
    if !isSeeking { batch.damage.append(.init(error: error, lost: from..<offset)) }
    forgetRecord()
  }

  /// The offset behind a broken fragment, if its length leads to a whole fragment in the same page.
  private func candidate(behind error: DecodeError, before pageEnd: Int) -> Int? {
    guard case .badChecksum = error.problem, offset + Fragment.headerSize <= pageEnd else {
      return nil
    }
    let high = Int(segment.byte(at: offset + 1))
    let low = Int(segment.byte(at: offset + 2))
    let behind = offset + Fragment.headerSize + (high << 8 | low)
    guard behind < pageEnd, let next = try? Fragment(segment, at: behind) else { return nil }
    // A page's end is a single zero byte: too weak to trust a length on, unless all are zero.
    if next.kind == .pageEnd && !segment.extracting(behind..<pageEnd).isZero { return nil }
    return behind
  }
}
