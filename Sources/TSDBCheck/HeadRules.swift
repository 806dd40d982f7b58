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
