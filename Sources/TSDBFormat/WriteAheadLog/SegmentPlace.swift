/// What lies at an offset of a segment: the record around it, damage, or padding.
public struct SegmentPlace: Sendable {
  /// What lies there.
  public enum Content: Equatable, Sendable {
    /// A whole record, at its place in `batch`.
    case record(RecordBatch.Entry)
    /// A stretch that gives no record.
    case damage(RecordBatch.Damage)
    /// Zeros up to the end of a page.
    case padding(Range<Int>)
  }

  /// What lies there.
  public let content: Content
  /// The records around it.
  public let batch: RecordBatch

  /// Looks at `offset` of a whole segment; nil behind its end.
  ///
  /// Reads the page of the offset, and as many pages before it as the record reaches back over.
  public init?(at offset: Int, of segment: RawSpan, holes: [Range<Int>] = []) {
    guard offset >= 0, offset < segment.byteCount else { return nil }
    let page = offset / Fragment.pageSize
    var pages = 1
    while true {
      let first = max(page &+ 1 &- pages, 0)
      var batch = RecordBatch()
      var reader = SegmentReader(segment, pages: first..<page &+ 1, holes: holes)
      var isBegin = first == 0
      repeat {
        batch.removeAll()
        reader.read(into: &batch)
        if reader.isDone || batch.rest.map({ $0 > offset }) == true,
          let content = Self.content(at: offset, of: segment, batch, isWhole: isBegin)
        {
          self.content = content
          self.batch = batch
          return
        }
        // What comes now has a begin, which is the end of the batch before.
        isBegin = isBegin || batch.rest != nil
      } while !reader.isDone
      pages &*= 2
    }
  }

  /// Nil where something begins before the batch; never nil for a batch that begins the segment.
  private static func content(
    at offset: Int, of segment: RawSpan, _ batch: RecordBatch, isWhole: Bool
  ) -> Content? {
    if let entry = batch.entries.first(where: { ($0.offset..<$0.end).contains(offset) }),
      !batch.damage.contains(where: { $0.error.offset == offset })
    {
      return .record(entry)
    }
    for damage in batch.damage where damage.lost.contains(offset) || damage.error.offset == offset {
      return .damage(damage)
    }
    let begins = batch.entries.map(\.offset) + batch.damage.map(\.lost.lowerBound)
    guard isWhole || begins.contains(where: { $0 <= offset }) else { return nil }
    let ends = batch.entries.map(\.end) + batch.damage.map(\.lost.upperBound)
    if OldSegment.isOld(segment) {
      // The header, or space that was set aside.
      let end = begins.filter { $0 > offset }.min() ?? segment.byteCount
      return .padding((ends.filter { $0 <= offset }.max() ?? 0)..<end)
    }
    let start = max(
      ends.filter { $0 <= offset }.max() ?? 0, offset / Fragment.pageSize &* Fragment.pageSize)
    return .padding(start..<min(Fragment.end(ofPageAt: offset), segment.byteCount))
  }
}
