internal import TSDBFormat
internal import TSDBStore

/// The table of `promtool tsdb list` (cmd/promtool/tsdb.go, printBlocks): Go's tabwriter with cells
/// of at least 13 columns, two of them padding; the last column is not padded.
package enum ListPromtool {
  private static let titles = [
    "BLOCK ULID", "MIN TIME", "MAX TIME", "DURATION", "NUM SAMPLES", "NUM CHUNKS", "NUM SERIES",
    "SIZE",
  ]

  /// The table of the readable blocks, titles first.
  package static func text(_ blocks: [ListedBlock]) -> String {
    let rows = [titles] + blocks.filter(\.isReadable).compactMap(row)
    let widths = titles.indices.map { column in
      max(13, rows.reduce(0) { max($0, $1[column].utf8.count) } + 2)
    }
    return rows.map { cells in
      var line = ""
      for (cell, width) in zip(cells.dropLast(), widths) {
        line += cell + String(repeating: " ", count: width - cell.utf8.count)
      }
      return line + (cells.last ?? "") + "\n"
    }.joined()
  }

  private static func row(_ block: ListedBlock) -> [String]? {
    guard let meta = block.meta else { return nil }
    return [
      "\(meta.ulid)", "\(meta.minTime)", "\(meta.maxTime)",
      TimeText.goDuration(milliseconds: meta.maxTime &- meta.minTime), "\(meta.stats.numSamples)",
      "\(meta.stats.numChunks)", "\(meta.stats.numSeries)", "\(block.folder.size)",
    ]
  }
}
