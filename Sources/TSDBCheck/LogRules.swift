/// The rules about everything that is no block.
extension Rule {
  private static let repair =
    "In a WAL or WBL: starts, and its repair drops this record and all behind it, in this and in all "
    + "later segments. In a checkpoint: does not start, and deletes the WAL's segments on the way. In "
    + "a chunk snapshot: reads the log instead."
  private static let salvage =
    "The records behind the damage are sound: `dump records` and `dump samples` read them. Before a "
    + "server starts, drop only the damaged record (`surgery skip-damage`), or make a damaged "
    + "checkpoint anew (`surgery rebuild-checkpoint`); never start a server on one."

  package static let fileUnreadable = Rule(
    "file.unreadable", "A file or folder could not be looked at.", .unknown,
    server:
      "Depends on what it is. A server with the same rights cannot read it either, and does "
      + "not start if it needs it.",
    remedy: "Look at permissions and at the disk, and check again.", codes: ["F03", "F04"])
  package static let file = Rule(
    "file.*", "A file or folder is not of the kind that its name promises.", .unknown,
    server: "Depends on what it is.", remedy: "Move it away, and check again.")
  package static let lockHeld = Rule(
    "lock.held", "A running process holds the directory's lock, or writes into it without one.",
    .ignores,
    server: "It is the one that runs. A second one does not start: \"lock DB directory: resource "
      + "temporarily unavailable\". Without a lock (`--storage.tsdb.no-lockfile`, Debian's 2.x) a second one "
      + "does start, and both write over one another.",
    remedy:
      "Nothing: all other findings are of what a restart would meet. Do not repair under a running "
      + "server.", codes: ["F01"])
  package static let lockWriting = Rule(
    "lock.writing", "The end of a file that a running server is writing.", .ignores,
    server: "Finishes it.", remedy: "Nothing. Look again once the server has ended.")
  package static let accessDenied = Rule(
    "access.denied",
    "A file or folder that a server cannot use that runs as the user whom the directory belongs to.",
    .refuses,
    server: "Does not start: \"permission denied\", in words that depend on the file; of "
      + "queries.active, \"Unable to create mmap-ed active query log\". A block whose folder or "
      + "meta.json it cannot read it passes over. Where it cannot write chunks_head, wbl or the folder "
      + "of a block, it starts, and fails later.",
    remedy:
      "Give the files to that user (`chown -R`). A restore that runs as root leaves them so.",
    codes: ["F04"])
  package static let accessForeign = Rule(
    "access.foreign", "Files that belong to another user than the directory.", .ignores,
    server: "Can use them as they are.",
    remedy: "Give them to the user the server runs as (`chown -R`), so that all belong to one.")
  package static let lockLeft = Rule(
    "lock.left", "A lock file that nobody holds.", .ignores,
    server: "Replaces it, with a warning.",
    remedy: "Nothing. It shows that the last server did not stop in good order.")
  package static let directoryLeftover = Rule(
    "directory.leftover", "A temporary folder of a server or of promtool that was interrupted.",
    .deletes, server: "Deletes it before it looks at anything else.", remedy: "Nothing.",
    codes: ["F02"])
  package static let directoryBlock = Rule(
    "directory.block", "The files of a block lie in the data directory itself.", .ignores,
    severity: .warning,
    server: "Passes over them: it serves blocks from folders that are called by a ULID.",
    remedy:
      "`surgery place-block` makes a folder of the name that meta.json has as `ulid`, and moves index, chunks, "
      + "meta.json and tombstones into it. `repair` plans that where no sample of the log is of its time."
  )
  package static let directoryNested = Rule(
    "directory.nested", "A data directory lies in another.", .ignores,
    server: "Does not look into it: what it holds is not served.",
    remedy:
      "Look which of the two is the one that is meant (`diagnose` on each): a mount that was moved by a folder leaves "
      + "the history in one and what is new in the other.")
  package static let directoryShipper = Rule(
    "directory.shipper", "The list of the blocks that were put into an object store.", .ignores,
    server:
      "Does not look at it. Thanos and Mimir put blocks that are not in it into the store once more; "
      + "Mimir's ingester does not open a tenant whose list cannot be read.",
    remedy:
      "Nothing where it can be read; move one away that cannot, and the program writes it anew.")
  package static let blockMark = Rule(
    "block.mark", "A mark of Thanos' or Mimir's tools on a block of an object store.", .ignores,
    server: "Does not look at it, and serves the block.",
    remedy:
      "Nothing. A compactor deletes blocks that are marked for deletion some time after the mark.")
  package static let blockIndexHeader = Rule(
    "block.index-header", "An index-header, which store-gateways keep of a block's index.",
    .ignores,
    server:
      "Does not look at it. Where it is all that is left of a block, the folder is no block to it.",
    remedy: "Nothing: a store-gateway makes it anew from the index.")
  package static let indexHeaderFile = Rule(
    "index-header.*", "An index-header of a store-gateway is damaged.", .ignores,
    severity: .warning,
    server:
      "Does not look at it. A store-gateway makes it anew from the index in the object store.",
    remedy: "Delete the file.")
  package static let walOld = Rule(
    "wal.old", "The log of Prometheus 2.0 to 2.3, whose segments have a format of their own.",
    .refuses,
    server:
      "From 2.4 to 2.51 a server writes it anew as it starts, and serves it; if nothing newer was begun beside it: a "
      + "segment 00000002 that a newer release left hides it. From 2.52 on it does not start: \"open WAL segment: 0: "
      + "no such file or directory\", and each try adds an empty segment. An agent never knew it.",
    remedy:
      "`epimetheus repair` plans `surgery migrate-wal`, which writes the same records as a log of today; or start "
      + "a release such as 2.42 on it once. Never take it for damage.")
  package static let oldSegmentHeader = Rule(
    "wal.old-header.*", "The header of a segment of the log of Prometheus 2.0 to 2.3 is damaged.",
    .truncates,
    server:
      "A release from 2.4 to 2.51 deletes that segment as it starts, and all behind it. Later ones do not start "
      + "on this log at all.",
    remedy: "`surgery migrate-wal` reads the entries behind the header.")
  package static let oldSegmentEntry = Rule(
    "wal.old-entry.*", "An entry of the log of Prometheus 2.0 to 2.3 is damaged.", .truncates,
    server:
      "A release from 2.4 to 2.51 takes over what stands before it, and forgets all that follows, in this and in "
      + "all later segments. Later ones do not start on this log at all.",
    remedy:
      "`surgery migrate-wal`, before a server starts: it takes over the entries behind the damage as well."
  )
  package static let walForeign = Rule(
    "wal.foreign",
    "The log of another program, or files that are no segments: nothing in it is a record of Prometheus.",
    .truncates, severity: .loss,
    server:
      "Takes its records for damage of its own: it starts, and its repair cuts the log of the other program. Where "
      + "the names are no numbers that follow one another, it does not start.",
    remedy:
      "Leave it to the program that wrote it (Loki's ingester, the OpenTelemetry collector), and start no "
      + "Prometheus on it. Files that are packed, or pointers to others, are to be unpacked or fetched first. No "
      + "repair is planned for it.")
  package static let walMigrated = Rule(
    "wal.migrated", "What a migration of the log of Prometheus 2.0 to 2.3 was writing.", .ignores,
    severity: .warning,
    server:
      "Does not look at wal.tmp; a release from 2.4 to 2.51 that finds the old log deletes it, and writes it anew. "
      + "Without the folder wal it begins with an empty log.",
    remedy:
      "Where wal is gone, wal.tmp is the whole log: give it that name (`surgery migrate-wal`). Where wal is there, "
      + "the migration was cut short, or its last step was: keep a copy of both.")
  package static let walMissing = Rule(
    "wal.missing", "There is no log, and there is what was written beside one.", .drops,
    server:
      "Starts with an empty head. Chunks of chunks_head without a series are passed over, and new "
      + "series that get their refs take them over; a snapshot past the end of the log is deleted.",
    remedy:
      "Bring the log back from a copy. Without one, move chunks_head away with it "
      + "(`surgery discard-head`): then no samples come under foreign series.",
    codes: ["F47", "F51"])
  package static let walSegmentsGap = Rule(
    "wal.segments.gap", "Segments of a log do not follow one another.", .refuses,
    server: "Does not start: \"segments are not sequential\".",
    remedy:
      "Bring the missing segment back from a copy. Else move the older or the newer run away; "
      + "what is moved is not served. Do not renumber: series may be defined twice.",
    codes: ["F22", "F61"])
  package static let walSegmentsName = Rule(
    "wal.segments.name",
    "A segment of the WAL whose name has not eight digits: an object store or an archive took the zeros.",
    .refuses,
    server:
      "Lists it by its number, and opens the name with eight digits, which is not there: \"open WAL "
      + "segment: no such file or directory\". Those of a checkpoint may have any.",
    remedy: "`epimetheus repair` gives the segments their names (`surgery renumber-wal`).")
  package static let walSegmentsStart = Rule(
    "wal.segments.start", "The first segment is not the one that replay begins with.", .refuses,
    server: "Does not start: \"open WAL segment N: no such file or directory\". Each try adds an "
      + "empty segment.",
    remedy:
      "With a checkpoint.N: rename it to the number before the first segment, if no series is "
      + "defined in the gap only. Without one: bring it back from a copy; an empty folder "
      + "checkpoint.N lets the server start, and loses the series it defined.",
    codes: ["F24", "F24b", "F32"])
  package static let walSegmentsReplaced = Rule(
    "wal.segments.replaced", "Segments that the checkpoint replaces are still there.", .ignores,
    server: "Passes over them, and deletes them with the next checkpoint.", remedy: "Nothing.")
  package static let walSegmentsNotAFile = Rule(
    "wal.segments.not-a-file", "Something named like a segment is no file.", .refuses,
    server: "Does not start: it cannot be opened as a segment.", remedy: "Move it away.")
  package static let walSegmentsEmpty = Rule(
    "wal.segments.empty", "The log ends with several empty segments.", .ignores,
    server: "Reads on. Each start adds a segment, so many of them are a crash loop.",
    remedy:
      "Look for why the server dies while it replays, most often memory: `diagnose` estimates "
      + "what a replay takes. If it cannot have that, take the series out that fill it "
      + "(`drop-series`). The segments themselves do no harm.", codes: ["F38"])
  package static let walSegmentOrphan = Rule(
    "wal.segment.orphan",
    "A segment ends in the middle of a record, with zeros behind it.", .continues,
    server: "Replay is clean. Each later checkpoint fails with \"unexpected full record\" or "
      + "\"unexpected first record\" at the start of the next segment; the log is never cut and "
      + "grows until the disk is full.",
    remedy:
      "Cut the unfinished record off the end of the segment (`surgery drop-orphan-tail`): it holds "
      + "nothing that can be replayed.", codes: ["F26"])
  package static let walSegments = Rule(
    "wal.segments.*", "The segments of a log are not what they should be.", .refuses,
    server: "Does not start.", remedy: "Look at the names in the folder; `check` says more.",
    codes: ["F22"])
  package static let walCheckpointGap = Rule(
    "wal.checkpoint.gap", "Segments of the checkpoint do not follow one another.", .refuses,
    server: "Does not start: \"open checkpoint: segments are not sequential\".",
    remedy:
      "Bring the missing segment of the checkpoint back from a copy. Else make a checkpoint of what "
      + "can be read: `surgery rebuild-checkpoint`.", codes: ["F30"])
  package static let walCheckpointNotAFolder = Rule(
    "wal.checkpoint.not-a-folder", "Something named like a checkpoint is no folder.", .refuses,
    server: "Does not start: \"checkpoint N is not a directory\".",
    remedy: "Move the file away; nothing is lost.",
    codes: ["F29"])
  package static let walCheckpointEmpty = Rule(
    "wal.checkpoint.empty", "The last checkpoint holds nothing.", .drops,
    server:
      "Starts, warns of unknown series references, and drops the samples of all series that "
      + "only the checkpoint defined.",
    remedy:
      "Bring the checkpoint back from a copy before the server starts, or make it anew from older "
      + "checkpoints, a snapshot or .repair files: `surgery rebuild-checkpoint`.",
    codes: ["F21"])
  package static let walCheckpointAhead = Rule(
    "wal.checkpoint.ahead", "The checkpoint replaces every segment that is there.", .drops,
    server:
      "Starts without a word and reads none of the segments. What it writes is lost at each "
      + "restart until the numbers pass that of the checkpoint.",
    remedy:
      "Keep a copy. `surgery renumber-wal` lets the segments follow the checkpoint where no series "
      + "is defined twice then, and writes them into a block where one is (see "
      + "wal.series.repeated, wal.refs.reused).", codes: ["F25"])
  package static let walCheckpoint = Rule(
    "wal.checkpoint.*", "A checkpoint is not what it should be.", .refuses,
    server: "Depends on what is wrong: `check` tells the cases apart.",
    remedy: "Run `check`, and look at its finding.", codes: ["F21", "F25", "F29"])
  package static let walCutAhead = Rule(
    "wal.cut-ahead", "The log was cut up to a time behind the end of the newest block.", .continues,
    server:
      "Serves what is there. A server cuts its log only once a block has what it cuts off: that block is missing.",
    remedy:
      "Bring the block from where this was copied from: blocks, chunks_head and wal were copied one after the "
      + "other while a server ran. Copy a snapshot of the admin API instead, or stop the server first."
  )
  package static let walCheckpointOlder = Rule(
    "wal.checkpoint.older", "There are checkpoints besides the last.", .ignores,
    server: "Reads the last one only.",
    remedy: "Nothing; if the last one is damaged, an older one "
      + "may define its series.", codes: ["F39"])
  package static let walLeftoverRepair = Rule(
    "wal.leftover.repair", "A server's repair of a segment was interrupted.", .drops,
    server: "Reads the segment of that number, which was written only in part, and never the "
      + ".repair file.",
    remedy:
      "The .repair file is the segment as it was: put it back in the place of the segment of its "
      + "number (`surgery restore-repair-original`), and drop only what is damaged in it.",
    codes: ["F27"])
  package static let walLeftoverTemporary = Rule(
    "wal.leftover.temporary", "A checkpoint or file that was being written.", .deletes,
    server: "Deletes temporary checkpoints as it starts.", remedy: "Nothing.", codes: ["F39"])
  package static let walSeriesStateAhead = Rule(
    "wal.series-state.ahead", "series_state.json names a segment that is not there.", .continues,
    server: "With `fast-startup`, takes the last series ref from it.",
    remedy: "Delete the file: the server then looks through the log.", codes: ["F37"])
  package static let walSeriesState = Rule(
    "wal.series-state.*", "series_state.json cannot be read.", .ignores,
    server: "Warns, and looks through the log instead.", remedy: "Nothing, or delete the file.",
    codes: ["F37"])
  package static let walFragment = Rule(
    "wal.fragment.*", "A piece of a record in a page of a segment is damaged.", .truncates,
    server: repair, remedy: salvage, codes: ["F20w", "F23", "F26b", "F50", "F60"])
  package static let walPage = Rule(
    "wal.page.*", "The padding at the end of a page is not zero.", .truncates, server: repair,
    remedy: salvage, codes: ["F20w", "F23", "F60"])
  package static let walRecord = Rule(
    "wal.record.*", "A record was begun and not finished, or is empty.", .truncates,
    server: repair, remedy: salvage, codes: ["F20w", "F23", "F26b", "F60"])
  package static let tooLarge = Rule(
    "*.too-large", "Something is larger than any server writes it, and is not read.", .continues,
    server:
      "Reads it, if it finds the memory: a record of a few kilobytes can unpack to a gigabyte, and a "
      + "server keeps several copies of it. What is in it is not known here, and counts as lost.",
    remedy:
      "Nothing that Prometheus scrapes looks like this: somebody, or another program, wrote it. Do not "
      + "start a server on it. `surgery skip-damage` drops the record and keeps what is behind it. The "
      + "bounds are: of a record, 32 MiB, or 256 times its size on disk where that is more, and 1 GiB "
      + "in any case; of a histogram, 1,048,576 buckets of each sign; of a file, 4 GiB, and of an index "
      + "64 GiB.")
  package static let walCompression = Rule(
    "wal.compression.*", "A record cannot be decompressed.", .truncates, server: repair,
    remedy: salvage, codes: ["F20w", "F23", "F60"])
  package static let recordNewer = Rule(
    "record.newer", "Records of types that servers before 3.11 do not know.", .ignores,
    server:
      "From 3.11 on reads them. An older one passes over them without a word and loses their "
      + "samples; an older agent takes them for damage.",
    remedy: "Do not start an older server on this directory.", codes: ["F34"])
  package static let recordZstd = Rule(
    "record.zstd", "Records compressed with zstd, which old servers do not know.", .ignores,
    server:
      "Reads them. Servers such as 2.42 take the first compressed byte for a type that they do "
      + "not know, pass over the record without a word, and lose its samples with their next "
      + "block.",
    remedy: "Do not start an older server on this directory.", codes: ["F35"])
  package static let recordUnknown = Rule(
    "record.unknown", "Records of a type that is not known.", .ignores,
    server: "Passes over them without a word. An agent takes them for damage.",
    remedy: "Find out which version wrote them, and start no older one.", codes: ["F34"])
  package static let record = Rule(
    "record.*", "The body of a record is not what its type asks for.", .truncates,
    server: repair, remedy: salvage, codes: ["F20w", "F23", "F60"])
  package static let walRefsUnknown = Rule(
    "wal.refs.unknown", "Samples of refs that no series record defines.", .drops,
    server: "Warns of unknown series references, and drops the samples.",
    remedy: "Look for what took the series away: a damaged or missing checkpoint or segment.",
    codes: ["F33", "F63"])
  package static let walRefsUnknownOthers = Rule(
    "wal.refs.unknown-others", "Exemplars, metadata or deletions of refs that nothing defines.",
    .ignores, server: "Passes over them, and counts them in its warning of unknown series.",
    remedy: "Nothing; see wal.refs.unknown where samples are missing too.", codes: ["F33"])
  package static let walRefsReused = Rule(
    "wal.refs.reused", "One ref is given to two series.", .drops,
    server:
      "Overwrites the first series: its samples are gone, and queries for it find the other.",
    remedy:
      "Two generations of a log were joined. Take them apart at the record (`surgery cut-wal`), "
      + "and write the older one into a block (`flush-head`).")
  package static let walSeriesRepeated = Rule(
    "wal.series.repeated", "A series is defined again before its samples are on disk.", .drops,
    server: "Empties the open chunk of the series at the second record, without a word. A second "
      + "record is normal where the samples before it are in a block or in chunks_head.",
    remedy:
      "Two generations of a log were joined. Leave the second record out: `surgery "
      + "drop-repeated-series`.")
}
