/// The rules about what stands beside the log: `chunks_head`, the log of late samples, snapshots.
extension Rule {
  package static let chunksHeadFiles = Rule(
    "chunks-head.files.*", "Files of chunks_head do not follow one another.", .refuses,
    server: "Does not start: \"found unsequential head chunk files\".",
    remedy:
      "Move the files behind the gap away (`surgery trim-head-chunks`): the log still has the "
      + "samples that came in order.", codes: ["F40"])
  package static let chunksHeadHeaderEmpty = Rule(
    "chunks-head.header.empty", "The last file of chunks_head is empty.", .deletes,
    server: "Removes it.", remedy: "Nothing.", codes: ["F42"])
  package static let chunksHeadHeaderZeros = Rule(
    "chunks-head.header.zeros", "The last file of chunks_head has no header.", .deletes,
    server: "Removes it, and takes the samples from the log.",
    remedy: "Nothing, if the log is sound.", codes: ["F42"])
  package static let chunksHeadHeader = Rule(
    "chunks-head.header.*", "The header of a file of chunks_head is wrong.", .refuses,
    server: "Does not start, and never heals it.",
    remedy:
      "Move the file and all later ones away (`surgery trim-head-chunks`): the log still has the "
      + "samples that came in order.", codes: ["F41"])
  package static let chunksHeadChunkOverlap = Rule(
    "chunks-head.chunk.overlap", "In-order chunks of one ref overlap.", .deletes,
    server: "Deletes all files of chunks_head, and replays the log instead.",
    remedy: "Nothing, if the log is sound. Keep a copy of the folder.", codes: ["F44", "F45"])
  package static let chunksHeadChunkUnknownCode = Rule(
    "chunks-head.chunk.unknown-code", "A chunk of an encoding that is not known.", .replays,
    server: "Passes over it, and takes the samples from the log.", remedy: "Nothing.",
    codes: ["F46"])
  package static let chunksHeadChunkSamples = Rule(
    "chunks-head.chunk.samples", "The samples of a chunk do not decode, and its checksum holds.",
    .continues,
    server:
      "Joins the chunk with its series by the header alone, and takes none of its samples from the "
      + "log. Queries get what stands before the place, and no error.",
    remedy:
      "Take the chunk out (`surgery trim-head-chunks`), if the log is sound: it has the samples "
      + "that came in order.", codes: ["F46"])
  package static let chunksHeadChunkTimes = Rule(
    "chunks-head.chunk.times", "A chunk does not begin or end where its header says.", .continues,
    server: "Believes the header; queries may miss samples.",
    remedy: "Move chunks_head away, if the log is sound.")
  package static let chunksHeadChunk = Rule(
    "chunks-head.chunk.*", "A chunk of chunks_head is damaged.", .replays,
    server:
      "Deletes the file and all later ones, and takes their samples from the log; out-of-order "
      + "samples come back only if the WBL still has them.",
    remedy: "Check that the log is sound, and keep a copy of the folder.", codes: ["F43"])
  package static let chunksHeadRefsUnknown = Rule(
    "chunks-head.refs.unknown", "Chunks of refs that no series record defines.", .drops,
    server: "Passes over them; their samples are served no more. New series that get these refs "
      + "take them over.",
    remedy:
      "Bring the log back from a copy. Never start a server on chunks_head without its wal: "
      + "move both away, or none.", codes: ["F47"])
  package static let chunksHeadRefsForeign = Rule(
    "chunks-head.refs.foreign", "Chunks are older than the series that has their ref.",
    .continues,
    server: "Serves the samples of old series under new ones, and writes them into blocks.",
    remedy: "Move chunks_head away before the next start: the log has the samples of its own "
      + "series.", codes: ["F47"])
  package static let chunksHeadRefsAhead = Rule(
    "chunks-head.refs.ahead", "The log has samples of series from before their first chunk.",
    .drops,
    server:
      "Takes of the log only what is newer than the last chunk of a series, and serves nothing of what "
      + "was in the chunks that are gone.",
    remedy:
      "Bring missing files of chunks_head back from a copy. Else move chunks_head away (`surgery "
      + "trim-head-chunks`): all comes from the log then.", codes: ["F40"])
  package static let wblMarkersStray = Rule(
    "wbl.markers.stray", "Markers of the WBL name chunks that are not in chunks_head.", .drops,
    server:
      "Takes the samples before each marker for written to that chunk, and drops them.",
    remedy:
      "Bring the chunks_head back that belongs to this WBL. Never join the one of one time with "
      + "the other of another.")
  package static let wblSkipped = Rule(
    "wbl.skipped", "The WBL is not replayed after a repair of the WAL.", .continues,
    server:
      "Serves without the out-of-order samples of the WBL. The next start replays them, unless "
      + "an out-of-order compaction has cut the WBL by then.",
    remedy: "Repair the WAL before the server starts: `repair`.", codes: ["F62"])
  package static let snapshotEmpty = Rule(
    "snapshot.empty", "A chunk snapshot without a record.", .drops,
    server: "With snapshots enabled, takes it for a head without series, and passes over the log "
      + "before it.",
    remedy: "Move the folder away, if the log is sound: it has the samples.")
  package static let snapshotAhead = Rule(
    "snapshot.ahead", "A chunk snapshot reaches past the end of the WAL.", .deletes,
    server:
      "With snapshots enabled, deletes all snapshots: \"Last WAL file is behind snapshot\".",
    remedy: "Keep a copy: without the log it is the only source of the head.", codes: ["F51"])
  package static let snapshotOlder = Rule(
    "snapshot.older", "There are chunk snapshots besides the last.", .ignores,
    server: "Reads the last one only.", remedy: "Nothing.", codes: ["F55"])
  package static let snapshot = Rule(
    "snapshot.*", "A chunk snapshot is damaged.", .replays,
    server: "Gives the snapshot up and replays the log: nothing is lost, the start takes longer.",
    remedy: "Nothing, if the log is sound.", codes: ["F50", "F54"])
}

/// The rules about what a head holds that stops a server later: times that lie, labels and histograms that no
/// server writes.
extension Rule {
  package static let headFuture = Rule(
    "head.future", "Samples of the head are later than the present.", .continues,
    server:
      "Starts. It refuses every sample that is an hour older than the newest of its head (\"out of "
      + "bounds\"), which are all that it scrapes until then. Where the head reaches over more than three "
      + "hours, it is cut into blocks within a minute or two, and a block of the future makes all "
      + "others too old for the retention.",
    remedy:
      "Set the clock right, and cut these samples out before a server starts: `surgery drop-samples "
      + "--after TIME`, which `repair` plans.", codes: ["F31"])
  package static let headGap = Rule(
    "head.gap", "Samples of the head are years older than those that follow.", .continues,
    server:
      "Starts, and serves them. With its first block it cuts them off, and the retention, which counts back "
      + "from the newest block, deletes that one.",
    remedy:
      "A machine without a clock writes samples of 1970 until it has the time; seconds taken for "
      + "milliseconds are of January 1970. Nothing has to be done; `surgery drop-samples --before TIME` takes "
      + "them out.")
  package static let recordSeriesLabelDuplicate = Rule(
    "record.series.label-duplicate", "A series of the log has a label name more than once.",
    .continues,
    server:
      "Starts, and serves the series. Where the name comes more often in a block than there are series in "
      + "it, the block cannot be written (\"label \\\"ns\\\" has 3 uses, but maxPostings is 2\"), now and at "
      + "every later try: the log is cut no more, and grows.",
    remedy:
      "Take the series out of the log: `surgery drop-series`. `repair` plans it where blocks fail.")
  package static let recordSeriesLabelOrder = Rule(
    "record.series.label-order", "A series of the log has labels out of the order of their names.",
    .continues,
    server:
      "Starts, serves the series, and writes it into blocks as it is. Queries that look labels up by name may "
      + "pass over some; other programs refuse such a block.",
    remedy: "Nothing has to be done for Prometheus; `surgery drop-series` takes the series out.")
  package static let recordSeriesLabelEmpty = Rule(
    "record.series.label-empty", "A series of the log has a label without a name.", .continues,
    server:
      "Starts. From 3.0 on, queries that find the series fail (\"index out of range [0] with length 0\"). "
      + "With an empty value as well, no block can be written (\"out-of-order series added with label set\"), "
      + "and the log grows.",
    remedy: "Take the series out of the log: `surgery drop-series`.")
  package static let recordSeriesLabelMissing = Rule(
    "record.series.label-missing", "A series of the log has no labels.", .continues,
    server:
      "Starts. No block can be written with the series in it (\"out-of-order series added with label set "
      + "{}\"), now and at every later try: the log is cut no more, and grows.",
    remedy: "Take the series out of the log; `repair` plans it.")
  package static let recordHistogramTooManyBuckets = Rule(
    "record.histogram.too-many-buckets",
    "The spans of a histogram speak of more buckets than any can have.",
    .refuses,
    server:
      "Makes room for all of them as it replays the record, and dies: \"fatal error: runtime: out of memory\". "
      + "So does promtool.",
    remedy: "Take the sample out of the log: `surgery drop-histograms`, which `repair` plans.")
  package static let recordHistogramBuckets = Rule(
    "record.histogram.buckets", "A histogram has more or fewer buckets than its spans speak of.",
    .refuses,
    severity: .warning,
    server:
      "Dies where it replays one that follows another of its series in the same chunk: \"panic: runtime error: index "
      + "out of range\". The first of a chunk is kept: with fewer buckets, queries of the series fail (\"EOF\"); with "
      + "more, its other values are wrong.",
    remedy: "Take the sample out of the log: `surgery drop-histograms`, which `repair` plans.")
  package static let blockPast = Rule(
    "block.past", "A block of a time before Prometheus was there.", .deletes,
    server:
      "Counts retention back from the newest block, and deletes it as it starts, unless all blocks are as "
      + "old.",
    remedy:
      "A machine without a clock writes blocks of 1970. Keep a copy, or start the server with a retention that "
      + "reaches back.")
}
