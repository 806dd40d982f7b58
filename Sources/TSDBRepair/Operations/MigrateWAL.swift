internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `migrate-wal`: the log of Prometheus 2.0 to 2.3 as a log of today, as releases from 2.4 to 2.51 make it (tsdb/wal.go,
/// `MigrateWAL`): the same records in the same order, in segments of pages, not compressed, so that every
/// release reads them. What those would forget behind damage is taken over as well.
///
/// The new folder appears as a whole, and the old one leaves as a whole, with what failed starts of newer releases
/// left in it.
enum MigrateWAL {
  /// The step; nil where the log is none of those, or where something else is in its folder that a new one
  /// would have to go on with.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    if let step = renamed(context) { return step }
    guard let wal = context.directory.wal, wal.isOld, wal.checkpoints.isEmpty else { return nil }
    let old = Set(wal.oldSegments.map(\.path))
    // What a release of today wrote comes behind; empty segments of starts that failed hold nothing.
    let files = wal.oldSegments + wal.segments.filter { !old.contains($0.path) && $0.size > 0 }
    guard files.allSatisfy(\.entry.isFile) else { return nil }
    var counts = Counts()
    for file in files { try counts.add(file) }
    var why =
      "\(Units.count(counts.records)) records of the log of Prometheus 2.0 to 2.3 are written as a log of today"
    if counts.damaged > 0 {
      let places =
        counts.damaged == 1 ? "one damaged place" : "\(Units.count(counts.damaged)) damaged places"
      why += ", and \(places) left out"
    }
    let size = files.reduce(0) { $0 &+ $1.size &+ Fragment.pageSize }
    return RepairStep(
      operation: .migrateWAL, why: why, loss: Loss(bytes: counts.damagedBytes),
      changes: [
        DirectoryChange(
          context.relative(wal.path),
          .folder(size: size) { folder throws(FileError) in
            for (number, file) in files.enumerated() {
              try folder.file(SegmentFile.name(number)) { sink throws(FileError) in
                try write(file, to: sink)
              }
            }
          })
      ])
  }

  /// The last step of a migration that was cut short: `wal` was removed already.
  static func renamed(_ context: RepairContext) -> RepairStep? {
    let directory = context.directory
    guard directory.wal == nil, !directory.parts.contains(where: { $0.name == "wal" }),
      directory.migratedLog != nil
    else { return nil }
    return RepairStep(
      operation: .migrateWAL,
      why:
        "wal.tmp is the log that a migration of the one of 2.0 to 2.3 wrote; it gets the name wal",
      loss: Loss(), changes: [DirectoryChange("wal.tmp", .rename(to: "wal"))])
  }

  /// The step of a repair: for a server that would be refused, or would forget what is behind damage.
  static func step(
    _ context: RepairContext, _ strategy: RepairStrategy, _ options: Repair.Options
  ) throws(FileError) -> RepairStep? {
    let old = Set((context.directory.wal?.oldSegments ?? []).map(\.path))
    let isDamaged = context.findings.contains {
      $0.rule != .walOld && $0.severity >= .loss && old.contains($0.path)
    }
    let release = options.startup.release
    let isTakenOver =
      context.directory.wal?.isSeenAsOld == true
      && (release.migratesOldLog || release.writesOldLog)
    guard isDamaged || !isTakenOver else { return nil }
    if strategy == .discardHead { return try MoveAway.head(context) }
    return try step(context)
  }

  /// What is in the segments.
  private struct Counts {
    var records = 0
    var damaged = 0
    var damagedBytes = 0

    mutating func add(_ file: SegmentFile) throws(FileError) {
      var pass = SegmentPass(try MappedFile(path: file.path))
      var batch = RecordBatch()
      while pass.next(into: &batch) != nil {
        records &+= batch.entries.count
        damaged &+= batch.damage.count
        damagedBytes &+= batch.damage.reduce(0) { $0 &+ $1.lost.count }
      }
    }
  }

  private static func write(_ file: SegmentFile, to sink: FileSink) throws(FileError) {
    var writer = SegmentWriter()
    let flush: SegmentWriter.Flush<FileError> = { bytes throws(FileError) in try sink.write(bytes) }
    var pass = SegmentPass(try MappedFile(path: file.path))
    var batch = RecordBatch()
    while pass.next(into: &batch) != nil {
      for entry in batch.entries {
        try writer.append(batch.payload(of: entry), .none, to: flush)
      }
    }
    try writer.finish(fillingPage: true, to: flush)
  }
}
