public import TSDBFormat

/// A few megabytes of a segment: what one task reads of a log.
///
/// A slice has the records that begin in it, whole; one after the other, all slices of a log give all
/// its records in the order of replay.
public struct SegmentSlice: Sendable {
  /// The segment.
  public let file: MappedFile
  /// Which log it belongs to.
  public let part: LogPart
  /// Which pages of it.
  private let pages: Range<Int>
  /// Where to go on in it, behind what a full batch has taken.
  private var resumed: Int?
  /// Offset of the first record that counts.
  private var start = 0
  /// Offset from which on records do not count.
  private var limit = Int.max
  /// Records that do not count, because a server does not know them; nil where all count.
  public var isPassedOver: (@Sendable (RecordBatch.Entry, RecordType) -> Bool)?
  /// Takes out of the records what does not count; nil where all of them counts.
  public var trim: (@Sendable (inout RecordBatch) -> Void)?

  /// 4 MiB of a segment: a server of a million series writes records of more than half a megabyte,
  /// and every fragment of one that crosses the edge of a slice is checksummed by both sides.
  private static let pageCount = 128

  private init(file: MappedFile, part: LogPart, pages: Range<Int>) {
    self.file = file
    self.part = part
    self.pages = pages
  }

  /// The slices of `segments`; files that cannot be opened become problems.
  public static func all(
    of segments: [LogSegment], problems: inout [FileError]
  ) -> [SegmentSlice] {
    var slices: [SegmentSlice] = []
    for segment in segments {
      do {
        slices += all(of: try MappedFile(path: segment.path), segment)
      } catch {
        problems.append(error)
      }
    }
    return slices
  }

  private static func all(of file: MappedFile, _ segment: LogSegment) -> [SegmentSlice] {
    all(of: file, segment.part).compactMap { slice in
      guard segment.start < slice.bytes.upperBound, segment.limit > slice.bytes.lowerBound else {
        return nil
      }
      var slice = slice
      slice.start = segment.start
      slice.limit = segment.limit
      return slice
    }
  }

  /// The slices of a whole segment; one without pages where it is empty.
  public static func all(of file: MappedFile, _ part: LogPart) -> [SegmentSlice] {
    let pages = (file.size + Fragment.pageSize - 1) / Fragment.pageSize
    // Where an entry of the old log begins, only the one before it says.
    let pageCount = file.isOldSegment ? max(pages, 1) : pageCount
    return stride(from: 0, to: max(pages, 1), by: pageCount).map { page in
      SegmentSlice(file: file, part: part, pages: page..<min(page + pageCount, pages))
    }
  }

  /// The bytes of its pages.
  fileprivate var bytes: Range<Int> {
    pages.lowerBound * Fragment.pageSize..<pages.upperBound * Fragment.pageSize
  }

  /// Bytes of the slice in the segment, for a progress bar.
  public var size: Int {
    resumed == nil ? min(bytes.upperBound, file.size) - bytes.lowerBound : 0
  }

  /// True where no record of the segment stands before it.
  public var isFirst: Bool { pages.lowerBound == 0 && resumed == nil }
  /// True for the last slice of the segment, and for what is left of it.
  public var endsSegment: Bool { bytes.upperBound >= file.size }

  /// What of the slice did not fit into `batch`, which has been read from it; nil where all did.
  public func rest(behind batch: RecordBatch) -> SegmentSlice? {
    guard let rest = batch.rest else { return nil }
    var slice = self
    slice.resumed = rest
    return slice
  }

  /// Puts the records and the damage of the slice into `batch`, instead of what was in it; `rest(behind:)`
  /// has what is too much for one batch.
  public func read(into batch: inout RecordBatch) {
    batch.removeAll()
    // No record begins in a hole, and the slice before passes over it.
    if resumed == nil, file.isHole(bytes) { return }
    var reader = SegmentReader(file.bytes, pages: pages, from: resumed, holes: file.holes)
    reader.read(into: &batch)
    if start > bytes.lowerBound { batch.removeEntries(before: start) }
    if limit < bytes.upperBound { batch.removeEntries(from: limit) }
    if let isPassedOver { batch.removeEntries(where: isPassedOver) }
    if let trim { trim(&batch) }
    file.release(bytes)
  }
}

/// Goes through a segment from its begin to its end.
public struct SegmentPass {
  private var slices: ArraySlice<SegmentSlice>
  private var rest: SegmentSlice?

  /// Through `file`: through all of it, or from a little before the offset `start` on, so that no record that lies
  /// there, whole or in part, is missed.
  public init(_ file: MappedFile, from start: Int = 0) {
    file.willReadSequentially()
    let begin = start > 0 ? file.recordBegin(before: start) : 0
    slices = SegmentSlice.all(of: file, .wal).drop { $0.bytes.upperBound <= begin }
  }

  /// Puts the next records, and the damage among them, into `batch`, instead of what was in it. Gives the bytes
  /// of the segment that were read; nil at its end.
  public mutating func next(into batch: inout RecordBatch) -> Int? {
    guard let slice = rest ?? slices.popFirst() else { return nil }
    slice.read(into: &batch)
    rest = slice.rest(behind: batch)
    return slice.size
  }
}

extension MappedFile {
  /// Of a segment, a page at the begin of which a record begins, before the page of `offset`: the last one, where
  /// all before `offset` is whole. What lies at `offset`, or is found to be wrong there, did not begin before.
  public func recordBegin(before offset: Int) -> Int {
    var page = min(offset, size) / Fragment.pageSize - 1
    while page > 0 {
      let start = page * Fragment.pageSize
      if Fragment.beginsRecord(at: start, of: bytes) { return start }
      page -= 1
    }
    return 0
  }
}
