internal import TSDBFormat
internal import TSDBStore

/// Where a server's repair cuts each log off, and what it drops: everything behind the first damage,
/// in this and in all later segments, although it can be read (Prometheus: tsdb/wlog/wlog.go,
/// `WL.Repair`). Damage in a checkpoint costs the whole log.
struct LogCuts {
  /// The first damage of a log, and the sound records behind it.
  private struct Cut {
    let finding: Int
    let path: String
    let offset: Int
    var records = 0
    var samples = 0
    var segments: Set<String> = []
  }

  private var cuts: [LogPart: Cut] = [:]

  /// Takes in that the finding of this index is damage in `part`; only the first one cuts.
  mutating func add(_ part: LogPart, finding: Int, path: String, offset: Int) {
    guard part != .snapshot, cuts[part] == nil else { return }
    cuts[part] = Cut(finding: finding, path: path, offset: offset)
  }

  /// Takes back that the finding of this index cuts `part`.
  mutating func remove(_ part: LogPart, finding: Int) {
    if cuts[part]?.finding == finding { cuts[part] = nil }
  }

  /// The finding that cuts `part`; nil for a log that is sound so far.
  func finding(of part: LogPart) -> Int? { cuts[part]?.finding }

  /// Counts the sound records of a slice that a repair would drop; `samples` has how many each record
  /// holds, `damage` what is wrong in the slice.
  mutating func count(
    _ decoded: DecodedSlice, samples: [Int], damage: [RecordBatch.Damage], path: String
  ) {
    let part = decoded.slice.part
    guard part != .snapshot, !cuts.isEmpty else { return }
    let damaged = Set(damage.map(\.error.offset))
    for key in part == .wal ? [LogPart.checkpoint, .wal] : [part] {
      guard var cut = cuts.removeValue(forKey: key) else { continue }
      for (entry, count) in zip(decoded.batch.entries, samples)
      where (path != cut.path || entry.offset > cut.offset) && !damaged.contains(entry.offset) {
        cut.records &+= 1
        cut.samples &+= count
        cut.segments.insert(path)
      }
      cuts[key] = cut
    }
  }

  /// Adds to the findings what a repair drops besides.
  func note(in findings: inout [Finding]) {
    for cut in cuts.values where cut.records > 0 {
      findings[cut.finding].lost =
        "\(findings[cut.finding].lost ?? ""); a server's repair drops "
        + "\(count: cut.records, of: "sound records") behind it, with "
        + "\(count: cut.samples, of: "samples") in "
        + "\(count: cut.segments.count, of: "segments")"
    }
  }
}
