internal import TSDBFormat

/// What tells an agent's directory from that of a server which has nothing but a log: the records are the same, and
/// so is the lock.
enum AgentTraces {
  /// What of a server's parts an agent has too (tsdb/agent/db.go).
  static let ownParts: Set = ["wal", "lock"]

  /// True where `path`, which holds `entries` and nothing that only a server keeps, is an agent's: by the name that
  /// an agent's has by default, or by a checkpoint. A server writes one when it has cut its head into a block, and
  /// since 2.19 has `chunks_head` by then; an agent writes one whenever it truncates its log.
  static func areIn(_ path: String, _ entries: [FolderEntry]) -> Bool {
    let wal = entries.first { $0.name == "wal" }
    guard let wal, let inside = try? FileSystem.list(wal.path) else { return isNamed(path) }
    let log = inside.filter { goInteger($0.name) != nil }
    // No agent ever wrote the log of 2.0.
    if log.contains(where: { (try? MappedFile(path: $0.path))?.isOldSegment == true }) {
      return false
    }
    let hasCheckpoint = inside.contains {
      $0.isDirectory && $0.name.droppingPrefix("checkpoint.").flatMap(goInteger) != nil
    }
    return hasCheckpoint || isNamed(path)
  }

  /// `data-agent` by default (cmd/prometheus/main.go), in distributions `agent`; a component of Alloy, or of Grafana
  /// Agent in its flow mode, has a folder of its own name.
  private static func isNamed(_ path: String) -> Bool {
    let name = FileSystem.lastPart(of: (try? FileSystem.realPath(path)) ?? path)
    return name == "data-agent" || name == "agent" || name.hasPrefix("prometheus.remote_write.")
  }
}
