internal import TSDBFormat
internal import TSDBStore

/// A few megabytes of a segment: what one task reads of a log.
///
/// A slice has the records that begin in it, whole; one after the other, all slices of a log give all
/// its records in the order of replay.
struct LogSlice: Sendable {
  /// The segment.
  let file: MappedFile
  /// Which pages of it.
  let pages: Range<Int>
  /// Which log it belongs to.
  let origin: HeadCensus.Origin
  /// Where to go on in it, behind what a full batch has taken.
  private var resumed: Int?
  /// Offset of the first record that counts; what is before it is in a chunk snapshot.
  var start = 0
  /// Offset from which on records do not count: a server stops there.
  var limit = Int.max
  /// Record types that do not count, because the server does not know them.
  var isSkipped: @Sendable (RecordType) -> Bool = { _ in false }
  /// False for a server that takes a record packed with zstd for a plain one, of a type that it does
  /// not know.
  var knowsZstd = true

  /// 4 MiB of a segment: a server of a million series writes records of more than half a megabyte,
  /// and every fragment of one that crosses the edge of a slice is checksummed by both sides.
  private static let pageCount = 128

  /// Bytes of the pages, for a progress bar.
  var size: Int { resumed == nil ? pages.count * Fragment.pageSize : 0 }

  init(
    file: MappedFile, pages: Range<Int>, origin: HeadCensus.Origin
  ) {
    self.file = file
    self.pages = pages
    self.origin = origin
  }

  /// The slices of all `sources` in the order of replay; files that cannot be opened become problems.
  static func all(
    of sources: HeadReader.Sources, problems: inout [FileError]
  ) -> [LogSlice] {
    var slices: [LogSlice] = []
    let folders: [([String], HeadCensus.Origin)] = [
      (sources.checkpoint, .checkpoint), (sources.wal, .wal), (sources.wbl, .wbl),
    ]
    for (paths, origin) in folders {
      for path in paths {
        do {
          slices += all(of: try MappedFile(path: path), origin: origin)
        } catch {
          problems.append(error)
        }
      }
    }
    return slices
  }

  /// The slices of one segment.
  static func all(of file: MappedFile, origin: HeadCensus.Origin) -> [LogSlice] {
    let pages = (file.size + Fragment.pageSize - 1) / Fragment.pageSize
    return stride(from: 0, to: pages, by: pageCount).map { page in
      LogSlice(file: file, pages: page..<min(page + pageCount, pages), origin: origin)
    }
  }

  /// What of the slice did not fit into `batch`, which has been read from it; nil where all did.
  func rest(behind batch: RecordBatch) -> LogSlice? {
    guard let rest = batch.rest else { return nil }
    var slice = self
    slice.resumed = rest
    return slice
  }

  /// Puts the records and the damage of the slice into `batch`, instead of what was in it; `rest(behind:)`
  /// has what is too much for one batch.
  func read(into batch: inout RecordBatch) {
    batch.removeAll()
    let range = pages.lowerBound * Fragment.pageSize..<pages.upperBound * Fragment.pageSize
    // No record begins in a hole, and the slice before passes over it.
    if resumed == nil, file.isHole(range) { return }
    var reader = SegmentReader(file.bytes, pages: pages, from: resumed, holes: file.holes)
    reader.read(into: &batch)
    if start > pages.lowerBound * Fragment.pageSize { batch.removeEntries(before: start) }
    if limit < pages.upperBound * Fragment.pageSize { batch.removeEntries(from: limit) }
    if !knowsZstd { batch.removeEntries { entry, _ in entry.compression == .zstd } }
    batch.removeEntries { _, type in isSkipped(type) }
    file.release(range)
  }
}
