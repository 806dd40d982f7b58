/// The rules about blocks.
extension Rule {
  private static let reading =
    "Starts. Queries and compactions that read this fail; a failed compaction marks its blocks, and "
    + "they are not compacted again."
  private static let rescue =
    "Bring the block back from a copy. Else move it away: only its stretch of time is lost."

  static let blocks: [Rule] = [
    Rule(
      "block.*", "A part that every block has is missing.", .refuses,
      server:
        "Without a meta.json the block is ignored; without index or chunks the server does not "
        + "start.", remedy: rescue, codes: ["F10", "F11", "F14"]),
    Rule(
      "meta.*", "A block's meta.json cannot be read, or contradicts itself.", .drops,
      server: "Ignores the block, and compaction stops as long as it is there.", remedy: rescue,
      codes: ["F10", "F12", "F31"]),
    Rule(
      "index.header.*", "The header of an index is wrong.", .refuses,
      server: "Does not start: \"corrupted block\".", remedy: rescue, codes: ["F11", "F13"]),
    Rule(
      "index.toc.*", "The table of contents of an index is wrong.", .refuses,
      server: "Does not start: \"corrupted block\".", remedy: rescue, codes: ["F11", "F13"]),
    Rule(
      "index.symbols.*", "The symbol table of an index is damaged.", .refuses,
      server: "Does not start: \"corrupted block\".", remedy: rescue, codes: ["F11", "F13"]),
    Rule(
      "index.postings-offset-table.*", "The postings offset table of an index is damaged.",
      .refuses, server: "Does not start: \"corrupted block\".", remedy: rescue,
      codes: ["F11", "F13"]),
    Rule(
      "index.*", "A part of an index that is read by queries only is damaged.", .continues,
      server: reading, remedy: rescue, codes: ["F17"]),
    Rule(
      "chunks.header.*", "The header of a chunk segment is wrong.", .refuses,
      server: "Does not start: \"corrupted block\".", remedy: rescue, codes: ["F11", "F14"]),
    Rule(
      "chunks.files.*", "Chunk segments of a block do not follow one another.", .continues,
      server: "Starts, and reads the chunks of all segments behind the gap from wrong files.",
      remedy: rescue, codes: ["F16"]),
    Rule(
      "chunks.*", "A chunk of a block is damaged.", .continues, server: reading, remedy: rescue,
      codes: ["F17"]),
    Rule(
      "tombstones.*", "A block's tombstones cannot be read.", .refuses,
      server: "Does not start: \"corrupted block\".",
      remedy: "Move the file away; what was deleted comes back.", codes: ["F11", "F15"]),
  ]
}
