internal import TSDBFormat
internal import TSDBStore

/// What the records of a folder of segments are; replay treats them differently.
enum LogPart: Sendable {
  /// `wal/checkpoint.N`.
  case checkpoint
  /// `wal`.
  case wal
  /// `wbl`: samples that came out of order.
  case wbl
  /// `chunk_snapshot.N.M`; its records have types of their own.
  case snapshot
}

/// A few megabytes of a segment: what one task reads of a log.
///
/// A slice has the records that begin in it, whole; one after the other, all slices of a log give all
/// its records in the order of replay.
struct LogSlice: Sendable {
  /// The segment; nil for one that could not be opened.
  let file: MappedFile?
  /// Why it could not be opened.
  let failure: FileError?
  /// Which pages of it.
  let pages: Range<Int>
  /// Which log it belongs to.
  let part: LogPart
  /// True for the first slice of a segment.
  private(set) var isFirst: Bool
  /// True for the last.
  private(set) var isLast: Bool
  /// Where to go on in it, behind what a full batch has taken.
  private var resumed: Int?

  init(
    file: MappedFile?, failure: FileError?, pages: Range<Int>, part: LogPart, isFirst: Bool,
    isLast: Bool
  ) {
    self.file = file
    self.failure = failure
    self.pages = pages
    self.part = part
    self.isFirst = isFirst
    self.isLast = isLast
  }

  /// 4 MiB: records of a large server are longer than half a megabyte.
  private static let pageCount = 128

  /// Bytes of the slice.
  var size: Int {
    guard let file, resumed == nil else { return 0 }
    return min(pages.upperBound * Fragment.pageSize, file.size)
      - pages.lowerBound * Fragment.pageSize
  }

  /// The slices of `segments`, in their order.
  static func all(of segments: [SegmentFile], _ part: LogPart) -> [LogSlice] {
    segments.flatMap { segment -> [LogSlice] in
      do throws(FileError) {
        return all(of: try MappedFile(path: segment.path), part)
      } catch {
        return [
          LogSlice(
            file: nil, failure: error, pages: 0..<0, part: part, isFirst: true, isLast: true)
        ]
      }
    }
  }

  private static func all(of file: MappedFile, _ part: LogPart) -> [LogSlice] {
    let pages = (file.size + Fragment.pageSize - 1) / Fragment.pageSize
    guard pages > 0 else {
      return [
        LogSlice(
          file: file, failure: nil, pages: 0..<0, part: part, isFirst: true, isLast: true)
      ]
    }
    return stride(from: 0, to: pages, by: pageCount).map { page in
      let end = min(page + pageCount, pages)
      return LogSlice(
        file: file, failure: nil, pages: page..<end, part: part, isFirst: page == 0,
        isLast: end == pages)
    }
  }

  /// The slice as far as `batch` has it, which has been read from it, and what did not fit.
  func split(behind batch: RecordBatch) -> (taken: LogSlice, rest: LogSlice?) {
    guard let end = batch.rest else { return (self, nil) }
    var (taken, rest) = (self, self)
    taken.isLast = false
    rest.isFirst = false
    rest.resumed = end
    return (taken, rest)
  }

  /// Puts the records and the damage of the slice into `batch`, instead of what was in it; `split(behind:)`
  /// has what is too much for one batch.
  func read(into batch: inout RecordBatch) {
    batch.removeAll()
    guard let file, !pages.isEmpty else { return }
    let range = pages.lowerBound * Fragment.pageSize..<pages.upperBound * Fragment.pageSize
    // No record begins in a hole, and the slice before passes over it.
    if resumed == nil, file.isHole(range) { return }
    var reader = SegmentReader(file.bytes, pages: pages, from: resumed, holes: file.holes)
    reader.read(into: &batch)
    file.release(range)
  }
}
