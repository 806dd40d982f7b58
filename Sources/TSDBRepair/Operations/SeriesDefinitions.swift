internal import TSDBFormat
internal import TSDBStore

/// The series that segments define: label sets as records have them, by ref.
struct SeriesDefinitions {
  /// Label sets with their count, as they are written.
  private(set) var labels: [UInt64: [UInt8]] = [:]

  /// No series.
  init() {}

  /// All that can be read of `segments`; of refs that are in `wanted` only, if that is given. The first
  /// definition of a ref counts.
  init(of segments: [SegmentFile], wanted: Set<UInt64>? = nil) throws(FileError) {
    for segment in segments where segment.entry.isFile {
      try take(segment.path, wanted: wanted)
    }
  }

  /// Adds those of the file `path`.
  mutating func take(
    _ path: String, wanted: Set<UInt64>? = nil, isSnapshot: Bool = false
  ) throws(FileError) {
    let file = try MappedFile(path: path)
    var batch = RecordBatch()
    var filter = RecordFilter()
    let pages = (file.size + Fragment.pageSize - 1) / Fragment.pageSize
    for first in stride(from: 0, to: pages, by: 128) {
      var reader = SegmentReader(
        file.bytes, pages: first..<min(first + 128, pages), holes: file.holes)
      repeat {
        batch.removeAll()
        reader.read(into: &batch)
        for entry in batch.entries
        where entry.byteCount > 0 && batch.payload(of: entry).byte(at: 0) == 1 {
          let payload = batch.payload(of: entry)
          var found = labels
          labels = [:]
          let note: (UInt64, RawSpan) -> Bool = { ref, text in
            if wanted?.contains(ref) ?? true, found[ref] == nil { found[ref] = [UInt8](text) }
            return true
          }
          if isSnapshot {
            _ = try? filter.filterSnapshot(
              payload, at: entry.offset, isSeriesKept: note, isKept: { _ in true })
          } else {
            _ = try? filter.filterSeries(payload, at: entry.offset) {
              ref, text throws(DecodeError) in
              note(ref, text)
            }
          }
          labels = found
        }
      } while !reader.isDone
    }
  }
}
