/// The rules about blocks as a whole: their folders, `meta.json`, tombstones, and blocks against one
/// another.
extension Rule {
  /// What a block that keeps a server from starting asks for.
  static let corrupted = "Does not start: \"corrupted block\"."
  /// What is done where a block cannot be mended in its place.
  static let rescue =
    "Bring the block back from a copy. Else `surgery quarantine-block` moves it away: only its "
    + "stretch of time is lost."

  package static let blockMissing = Rule(
    "block.missing", "A part that every block has is missing.", .refuses,
    server:
      "Without a meta.json the block is ignored, and no block is compacted; without index or "
      + "chunks the server does not start.",
    remedy:
      "Bring the part back from a copy. A lost meta.json can be made anew from index and chunks "
      + "(`surgery rebuild-meta`). " + rescue, codes: ["F10", "F11", "F14"])
  package static let blockDownsampled = Rule(
    "block.downsampled", "A block that Thanos downsampled lies in a server's directory.", .drops,
    server:
      "Opens it, and fails every query that reaches into its time: \"invalid chunk encoding\".",
    remedy:
      "Move it away (`surgery quarantine-block`): it belongs to an object store, beside the raw block "
      + "of the same time.")
  package static let blockStranger = Rule(
    "block.stranger", "A file in a block that is no part of one.", .ignores,
    server: "Does not look at it, and deletes it with the block.", remedy: "Nothing.")
  package static let block = Rule(
    "block.*", "The folder of a block is not what it should be.", .refuses,
    server: "Depends on what is wrong: `check` tells the cases apart.", remedy: rescue,
    codes: ["F10", "F11", "F14"])
  package static let metaStats = Rule(
    "meta.stats", "A block's meta.json counts what the block does not hold.", .continues,
    server:
      "Believes the counts where it plans compactions and deletes empty blocks, and does not "
      + "compare them.",
    remedy:
      "If all else in the block is sound, count anew: `surgery rebuild-meta`. Samples that are "
      + "fewer than counted may be a chunk that claims other than it has: `check --deep`.")
  package static let metaTimes = Rule(
    "meta.times", "Chunks reach out of the time that the block's meta.json names.", .continues,
    server:
      "Looks for samples of a time in the blocks that cover it by their meta.json, so that what "
      + "lies outside is never found; and may begin the head at the wrong time.",
    remedy:
      "Take the times from the chunks: `surgery rebuild-meta`, where that hides nothing of the log; `repair` "
      + "plans it only then.")
  package static let metaFailed = Rule(
    "meta.failed", "A compaction of the block failed.", .continues,
    server: "Serves it, and never compacts it again, nor the sound blocks beside it.",
    remedy:
      "Look for the damage that made it fail and mend it; then take the mark away "
      + "(`surgery clear-failed-mark`), from the sound blocks of the group too.", codes: ["F17"])
  package static let metaDeletable = Rule(
    "meta.deletable", "The block is marked as empty.", .deletes,
    server: "Deletes it as it starts.", remedy: "Nothing, if it holds no series.")
  package static let metaVersion2 = Rule(
    "meta.version-2", "The block was written by Prometheus 2.1.", .continues,
    server: "Rewrites index and meta.json when it opens the block.", remedy: "Nothing.")
  package static let metaName = Rule(
    "meta.name", "A block's meta.json names another block.", .continues,
    server:
      "Serves the block, and looks for its folder by the wrong name when it should delete it: it "
      + "stays behind after each compaction.",
    remedy: "Give the folder the name that the file says, or the file that of the folder.")
  package static let metaRange = Rule(
    "meta.range", "A block's meta.json names an end before its begin.", .continues,
    server: "Believes it: queries do not look into the block, and retention may delete it.",
    remedy: "Take the times from the chunks: `surgery rebuild-meta`.", codes: ["F12"])
  package static let metaFiles = Rule(
    "meta.files", "The list of files in a block's meta.json is not what lies there.", .ignores,
    severity: .warning,
    server:
      "Does not look at the list, which Thanos keeps. Something was taken from the block, or changed, since it "
      + "was written.",
    remedy:
      "Compare with the object store, which may have the block whole. What `check` says of index and chunks "
      + "tells whether anything is missing.")
  package static let meta = Rule(
    "meta.*", "A block's meta.json cannot be read.", .drops,
    server:
      "Ignores the block, and compacts no block as long as it is there.",
    remedy:
      "Make it anew from index and chunks: `surgery rebuild-meta`. Nothing of the block is lost.",
    codes: ["F10", "F12", "F31"])
  package static let tombstonesMissing = Rule(
    "tombstones.missing", "Deletions are counted, and there is no file of them.", .continues,
    server: "Serves what was deleted.",
    remedy: "Bring the file back from a copy, or delete the series again.")
  package static let tombstonesEntriesUnknownSeries = Rule(
    "tombstones.entries.unknown-series", "A deletion of a series that the block does not hold.",
    .ignores, server: "Passes over it.",
    remedy:
      "If all of the block is sound, nothing. If the file is that of another block, bring the "
      + "right one back: what was deleted here is served.")
  package static let tombstonesEntriesInterval = Rule(
    "tombstones.entries.interval", "A deletion that ends before it begins.", .ignores,
    server: "Deletes nothing by it.",
    remedy: "Delete the series again, if it was to be deleted.")
  package static let tombstonesEntriesOrder = Rule(
    "tombstones.entries.order", "Deletions of a series overlap or are not sorted.", .ignores,
    server: "Joins them as it reads the file.", remedy: "Nothing.")
  package static let tombstonesEntriesCount = Rule(
    "tombstones.entries.count", "meta.json counts other deletions than there are.", .ignores,
    server: "Uses the count only to plan when deletions are carried out.",
    remedy: "Nothing; `surgery rebuild-meta` counts anew.")
  package static let tombstones = Rule(
    "tombstones.*", "A block's tombstones cannot be read.", .refuses, server: corrupted,
    remedy: "Move the file away (`surgery drop-tombstones`); what was deleted comes back.",
    codes: ["F11", "F15"])
  package static let blockLeftover = Rule(
    "block.leftover", "A block that was being made or deleted when a server stopped.", .deletes,
    server: "Deletes the folder before it looks at anything else.",
    remedy:
      "Nothing, where other blocks hold what is in it. A whole block that nothing else holds gets its name back "
      + "with `surgery keep-block`, which `repair` plans.", codes: ["F02"])
  package static let blockLink = Rule(
    "block.link", "The name of a block is that of a symbolic link.", .drops,
    server:
      "Passes over it without a word: no sample of the block is served, none is compacted, and "
      + "retention never deletes it.",
    remedy:
      "Put the folder itself in the place of the link, or mount it there (`mount --bind`). If the "
      + "block is not wanted, remove the link.")
  package static let blockOverlap = Rule(
    "block.overlap", "Blocks cover the same time.", .ignores,
    server: "Merges them in queries, and by and by in compactions.", remedy: "Nothing.")
  package static let blockCopy = Rule(
    "block.copy", "Two blocks were made of the same blocks, and count the same.", .ignores,
    server: "Serves each sample once, and makes one block of them by and by.",
    remedy:
      "Nothing is needed. To get the space, keep one of them and move the others away (`surgery "
      + "quarantine-block`).")
  package static let blockExpired = Rule(
    "block.expired", "A block that the default retention of 15 days deletes.", .deletes,
    server:
      "Counts back from the end of the newest block, and deletes the block as it starts, unless "
      + "`--storage.tsdb.retention.time` or the configuration allows it more time.",
    remedy:
      "Start the server with the retention that it had, or keep a copy of the block.",
    codes: ["F19"])
  package static let blockDuplicate = Rule(
    "block.duplicate", "Two folders say that they are the same block.", .continues,
    server: "Loads one of them, and which one is chance.",
    remedy:
      "Compare them. If they are equal, move one away (`surgery quarantine-block`); else give the "
      + "copy a name of its own, in folder and meta.json.")
  package static let blockParents = Rule(
    "block.parents", "A block, and the blocks that it was made of, are both there.", .deletes,
    server:
      "Deletes those that it was made of as it starts, because the block that they went into is there: also "
      + "if that one is damaged inside.",
    remedy:
      "Nothing, once `check` has read the newer block whole and found it sound.", codes: ["F18"])
  package static let blockDamagedChild = Rule(
    "block.damaged-child", "A damaged block, and the blocks that it was made of are still there.",
    .deletes,
    server:
      "Deletes the parents as it starts, and with them the only sound copy of what is damaged.",
    remedy:
      "Before a server starts, move the damaged block away (`surgery quarantine-block`): its "
      + "parents hold all of it, and nothing is lost.", codes: ["F18"])
  package static let blockFuture = Rule(
    "block.future", "A block reaches further into the future than its own birth.", .deletes,
    server:
      "Counts retention back from the newest block and deletes the others; begins the head where "
      + "the block ends, and drops all of the log that is older.",
    remedy:
      "Before a server starts, move the block away (`surgery quarantine-block`). Only where its "
      + "samples are not of the future, and meta.json alone says so, correct that (`surgery rebuild-meta`): then "
      + "nothing is lost. `repair` tells the two apart.", codes: ["F31"])
  package static let blockFarAhead = Rule(
    "block.far-ahead",
    "A block is so far ahead of all others, and of the log, that its time is doubtful.",
    .deletes,
    server:
      "Counts retention back from it, and deletes all blocks that are older than that allows.",
    remedy:
      "Look whether its time can be true. If not, move it away before a server starts "
      + "(`surgery quarantine-block`).", codes: ["F19", "F31"])
}
