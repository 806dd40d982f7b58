internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `renumber-wal`: segments get the numbers that replay expects: one behind the other, from the one
/// behind the checkpoint on, or from 0.
///
/// A generation of the log must not be joined with another that has the same refs: replay would mix
/// their series, empty the open chunks of those defined twice, and pass over samples that are older than
/// a chunk in `chunks_head`.
enum RenumberWAL {
  /// The step; nil where names and numbers are as they should be.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    try context.directory.requireLogOfToday()
    if let step = nameStep(context) { return step }
    let directory = context.directory
    guard let wal = directory.wal, !wal.segments.isEmpty else {
      return lateStep(context)
    }
    let start = wal.firstReplayed
    let isAhead = context.has(.walCheckpointAhead)
    let segments = isAhead ? wal.segments : wal.replayed
    let isMisplaced = zip(segments.indices, segments).contains { $1.number != start &+ $0 }
    // A server with that snapshot begins at its segment.
    let isOnSnapshot = directory.snapshots.last.map { $0.segment == segments.first?.number }
    guard isMisplaced, !(isOnSnapshot ?? false) else { return lateStep(context) }
    var changes = renames(segments, from: start, in: "wal")
    var why =
      segments.count == 1
      ? "segment \(list(segments)) becomes \(start)"
      : "segments \(list(segments)) become \(start) to \(start &+ segments.count &- 1)"
    if isAhead {
      why = "the checkpoint replaces every segment, so that none is read; " + why
      changes = try joined(context, changes)
    } else {
      why = "a server does not start where segments are missing; " + why
    }
    changes += directory.snapshots.map { DirectoryChange(directory.relative($0.path), .remove) }
    return RepairStep(operation: .renumberWAL, why: why, loss: Loss(), changes: changes)
  }

  /// Segments that were robbed of zeros get their names back; nil where all have them, or where one would
  /// take the name of another.
  static func nameStep(_ context: RepairContext) -> RepairStep? {
    let segments = context.directory.wal?.segments ?? []
    let renamed = (context.directory.wal?.replayed ?? []).filter { $0.name != $0.nameOpened }
    let paths = Set(segments.map(\.path))
    let changes = renamed.map { segment in
      (segment.path, String(segment.path.dropLast(segment.name.count)) + segment.nameOpened)
    }
    guard !changes.isEmpty, !changes.contains(where: { paths.contains($0.1) }) else { return nil }
    return RepairStep(
      operation: .renumberWAL,
      why:
        "a server opens segments by names of eight digits; \(Units.count(renamed.count)) get theirs back",
      loss: Loss(),
      changes: changes.map {
        DirectoryChange(context.relative($0.0), .rename(to: context.relative($0.1)))
      })
  }

  /// The same for the WBL, whose segments need only follow one another.
  private static func lateStep(_ context: RepairContext) -> RepairStep? {
    guard let segments = context.directory.wbl?.segments, let first = segments.first else {
      return nil
    }
    let isMisplaced = zip(segments.indices, segments).contains { $1.number != first.number &+ $0 }
    guard isMisplaced else { return nil }
    return RepairStep(
      operation: .renumberWAL,
      why:
        "a server does not start where segments are missing; those of the WBL follow one another",
      loss: Loss(), changes: renames(segments, from: first.number, in: "wbl"))
  }

  /// Renames in an order in which each new number is free.
  private static func renames(
    _ segments: [SegmentFile], from start: Int, in folder: String
  ) -> [DirectoryChange] {
    let pairs = zip(segments, segments.indices).map { ($0, start &+ ($1 - segments.startIndex)) }
      .filter { $0.number != $1 }
    let down = pairs.filter { $0.0.number > $0.1 }
    let up = pairs.filter { $0.0.number < $0.1 }.reversed()
    return (down + up).map { segment, number in
      DirectoryChange(
        "\(folder)/\(segment.name)", .rename(to: "\(folder)/\(SegmentFile.name(number))"))
    }
  }

  private static func list(_ segments: [SegmentFile]) -> String {
    let numbers = segments.map { "\($0.number)" }
    if numbers.count <= 6 { return numbers.joined(separator: ", ") }
    return numbers.prefix(3).joined(separator: ", ") + " … " + (numbers.last ?? "")
  }

  /// What has to be done besides, where a checkpoint and segments of another life of the directory come
  /// together. Chunks of `chunks_head` that are newer than a sample of the log mask it: they go, and
  /// replay makes them anew from the log.
  private static func joined(
    _ context: RepairContext, _ renames: [DirectoryChange]
  ) throws(FileError) -> [DirectoryChange] {
    let checkpoint = context.directory.wal?.checkpoints.last?.segments ?? []
    let old = try SeriesDefinitions(of: checkpoint)
    let new = try SeriesDefinitions(of: context.directory.wal?.segments ?? [])
    // A ref that carries another label set there is of the checkpoint's generation, whose samples are in
    // blocks or gone: its series would get the samples of the new one.
    let clashes = new.labels.filter { ref, labels in
      old.labels[ref].map { $0 != labels } ?? false
    }
    var changes = renames
    if !clashes.isEmpty || !Set(new.labels.values).isDisjoint(with: Set(old.labels.values)) {
      changes.append(emptied(context))
    }
    return changes
  }

  /// A checkpoint of the same number without a record: the segments define all series that they use.
  private static func emptied(_ context: RepairContext) -> DirectoryChange {
    let path = context.directory.wal?.checkpoints.last?.path ?? ""
    return DirectoryChange(
      context.relative(path),
      .folder(size: 0) { folder throws(FileError) in
        try folder.file(SegmentFile.name(0)) { _ throws(FileError) in }
      })
  }
}
