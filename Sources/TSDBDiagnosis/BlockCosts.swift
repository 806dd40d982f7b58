internal import TSDBAnalysis

/// What writing a block out of the head takes, in bytes, beyond the peak of the replay.
///
/// A server that was replayed is not through with it. A head that is older than three hours is written to blocks
/// at the first scrape, a younger one a little later (Prometheus: tsdb/db.go, `Compact`; tsdb/head.go,
/// `compactable`). That is within what a server must have room for, and no part of the replay's own peak.
struct BlockCosts {
  /// Any block, however small, with the first scrapes: the writer of chunks has a buffer of 8 MiB
  /// (tsdb/chunks/chunks.go, `cut`), that of the index five of 4 MiB (tsdb/index/index.go, `NewFileWriter`,
  /// `NewWriter`), and those of the block before are garbage that was not collected yet.
  let base: Double
  /// A series: its place in lists that are sorted and written, and what `gc` of the head leaves behind.
  let series: Double
  /// A byte of a distinct name or value: it is in the symbols and in the table of postings, and in the temporary
  /// file that this is made of, all of which are mapped and read (tsdb/index/index.go, `finishSymbols`,
  /// `writePostingsOffsetTable`).
  let pairByte: Double

  /// What the blocks of a head take.
  func bytes(of head: HeadLoad) -> Double {
    base + Double(head.series) * series + Double(head.pairBytes) * pairByte
  }
}
