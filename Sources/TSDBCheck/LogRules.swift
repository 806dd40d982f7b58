/// The rules about everything that is no block.
extension Rule {
  static let directory: [Rule] = [
    Rule(
      "file.unreadable", "A file or folder could not be looked at.", .unknown,
      server:
        "Depends on what it is. A server with the same rights cannot read it either, and does "
        + "not start if it needs it.",
      remedy: "Look at permissions and at the disk, and check again.", codes: ["F03", "F04"]),
    Rule(
      "file.*", "A file or folder is not of the kind that its name promises.", .unknown,
      server: "Depends on what it is.", remedy: "Move it away, and check again."),
    Rule(
      "lock.held", "A running process holds the directory's lock.", .refuses,
      server: "A second server does not start: \"lock DB directory: resource temporarily "
        + "unavailable\".",
      remedy:
        "Nothing is wrong with the data. Check a snapshot or a copy, or stop the server: files "
        + "that are being written look torn.", codes: ["F01"]),
    Rule(
      "lock.left", "A lock file that nobody holds.", .ignores,
      server: "Replaces it, with a warning.",
      remedy: "Nothing. It shows that the last server did not stop in good order."),
    Rule(
      "directory.leftover", "A temporary folder of a server or of promtool that was interrupted.",
      .deletes, server: "Deletes it before it looks at anything else.", remedy: "Nothing.",
      codes: ["F02"]),
  ]

  static let log: [Rule] = names + framing + records + refs

  private static let names: [Rule] = [
    Rule(
      "wal.segments.gap", "Segments of a log do not follow one another.", .refuses,
      server: "Does not start: \"segments are not sequential\".",
      remedy:
        "Bring the missing segment back from a copy. Else move the older or the newer run away; "
        + "what is moved is not served. Do not renumber: series may be defined twice.",
      codes: ["F22", "F61"]),
    Rule(
      "wal.segments.start", "The first segment is not the one that replay begins with.", .refuses,
      server: "Does not start: \"open WAL segment N: no such file or directory\". Each try adds an "
        + "empty segment.",
      remedy:
        "With a checkpoint.N: rename it to the number before the first segment, if no series is "
        + "defined in the gap only. Without one: bring it back from a copy; an empty folder "
        + "checkpoint.N lets the server start, and loses the series it defined.",
      codes: ["F24", "F24b", "F32"]),
    Rule(
      "wal.segments.replaced", "Segments that the checkpoint replaces are still there.", .ignores,
      server: "Passes over them, and deletes them with the next checkpoint.", remedy: "Nothing."),
    Rule(
      "wal.segments.not-a-file", "Something named like a segment is no file.", .refuses,
      server: "Does not start: it cannot be opened as a segment.", remedy: "Move it away."),
    Rule(
      "wal.segments.empty", "The log ends with several empty segments.", .ignores,
      server: "Reads on. Each start adds a segment, so many of them are a crash loop.",
      remedy:
        "Look for why the server dies while it replays, most often memory: `diagnose` estimates "
        + "what a replay takes.", codes: ["F38"]),
    Rule(
      "wal.segment.orphan",
      "A segment ends in the middle of a record, with zeros behind it.", .continues,
      server: "Replay is clean. Each later checkpoint fails with \"unexpected full record\" or "
        + "\"unexpected first record\" at the start of the next segment; the log is never cut and "
        + "grows until the disk is full.",
      remedy:
        "Cut the unfinished record off the end of the segment, in a copy: it holds nothing that "
        + "can be replayed.", codes: ["F26"]),
    Rule(
      "wal.segments.*", "The segments of a log are not what they should be.", .refuses,
      server: "Does not start.", remedy: "Look at the names in the folder; `check` says more.",
      codes: ["F22"]),
    Rule(
      "wal.checkpoint.gap", "Segments of the checkpoint do not follow one another.", .refuses,
      server: "Does not start: \"open checkpoint: segments are not sequential\".",
      remedy: "Bring the missing segment of the checkpoint back from a copy.", codes: ["F30"]),
    Rule(
      "wal.checkpoint.not-a-folder", "Something named like a checkpoint is no folder.", .refuses,
      server: "Does not start: \"checkpoint N is not a directory\".", remedy: "Move the file away.",
      codes: ["F29"]),
    Rule(
      "wal.checkpoint.empty", "The last checkpoint holds nothing.", .drops,
      server:
        "Starts, warns of unknown series references, and drops the samples of all series that "
        + "only the checkpoint defined.",
      remedy: "Bring the checkpoint back from a copy, before the server starts.", codes: ["F21"]),
    Rule(
      "wal.checkpoint.ahead", "The checkpoint replaces every segment that is there.", .drops,
      server:
        "Starts without a word and reads none of the segments. What it writes is lost at each "
        + "restart until the numbers pass that of the checkpoint.",
      remedy: "Keep a copy. Renumbering the segments to follow the checkpoint helps only where no "
        + "series is defined twice then (see wal.series.repeated, wal.refs.reused).",
      codes: ["F25"]),
    Rule(
      "wal.checkpoint.*", "A checkpoint is not what it should be.", .refuses,
      server: "Depends on what is wrong: `check` tells the cases apart.",
      remedy: "Run `check`, and look at its finding.", codes: ["F21", "F25", "F29"]),
    Rule(
      "wal.checkpoint.older", "There are checkpoints besides the last.", .ignores,
      server: "Reads the last one only.",
      remedy: "Nothing; if the last one is damaged, an older one "
        + "may define its series.", codes: ["F39"]),
    Rule(
      "wal.leftover.repair", "A server's repair of a segment was interrupted.", .drops,
      server: "Reads the segment of that number, which was written only in part, and never the "
        + ".repair file.",
      remedy: "The .repair file is the segment as it was. In a copy, put it in the place of the "
        + "segment of its number, and look at its damage.", codes: ["F27"]),
    Rule(
      "wal.leftover.temporary", "A checkpoint or file that was being written.", .deletes,
      server: "Deletes temporary checkpoints as it starts.", remedy: "Nothing.", codes: ["F39"]),
    Rule(
      "wal.series-state.ahead", "series_state.json names a segment that is not there.", .continues,
      server: "With `fast-startup`, takes the last series ref from it.",
      remedy: "Delete the file: the server then looks through the log.", codes: ["F37"]),
    Rule(
      "wal.series-state.*", "series_state.json cannot be read.", .ignores,
      server: "Warns, and looks through the log instead.", remedy: "Nothing, or delete the file.",
      codes: ["F37"]),
  ]

  private static let repair =
    "In a WAL or WBL: starts, and its repair drops this record and all behind it, in this and in all "
    + "later segments. In a checkpoint: does not start, and deletes the WAL's segments on the way. In "
    + "a chunk snapshot: reads the log instead."
  private static let salvage =
    "Work on a copy. The records behind the damage are sound: `dump records` and `dump samples` read "
    + "them. Before a server starts, cut only the damaged record out; never start one on a damaged "
    + "checkpoint."

  private static let framing: [Rule] = [
    Rule(
      "wal.fragment.*", "A piece of a record in a page of a segment is damaged.", .truncates,
      server: repair, remedy: salvage, codes: ["F20w", "F23", "F26b", "F50", "F60"]),
    Rule(
      "wal.page.*", "The padding at the end of a page is not zero.", .truncates, server: repair,
      remedy: salvage, codes: ["F20w", "F23", "F60"]),
    Rule(
      "wal.record.*", "A record was begun and not finished, or is empty.", .truncates,
      server: repair, remedy: salvage, codes: ["F20w", "F23", "F26b", "F60"]),
    Rule(
      "wal.compression.*", "A record cannot be decompressed.", .truncates, server: repair,
      remedy: salvage, codes: ["F20w", "F23", "F60"]),
  ]

  private static let records: [Rule] = [
    Rule(
      "record.newer", "Records of types that servers before 3.11 do not know.", .ignores,
      server:
        "From 3.11 on reads them. An older one passes over them without a word and loses their "
        + "samples; an older agent takes them for damage.",
      remedy: "Do not start an older server on this directory.", codes: ["F34"]),
    Rule(
      "record.unknown", "Records of a type that is not known.", .ignores,
      server: "Passes over them without a word. An agent takes them for damage.",
      remedy: "Find out which version wrote them, and start no older one.", codes: ["F34"]),
    Rule(
      "record.*", "The body of a record is not what its type asks for.", .truncates,
      server: repair, remedy: salvage, codes: ["F20w", "F23", "F60"]),
  ]

  private static let refs: [Rule] = [
    Rule(
      "wal.refs.unknown", "Samples of refs that no series record defines.", .drops,
      server: "Warns of unknown series references, and drops the samples.",
      remedy: "Look for what took the series away: a damaged or missing checkpoint or segment.",
      codes: ["F33", "F63"]),
    Rule(
      "wbl.skipped", "The WBL is not replayed after a repair of the WAL.", .continues,
      server:
        "Serves without the out-of-order samples of the WBL. The next start replays them, unless "
        + "an out-of-order compaction has cut the WBL by then.",
      remedy: "Repair the WAL, in a copy, before the server starts.", codes: ["F62"]),
    Rule(
      "wal.refs.reused", "One ref is given to two series.", .drops,
      server:
        "Overwrites the first series: its samples are gone, and queries for it find the other.",
      remedy: "Two generations of a log were joined. Take them apart, and replay each alone."),
    Rule(
      "wal.series.repeated", "A series is defined again before its samples are on disk.", .drops,
      server: "Empties the open chunk of the series at the second record, without a word. A second "
        + "record is normal where the samples before it are in a block or in chunks_head.",
      remedy: "Two generations of a log were joined. In a copy, leave the second record out."),
  ]

  static let headChunks: [Rule] = [
    Rule(
      "chunks-head.files.*", "Files of chunks_head do not follow one another.", .refuses,
      server: "Does not start: \"found unsequential head chunk files\".",
      remedy: "Move chunks_head away: the log still has the samples that came in order.",
      codes: ["F40"]),
    Rule(
      "chunks-head.header.empty", "The last file of chunks_head is empty.", .deletes,
      server: "Removes it.", remedy: "Nothing.", codes: ["F42"]),
    Rule(
      "chunks-head.header.zeros", "The last file of chunks_head has no header.", .deletes,
      server: "Removes it, and takes the samples from the log.",
      remedy: "Nothing, if the log is sound.", codes: ["F42"]),
    Rule(
      "chunks-head.header.*", "The header of a file of chunks_head is wrong.", .refuses,
      server: "Does not start, and never heals it.",
      remedy: "Move the file and all later ones away: the log still has the samples that came in "
        + "order.", codes: ["F41"]),
    Rule(
      "chunks-head.chunk.overlap", "In-order chunks of one ref overlap.", .deletes,
      server: "Deletes all files of chunks_head, and replays the log instead.",
      remedy: "Nothing, if the log is sound. Keep a copy of the folder.", codes: ["F44", "F45"]),
    Rule(
      "chunks-head.chunk.unknown-code", "A chunk of an encoding that is not known.", .replays,
      server: "Passes over it, and takes the samples from the log.", remedy: "Nothing.",
      codes: ["F46"]),
    Rule(
      "chunks-head.chunk.times", "A chunk does not begin or end where its header says.", .continues,
      server: "Believes the header; queries may miss samples.",
      remedy: "Move chunks_head away, if the log is sound."),
    Rule(
      "chunks-head.chunk.*", "A chunk of chunks_head is damaged.", .replays,
      server:
        "Deletes the file and all later ones, and takes their samples from the log; out-of-order "
        + "samples come back only if the WBL still has them.",
      remedy: "Check that the log is sound, and keep a copy of the folder.", codes: ["F43"]),
    Rule(
      "chunks-head.refs.unknown", "Chunks of refs that no series record defines.", .drops,
      server: "Passes over them; their samples are served no more. New series that get these refs "
        + "take them over.",
      remedy:
        "Bring the log back from a copy. Never start a server on chunks_head without its wal: "
        + "move both away, or none.", codes: ["F47"]),
    Rule(
      "chunks-head.refs.foreign", "Chunks are older than the series that has their ref.",
      .continues,
      server: "Serves the samples of old series under new ones, and writes them into blocks.",
      remedy: "Move chunks_head away before the next start: the log has the samples of its own "
        + "series.", codes: ["F47"]),
  ]

  static let snapshot: [Rule] = [
    Rule(
      "snapshot.empty", "A chunk snapshot without a record.", .drops,
      server: "With snapshots enabled, takes it for a head without series, and passes over the log "
        + "before it.",
      remedy: "Move the folder away: the log has the samples."),
    Rule(
      "snapshot.ahead", "A chunk snapshot reaches past the end of the WAL.", .deletes,
      server:
        "With snapshots enabled, deletes all snapshots: \"Last WAL file is behind snapshot\".",
      remedy: "Keep a copy: without the log it is the only source of the head.", codes: ["F51"]),
    Rule(
      "snapshot.older", "There are chunk snapshots besides the last.", .ignores,
      server: "Reads the last one only.", remedy: "Nothing.", codes: ["F55"]),
    Rule(
      "snapshot.*", "A chunk snapshot is damaged.", .replays,
      server: "Gives the snapshot up and replays the log: nothing is lost, the start takes longer.",
      remedy: "Nothing, if the log is sound.", codes: ["F50", "F54"]),
  ]
}
