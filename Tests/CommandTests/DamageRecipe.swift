import TestSupport

/// One kind of damage, done to a copy of `damaged-base/main`, and what a command that reads the
/// damaged place must say.
struct DamageRecipe: Sendable, CustomStringConvertible {
  /// The name of the full set's directory with this damage.
  let name: String
  /// The damaged file, or the one that shows the damage, relative to the directory.
  let file: String
  /// How `ls` must end.
  let listStatus: Int32
  /// How `ls --format promtool`, which looks at blocks only, must end.
  let promtoolStatus: Int32
  /// How `diagnose`, which reads every record and every series, must end.
  let diagnoseStatus: Int32
  /// Does the damage; the path is that of the copied directory.
  let spoil: @Sendable (String) throws -> Void

  var description: String { name }

  private static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let second = "01M7XPVHDBEN0X46Y430AHYY2Q"

  /// Changes the bytes of one file.
  private static func bytes(
    _ name: String, _ file: String, ls listStatus: Int32, promtool promtoolStatus: Int32 = 0,
    diagnose diagnoseStatus: Int32? = nil,
    _ spoil: @escaping @Sendable (inout [UInt8]) -> Void
  ) -> DamageRecipe {
    DamageRecipe(
      name: name, file: file, listStatus: listStatus, promtoolStatus: promtoolStatus,
      diagnoseStatus: diagnoseStatus ?? listStatus
    ) { directory in
      try damage(directory + "/" + file, spoil)
    }
  }

  /// Adds, removes or renames something; `file` is what a finding must name.
  private static func names(
    _ name: String, _ file: String, ls listStatus: Int32, promtool promtoolStatus: Int32 = 0,
    diagnose diagnoseStatus: Int32? = nil,
    _ spoil: @escaping @Sendable (String) throws -> Void
  ) -> DamageRecipe {
    DamageRecipe(
      name: name, file: file, listStatus: listStatus, promtoolStatus: promtoolStatus,
      diagnoseStatus: diagnoseStatus ?? listStatus, spoil: spoil)
  }

  /// Every damage of the full set's base `main` that can be said in a line.
  static let all: [DamageRecipe] = blocks + headChunks + log + directory

  private static let blocks: [DamageRecipe] = [
    names("block-empty-dir", "01M7XPVHDBEN0X46Y430AHBBBB/meta.json", ls: 1, promtool: 1) {
      try makeFolder($0 + "/01M7XPVHDBEN0X46Y430AHBBBB")
    },
    names("block-tmp-for-creation", second + ".tmp-for-creation", ls: 0, diagnose: 1) {
      try move($0 + "/" + second, to: $0 + "/" + second + ".tmp-for-creation")
    },
    names("block-tmp-for-deletion", second + ".tmp-for-deletion", ls: 0, diagnose: 1) {
      try move($0 + "/" + second, to: $0 + "/" + second + ".tmp-for-deletion")
    },
    bytes("chunks-bitflip", second + "/chunks/000001", ls: 0, diagnose: 1) {
      $0.flip(at: $0.count / 2)
    },
    names("chunks-dir-missing", second + "/chunks", ls: 1, promtool: 1) {
      removeTree($0 + "/" + second + "/chunks")
    },
    bytes("chunks-empty", second + "/chunks/000001", ls: 1, promtool: 1) { $0 = [] },
    bytes("chunks-truncated", second + "/chunks/000001", ls: 0, diagnose: 1) { $0.cut(to: 49220) },
    bytes("index-bad-magic", second + "/index", ls: 1, promtool: 1) { $0.flip(at: 0) },
    bytes("index-bitflip-label-index", second + "/index", ls: 0, diagnose: 1) {
      $0.flip(at: 4391, bit: 2)
    },
    bytes("index-bitflip-postings-all", second + "/index", ls: 0, diagnose: 1) {
      $0.flip(at: 4954, bit: 2)
    },
    bytes("index-bitflip-postings-offset-table", second + "/index", ls: 1, promtool: 1) {
      $0.flip(at: 8175, bit: 2)
    },
    bytes("index-bitflip-series", second + "/index", ls: 0, diagnose: 1) {
      $0.flip(at: 2853, bit: 2)
    },
    bytes("index-bitflip-toc", second + "/index", ls: 1, promtool: 1) { $0.flip(at: 9099) },
    bytes("index-empty", second + "/index", ls: 1, promtool: 1) { $0 = [] },
    names("index-missing", second + "/index", ls: 1, promtool: 1) {
      removeTree($0 + "/" + second + "/index")
    },
    bytes("index-zeroed", second + "/index", ls: 1, promtool: 1) { $0.fill($0.indices) },
    bytes("meta-empty", second + "/meta.json", ls: 1, promtool: 1) { $0 = [] },
    bytes("meta-invalid-json", second + "/meta.json", ls: 1, promtool: 1) { $0.cut(to: 136) },
    names("meta-missing", second + "/meta.json", ls: 1, promtool: 1) {
      removeTree($0 + "/" + second + "/meta.json")
    },
    bytes("meta-ulid-mismatch", second + "/meta.json", ls: 1) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(text.replacing("AHYY2Q\"", with: "AHZZZZ\"", maxReplacements: 1).utf8)
    },
    bytes("tombstones-bad-magic", first + "/tombstones", ls: 1, promtool: 1) { $0.flip(at: 0) },
    bytes("tombstones-bitflip", first + "/tombstones", ls: 1, promtool: 1) {
      $0.flip(at: 7, bit: 1)
    },
    bytes("tombstones-empty", first + "/tombstones", ls: 1, promtool: 1) { $0 = [] },
    names("tombstones-missing", first, ls: 0) { removeTree($0 + "/" + first + "/tombstones") },
  ]

  private static let headChunks: [DamageRecipe] = [
    bytes("chunks-head-bad-magic", "chunks_head/000001", ls: 1) { $0.fill(0..<4) },
    bytes("chunks-head-bad-seriesref", "chunks_head/000001", ls: 1) { $0.flip(at: 15, bit: 6) },
    bytes("chunks-head-bad-version", "chunks_head/000001", ls: 1) { $0[4] = 9 },
    bytes("chunks-head-bitflip-first", "chunks_head/000001", ls: 1) { $0.flip(at: 68, bit: 2) },
    bytes("chunks-head-crcok-bad-encoding", "chunks_head/000001", ls: 0, diagnose: 1) {
      $0[32] = 99
      $0.fixChecksum(of: 8..<82, at: 82)
    },
    bytes("chunks-head-crcok-more-samples", "chunks_head/000001", ls: 0) {
      $0.put([0xff, 0xff], at: 34)
      $0.fixChecksum(of: 8..<82, at: 82)
    },
    bytes("chunks-head-crcok-unknown-ref", "chunks_head/000001", ls: 0, diagnose: 1) {
      $0.put(bigEndianBytes(UInt64(777_777)), at: 8)
      $0.fixChecksum(of: 8..<82, at: 82)
    },
    bytes("chunks-head-empty-first", "chunks_head/000001", ls: 1) { $0 = [] },
    bytes("chunks-head-empty-last", "chunks_head/000003", ls: 0) { $0 = [] },
    names("chunks-head-missing-middle", "chunks_head/000003", ls: 1) {
      removeTree($0 + "/chunks_head/000002")
    },
    names("chunks-head-removed", "chunks_head", ls: 0) { removeTree($0 + "/chunks_head") },
    bytes("chunks-head-truncated-last", "chunks_head/000003", ls: 0, diagnose: 1) {
      $0.cut(to: 10389)
    },
    bytes("chunks-head-zero-last", "chunks_head/000003", ls: 1) { $0.fill($0.indices) },
  ]

  private static let log: [DamageRecipe] = [
    names("checkpoint-removed", "wal/00000003", ls: 1) {
      removeTree($0 + "/wal/checkpoint.00000002")
    },
    names("checkpoint-missing-segment", "wal/checkpoint.00000002", ls: 1) {
      removeTree($0 + "/wal/checkpoint.00000002/00000000")
    },
    // The series are gone without a trace; what is found are samples that have none.
    names("f21-checkpoint-zero-byte-segment", "wal/00000003", ls: 0, diagnose: 1) {
      try writeFile($0 + "/wal/checkpoint.00000002/00000000", [])
    },
    names("f25-checkpoint-ahead-of-segments", "wal/checkpoint.00000009", ls: 1) {
      try move($0 + "/wal/checkpoint.00000002", to: $0 + "/wal/checkpoint.00000009")
    },
    names("f29-checkpoint-is-a-file", "wal/checkpoint.000007", ls: 1) {
      try writeFile($0 + "/wal/checkpoint.000007", [])
    },
    names("wal-missing-segment", "wal/00000006", ls: 1) { removeTree($0 + "/wal/00000005") },
    names("wal-removed", "wal", ls: 0, diagnose: 1) { removeTree($0 + "/wal") },
    bytes("wal-bad-record-type", "wal/00000005", ls: 0, diagnose: 1) { $0[14876] = 0x0f },
    bytes("wal-bitflip-first-series", "wal/00000003", ls: 0, diagnose: 1) {
      $0.flip(at: 17, bit: 3)
    },
    bytes("wal-bitflip-mid", "wal/00000005", ls: 0, diagnose: 1) { $0.flip(at: 14903, bit: 3) },
    bytes("wal-empty-last-segment", "wal/00000008", ls: 0) { $0 = [] },
    bytes("wal-nonzero-padding", "wal/00000005", ls: 0, diagnose: 1) { $0[32668] = 0x5a },
    bytes("wal-torn-header", "wal/00000008", ls: 0, diagnose: 1) { $0.cut(to: 16553) },
    bytes("wal-torn-tail", "wal/00000008", ls: 0, diagnose: 1) { $0.cut(to: 16570) },
    bytes("wal-zeroed-page", "wal/00000003", ls: 0, diagnose: 1) { $0.fill(32768..<65536) },
  ]

  private static let directory: [DamageRecipe] = [
    names("lock-stale", "lock", ls: 0) { try writeFile($0 + "/lock", []) },
    bytes("queries-active-garbage", "queries.active", ls: 0) { $0 = Array("[{\"query\":".utf8) },
    names("stray-files", "lost+found", ls: 0) {
      try makeFolder($0 + "/lost+found")
      try makeFolder($0 + "/01ABC")
      try writeFile($0 + "/backup.tar.gz", [1, 2])
    },
    names("snapshot-empty", "chunk_snapshot.000001.0000065536", ls: 0) {
      try makeFolder($0 + "/chunk_snapshot.000001.0000065536")
    },
  ]
}
