/// Lays records out as a segment of the log: the other direction of `SegmentReader`.
///
/// Records are compressed, cut into fragments and put into pages of 32 KiB; a page that has no room
/// for another header is filled up with zeros (Prometheus: tsdb/wlog/wlog.go, `log`, `flushPage`).
/// Which file that becomes, and where one ends and the next begins, is the caller's business.
public struct SegmentWriter: Sendable {
  /// Bytes of a segment as servers begin the next one (`DefaultSegmentSize`).
  public static let segmentSize = 128 << 20

  /// The end of the segment that was not handed over yet.
  var pending = ByteBuffer()
  /// The compressed form of a record; here for its memory alone.
  private var compressed = ByteBuffer()
  /// Bytes handed over before `pending`.
  private var written = 0

  /// The search for whole fragments in a damaged segment that is laid out again.
  var search = FragmentSearch()

  /// Takes what comes next of the segment.
  public typealias Flush<Failure: Error> = (_ bytes: RawSpan) throws(Failure) -> Void

  /// At the begin of a segment.
  public init() {}

  /// Bytes of the segment so far; the offset at which the next record begins, unless the page is full.
  public var byteCount: Int { written + pending.count }

  /// Bytes of the page under way.
  var pageUse: Int { byteCount % Fragment.pageSize }

  /// Appends a record. It is stored plain where `compression` does not make it shorter.
  ///
  /// Pages that are full go to `flush`, whose failure is passed on.
  public mutating func append<Failure: Error>(
    _ record: RawSpan, _ compression: RecordCompression, to flush: Flush<Failure>
  ) throws(Failure) {
    var compressed = ByteBuffer()
    swap(&compressed, &self.compressed)
    defer { swap(&compressed, &self.compressed) }
    compressed.truncate(to: 0)
    let shrinks = compression.compress(record, appendingTo: &compressed)
    if !shrinks { compressed.append(record) }
    let size = compressed.count
    let flag = shrinks ? compression.typeFlag : 0
    var done = 0
    var isFirst = true
    repeat {
      fillPageWithoutRoom()
      let part = min(size - done, Fragment.pageSize - pageUse - Fragment.headerSize)
      let kind: Fragment.Kind
      if done + part == size {
        kind = isFirst ? .full : .last
      } else {
        kind = isFirst ? .first : .middle
      }
      append(compressed.bytes(in: done..<done + part), kind.rawValue | flag)
      done += part
      isFirst = false
    } while done < size
    fillPageWithoutRoom()
    try drain(to: flush)
  }

  /// Hands over what is left. A server that closes a segment fills its last page with zeros; one that
  /// was killed has left it as it was.
  public mutating func finish<Failure: Error>(
    fillingPage: Bool, to flush: Flush<Failure>
  ) throws(Failure) {
    if fillingPage, pageUse > 0 { pending.append(zeros: Fragment.pageSize - pageUse) }
    if pending.count > 0 { try handOver(to: flush) }
  }

  /// Bytes that are collected before they are handed over.
  private static let flushSize = 4 * Fragment.pageSize

  /// Hands over what is pending once it is enough: however long a segment is, little of it is in memory.
  mutating func drain<Failure: Error>(to flush: Flush<Failure>) throws(Failure) {
    if pending.count >= Self.flushSize { try handOver(to: flush) }
  }

  private mutating func handOver<Failure: Error>(to flush: Flush<Failure>) throws(Failure) {
    try flush(pending.bytes)
    written += pending.count
    pending.truncate(to: 0)
  }

  /// Appends a fragment.
  mutating func append(_ data: RawSpan, _ type: UInt8) {
    pending.append(type)
    pending.append(bigEndian: UInt16(data.byteCount))
    pending.append(bigEndian: crc32c(data))
    pending.append(data)
  }

  /// Fills the page up where no header fits any more.
  mutating func fillPageWithoutRoom() {
    let room = Fragment.pageSize - pageUse
    if room < Fragment.headerSize { pending.append(zeros: room) }
  }
}

extension RecordCompression {
  /// The bit of a fragment's type byte that says so.
  var typeFlag: UInt8 {
    switch self {
    case .none: 0
    case .snappy: 0x08
    case .zstd: 0x10
    }
  }
}
