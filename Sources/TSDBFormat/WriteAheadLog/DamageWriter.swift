/// Lays damage out again that a segment has, without the bytes that are in it: fragments keep their type
/// and their length, what was in them becomes filler, and what was wrong with them is wrong again.
///
/// Bytes that cannot be decoded may be anything, label values among them, so none of them is copied. A
/// page of the new segment may begin elsewhere; a fragment that has no room there becomes shorter.
extension SegmentWriter {
  /// What stands for bytes that are not told: a byte that begins no fragment, no snappy block and no zstd
  /// frame.
  public static let filler: UInt8 = 0x2a

  /// Appends what a reader of `segment` lost in `range`, which is a `RecordBatch.Damage.lost`.
  public mutating func append<Failure: Error>(
    damaged range: Range<Int>, of segment: RawSpan, to flush: Flush<Failure>
  ) throws(Failure) {
    let end = min(range.upperBound, segment.byteCount)
    var offset = max(range.lowerBound, 0)
    while offset < end {
      do throws(DecodeError) {
        let fragment = try Fragment(segment, at: offset)
        if fragment.kind == .pageEnd {
          let pageEnd = min(Fragment.end(ofPageAt: offset), segment.byteCount)
          try Self.checkPadding(of: segment, offset..<pageEnd)
          pad(offset..<pageEnd)
          offset = pageEnd
        } else {
          append(filled: fragment, segment.byte(at: offset))
          offset = fragment.end
        }
      } catch {
        let next =
          search.next(in: segment, after: offset)
          ?? min(Fragment.end(ofPageAt: offset), segment.byteCount)
        append(broken: error.problem, segment.extracting(offset..<max(next, offset + 1)))
        offset = max(next, offset + 1)
      }
      try drain(to: flush)
    }
  }

  /// Appends the zeros that `range` of another segment is, which lies in one page up to its end: the rest
  /// of the page under way, or a page, but not the few bytes in which no header has room.
  public mutating func append<Failure: Error>(
    padding range: Range<Int>, to flush: Flush<Failure>
  ) throws(Failure) {
    pad(range)
    try drain(to: flush)
  }

  private mutating func pad(_ range: Range<Int>) {
    if pageUse > 0, range.count >= Fragment.headerSize {
      pending.append(zeros: Fragment.pageSize - pageUse)
    } else if range.count >= Fragment.pageSize {
      pending.append(zeros: Fragment.pageSize)
    }
  }

  private static func checkPadding(
    of segment: RawSpan, _ range: Range<Int>
  ) throws(DecodeError) {
    guard let stray = segment.extracting(range).firstNonZero else { return }
    throw DecodeError(
      section: .walPage, offset: range.lowerBound + stray,
      problem: .nonZeroPadding(found: SegmentWriter.filler))
  }

  /// A whole fragment, of a record that is not.
  private mutating func append(filled fragment: Fragment, _ type: UInt8) {
    fillPageWithoutRoom()
    let room = Fragment.pageSize - pageUse - Fragment.headerSize
    // A record that goes on does so because its page is full.
    let isContinued = fragment.kind == .first || fragment.kind == .middle
    let rest = Fragment.end(ofPageAt: fragment.offset) - fragment.end
    let fillsPage = isContinued && rest < Fragment.headerSize
    let length = fillsPage ? room : min(fragment.length, room)
    append(Self.filling(length).rawBytes, type & Self.typeBits)
  }

  /// What is no fragment, and why.
  private mutating func append(broken problem: DecodeError.Problem, _ bytes: RawSpan) {
    fillPageWithoutRoom()
    let room = Fragment.pageSize - pageUse
    let type = bytes.byte(at: 0) & Self.typeBits
    let claimed =
      bytes.byteCount < 3 ? 0 : Int(bytes.byte(at: 1)) << 8 | Int(bytes.byte(at: 2))
    let size = min(bytes.byteCount, room)
    let body = max(size - Fragment.headerSize, 0)
    switch problem {
    case .nonZeroPadding:
      let zeros = min(max(bytes.firstNonZero ?? 1, 1), room - 1)
      pending.append(zeros: zeros)
      pending.append(Self.filling(max(size - zeros, 1)).rawBytes)
    case .unknownCode:
      pending.append(type)
      pending.append(Self.filling(size - 1).rawBytes)
    case .truncated where size < Fragment.headerSize:
      pending.append(type)
      pending.append(zeros: size - 1)
    case .truncated:
      let length = min(max(claimed, body + 1), max(room - Fragment.headerSize, 1))
      append(header: type, length, 0)
      pending.append(Self.filling(min(body, length - 1)).rawBytes)
    case .outOfRange:
      append(header: type, .max, 0)
      pending.append(Self.filling(body).rawBytes)
    default:
      let length = min(claimed, body)
      append(header: type, length, ~crc32c(Self.filling(length).rawBytes))
      pending.append(Self.filling(body).rawBytes)
    }
  }

  private mutating func append(header type: UInt8, _ length: Int, _ checksum: UInt32) {
    pending.append(type)
    pending.append(bigEndian: UInt16(clamping: length))
    pending.append(bigEndian: checksum)
  }

  /// Which piece of a record it is, and how that is compressed; the other bits have no meaning.
  private static let typeBits: UInt8 = 0x1f

  private static func filling(_ count: Int) -> [UInt8] {
    [UInt8](repeating: filler, count: max(count, 0))
  }
}
