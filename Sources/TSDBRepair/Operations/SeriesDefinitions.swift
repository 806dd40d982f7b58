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
    var found: [UInt64: [UInt8]] = [:]
    swap(&found, &labels)
    defer { swap(&found, &labels) }
    try SeriesDropPass.forEachSeries(path, isSnapshot: isSnapshot) { ref, text in
      if wanted?.contains(ref) ?? true, found[ref] == nil { found[ref] = [UInt8](text) }
    }
  }
}
