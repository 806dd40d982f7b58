/// The rules about the index and the chunks of a block.
extension Rule {
  private static let reading =
    "Starts. Queries and compactions that read this fail; a failed compaction marks its blocks, and "
    + "they are not compacted again."
  private static let reorder =
    "`surgery rewrite-block` writes the block anew in the right order; `repair` plans it. "
  private static let reindex =
    "If series and symbols are sound, make the rest of the index anew from them: `surgery "
    + "rebuild-index`. "

  package static let indexLabelIndex = Rule(
    "index.label-index.*", "A label index is damaged, which nothing reads any more.",
    .continues,
    server: "Does not read it. Bytes of the file have changed all the same.",
    remedy:
      "Copy the block elsewhere, and look at the disk. `surgery rebuild-index` leaves the "
      + "label indices out.")
  package static let indexLabelOffsetTable = Rule(
    "index.label-offset-table.*",
    "The table of the label indices is damaged, which nothing reads any more.", .continues,
    server: "Does not read it. Bytes of the file have changed all the same.",
    remedy:
      "Copy the block elsewhere, and look at the disk. `surgery rebuild-index` leaves the "
      + "table out.")
  package static let index = Rule(
    "index.*", "A part of an index that is read by queries only is damaged.", .continues,
    severity: .loss,
    server: reading, remedy: reindex + rescue, codes: ["F17"])
  package static let indexHeader = Rule(
    "index.header.*", "The header of an index is wrong.", .refuses, server: corrupted,
    remedy:
      "The header is five bytes that are the same in all blocks of one version: if the rest is "
      + "sound, `surgery rebuild-index` writes it anew. " + rescue, codes: ["F11", "F13"])
  package static let indexToc = Rule(
    "index.toc.*", "The table of contents of an index is wrong.", .refuses, server: corrupted,
    remedy: reindex + rescue, codes: ["F11", "F13"])
  package static let indexSymbolsOrder = Rule(
    "index.symbols.order", "The symbols of an index are not sorted.", .continues,
    server: "Starts. Label names and values are searched by halves, so that some are not found.",
    remedy: reorder + "Nothing is lost then.")
  package static let indexSymbols = Rule(
    "index.symbols.*", "The symbol table of an index is damaged.", .refuses, server: corrupted,
    remedy: "Without it no series has labels. " + rescue, codes: ["F11", "F13"])
  package static let indexPostingsOffsetTableOrder = Rule(
    "index.postings-offset-table.order", "The postings offset table is not sorted.", .continues,
    server: "Starts. Reads on from the nearest entry that it keeps, and passes by labels.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostingsOffsetTableUnknownSymbol = Rule(
    "index.postings-offset-table.unknown-symbol",
    "The postings offset table has a label that no series can carry.", .continues,
    server: "Starts. The label is listed, and queries for it find what its list holds.",
    remedy: reindex + rescue)
  package static let indexPostingsOffsetTableIncomplete = Rule(
    "index.postings-offset-table.incomplete",
    "Series carry labels that the postings offset table lacks.", .continues,
    server: "Starts. Queries for these labels find nothing, and say nothing.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostingsOffsetTableMissing = Rule(
    "index.postings-offset-table.missing", "The postings offset table has no list of all series.",
    .continues,
    server: "Starts. Queries without a label to look for fail, and so does each compaction.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostingsOffsetTable = Rule(
    "index.postings-offset-table.*", "The postings offset table of an index is damaged.",
    .refuses, server: corrupted, remedy: reindex + "Nothing is lost then.",
    codes: ["F11", "F13"])
  package static let indexSeriesChunkReference = Rule(
    "index.series.chunk-reference", "A series refers to a place where no chunk begins.",
    .continues, server: reading,
    remedy:
      "The samples may still be there: `dump chunks` lists chunks that nobody refers to. Drop the "
      + "reference with `surgery drop-bad-chunks`. " + rescue, codes: ["F17"])
  package static let indexSeriesChunkTimes = Rule(
    "index.series.chunk-times", "A chunk holds other times than its series says.", .continues,
    server:
      "Starts. Looks for samples in the chunks that should have them, and misses those that have "
      + "them.",
    remedy: "The chunks are sound: `dump samples` reads all of them. " + rescue)
  package static let indexSeriesLabelOrder = Rule(
    "index.series.label-order", "The labels of a series are not sorted.", .continues,
    server:
      "Starts. Takes the series for another than the one with the same labels elsewhere; compactions of the "
      + "block may fail: \"out-of-order series added\".",
    remedy: reorder + "Nothing is lost then.", codes: ["F17"])
  package static let indexSeriesLabelDuplicate = Rule(
    "index.series.label-duplicate", "A series has a label name twice.", .continues,
    server: "Starts. Queries give the series with both; a compaction keeps it so.",
    remedy: reorder + "Of a name that is there twice, the first value stays.", codes: ["F17"])
  package static let indexSeriesLabelMissing = Rule(
    "index.series.label-missing", "A series without labels.", .continues,
    server: "Starts. Only queries that name no label find it.", remedy: rescue)
  package static let indexSeriesOrder = Rule(
    "index.series.order", "Series are not sorted by their labels.", .continues,
    server:
      "Starts. Compactions of the block fail: \"out-of-order series added\". Queries that need other blocks "
      + "besides may find a series twice, and then fail.",
    remedy: reorder + "Nothing is lost then.", codes: ["F17"])
  package static let indexSeriesDuplicate = Rule(
    "index.series.duplicate", "Two series of a block have the same labels.", .continues,
    severity: .loss,
    server:
      "Starts. Queries that find both fail: \"vector cannot contain metrics with the same labelset\". "
      + "Compactions of the block fail: \"out-of-order series added\".",
    remedy: reorder + "The two become one series.", codes: ["F17"])
  package static let indexSeriesChunkOrder = Rule(
    "index.series.chunk-order", "The chunks of a series do not follow one another in time.",
    .continues,
    server:
      "Starts. Gives the chunks of a block one after the other as they stand there: a query that goes through "
      + "time passes by those that come too late, and one that counts gets twice what stands there twice. The "
      + "first compaction with another block joins them.",
    remedy: reorder + "The chunks are sound, and nothing of the block has to go.")
  package static let indexSeriesChunkTouch = Rule(
    "index.series.chunk-touch", "A chunk begins at the time at which the one before it ends.",
    .continues,
    server:
      "Starts, and serves both samples of that time. A compaction with a block that has the series too keeps one of "
      + "them; with others it fails since 2.51, every time: \"chunk minT is not higher than previous chunk maxT\".",
    remedy:
      "Nothing, where no compaction fails by it. Else `surgery rewrite-block`, which keeps one sample of each time; "
      + "`repair` plans it then.")
  package static let indexSeriesChunkMissing = Rule(
    "index.series.chunk-missing", "A series without chunks.", .ignores,
    server: "Lists its labels, and has no sample of it.", remedy: "Nothing.")
  package static let indexSeries = Rule(
    "index.series.*", "A series of an index is damaged.", .continues, severity: .loss,
    server: reading,
    remedy:
      "All other series are sound. `surgery rebuild-index` leaves the damaged one out. Where only the order is "
      + "wrong, `surgery rewrite-block` mends it, and nothing leaves; `check` tells which. "
      + rescue,
    codes: ["F17"])
  package static let indexPostingsUnknownSeries = Rule(
    "index.postings.unknown-series", "A postings list leads to a place where no series is.",
    .continues, server: reading, remedy: reindex + "Nothing is lost then.", codes: ["F17"])
  package static let indexPostingsIncomplete = Rule(
    "index.postings.incomplete", "A postings list lacks series that carry its label.",
    .continues, server: "Starts. Queries for the label miss these series, and say nothing.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostingsForeign = Rule(
    "index.postings.foreign", "A postings list holds series that do not carry its label.",
    .continues, server: "Starts. Queries for the label give series that do not have it.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostingsOrder = Rule(
    "index.postings.order", "A postings list is not sorted.", .continues,
    server: "Starts. Queries that join it with another list miss series.",
    remedy: reindex + "Nothing is lost then.")
  package static let indexPostings = Rule(
    "index.postings.*", "A postings list is damaged.", .continues, severity: .loss, server: reading,
    remedy: reindex + "Nothing is lost then.", codes: ["F17"])
  package static let chunksHeader = Rule(
    "chunks.header.*", "The header of a chunk segment is wrong.", .refuses, server: corrupted,
    remedy:
      "The header is eight bytes that are the same in all segments; the chunks behind it may be "
      + "sound, and `repair` can write it anew. " + rescue, codes: ["F11", "F14"])
  package static let chunksFilesMissing = Rule(
    "chunks.files.missing", "The index refers to a chunk segment that is not there.", .continues,
    server:
      "Starts. Every query of the block's time that meets one of these chunks fails, and so does "
      + "each compaction.",
    remedy:
      "Bring the segment back from a copy. Else drop the chunks that were in it: `surgery "
      + "drop-bad-chunks`.", codes: ["F16"])
  package static let chunksFiles = Rule(
    "chunks.files.*", "Chunk segments of a block do not follow one another.", .continues,
    severity: .loss,
    server: "Starts, and reads the chunks of all segments behind the gap from wrong files.",
    remedy:
      "Bring the missing segment back from a copy. Else put an empty one in its place, so that "
      + "the others count again, and drop its chunks: `surgery drop-bad-chunks`.",
    codes: ["F16"])
  package static let chunksChunkNoSamples = Rule(
    "chunks.chunk.no-samples", "A chunk without samples.", .continues,
    server: "Starts. Queries find nothing in it; an old server may fail on it.",
    remedy: "Nothing is lost. `surgery drop-bad-chunks` leaves it out.")
  package static let chunksChunkShared = Rule(
    "chunks.chunk.shared", "The index gives the same bytes of a chunk segment to two chunks.",
    .continues,
    server: "Starts. Serves the samples in both places, also under the labels of another series.",
    remedy: "A reference of the index is wrong, and nothing tells which. " + rescue)
  package static let chunksChunkUnreferenced = Rule(
    "chunks.chunk.unreferenced", "Bytes of a chunk segment that no series refers to.", .ignores,
    server: "Never reads them.",
    remedy: "Nothing; `dump chunks` shows what they are, if a series is missed.")
  package static let chunksChunkUnlisted = Rule(
    "chunks.chunk.unlisted", "So many chunks cannot be read that only their number is kept.",
    .continues, server: reading, remedy: rescue, codes: ["F17"])
  package static let chunksDataCount = Rule(
    "chunks.data.count", "A chunk has another number of samples than it claims.", .continues,
    server: "Starts. Serves those that there are.",
    remedy:
      "Drop the chunk with `surgery drop-bad-chunks`, or keep it: what can be read is sound."
  )
  package static let chunksDataOrder = Rule(
    "chunks.data.order", "The times of the samples of a chunk do not ascend.", .continues,
    server: "Starts. Queries give samples in the wrong order, or miss them.",
    remedy: "Drop the chunk with `surgery drop-bad-chunks`. " + rescue)
  package static let chunks = Rule(
    "chunks.*", "A chunk of a block is damaged.", .continues, severity: .loss, server: reading,
    remedy:
      "All other chunks are sound: drop only this one (`surgery drop-bad-chunks`), and take the "
      + "mark off blocks that were to be compacted with it (`surgery clear-failed-mark`). "
      + "If the block's parents are still there, see block.damaged-child.", codes: ["F17"])
}
