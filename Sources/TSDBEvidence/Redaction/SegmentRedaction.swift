internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Writes a segment of a log anew with other label values: the same records in the same order, compressed
/// as they were, and the same damage between them.
///
/// A segment may become longer than a server would make it; servers read segments of any length.
struct SegmentRedaction {
  private let file: MappedFile
  private let isSnapshot: Bool
  private var writer = SegmentWriter()
  /// Where reading has got, in the segment.
  private var position = 0
  /// The rules of the damage, in the order of the segment.
  private var damage: [String] = []
  /// What is not as it was.
  private(set) var notReproduced: [String] = []

  /// The segment `file`, of a log or of a chunk snapshot.
  init(_ file: MappedFile, ofSnapshot isSnapshot: Bool) {
    self.file = file
    self.isSnapshot = isSnapshot
  }

  /// Writes all of it; `check` is called now and then with the bytes that were read, and may throw.
  mutating func write(
    to sink: FileSink, _ rewriter: inout LabelRewriter, _ values: ValueReplacer,
    check: (Int) throws -> Void
  ) throws {
    let file = file
    if file.isOldSegment { return try writeOld(to: sink, &rewriter, values, check: check) }
    var batch = RecordBatch()
    var pass = SegmentPass(file)
    while let size = pass.next(into: &batch) {
      try write(batch, to: sink, &rewriter, values)
      try check(size)
    }
    try writePadding(upTo: file.size, to: sink)
    try writer.finish(fillingPage: file.size % Fragment.pageSize == 0) {
      bytes throws(FileError) in try sink.write(bytes)
    }
  }

  /// The same for a segment of Prometheus 2.0 to 2.3: entries, damage and space that was set aside, by their places.
  private mutating func writeOld(
    to sink: FileSink, _ rewriter: inout LabelRewriter, _ values: ValueReplacer,
    check: (Int) throws -> Void
  ) throws {
    let file = file
    var old = OldSegmentWriter()
    position = OldSegment.headerSize
    var batch = RecordBatch()
    var pass = SegmentPass(file)
    while let size = pass.next(into: &batch) {
      var damage = batch.damage.sorted { $0.lost.lowerBound < $1.lost.lowerBound }[...]
      for entry in batch.entries {
        while let next = damage.first, next.lost.lowerBound < entry.offset {
          writeOld(next, &old)
          damage.removeFirst()
        }
        let outcome = rewriter.rewrite(batch.payload(of: entry), ofSnapshot: false) {
          values.replacement($0, $1)
        }
        note(outcome, at: entry.offset)
        old.append(rewriter.bytes)
        position = entry.end
        try sink.write(old.take().rawBytes)
      }
      for rest in damage { writeOld(rest, &old) }
      try sink.write(old.take().rawBytes)
      try check(size)
    }
    if position < file.size { old.append(zeros: file.size - position) }
    try sink.write(old.take().rawBytes)
  }

  private mutating func writeOld(_ damage: RecordBatch.Damage, _ old: inout OldSegmentWriter) {
    self.damage.append(damage.error.rule)
    // The header is as it should be in the copy.
    guard damage.lost.upperBound > OldSegment.headerSize else { return }
    old.append(damagedBytes: damage.lost.count)
    position = max(position, damage.lost.upperBound)
  }

  /// Records and damage, by their places.
  private mutating func write(
    _ batch: RecordBatch, to sink: FileSink, _ rewriter: inout LabelRewriter,
    _ values: ValueReplacer
  ) throws(FileError) {
    var damage = batch.damage.sorted { $0.lost.lowerBound < $1.lost.lowerBound }[...]
    for entry in batch.entries {
      while let next = damage.first, next.lost.lowerBound < entry.offset {
        try write(next, to: sink)
        damage.removeFirst()
      }
      try writePadding(upTo: entry.offset, to: sink)
      let outcome = rewriter.rewrite(batch.payload(of: entry), ofSnapshot: isSnapshot) {
        values.replacement($0, $1)
      }
      note(outcome, at: entry.offset)
      try writer.append(rewriter.bytes, entry.compression) { bytes throws(FileError) in
        try sink.write(bytes)
      }
      position = entry.end
    }
    for rest in damage { try write(rest, to: sink) }
  }

  private mutating func write(
    _ damage: RecordBatch.Damage, to sink: FileSink
  ) throws(FileError) {
    try writePadding(upTo: damage.lost.lowerBound, to: sink)
    let file = file
    let end = max(damage.lost.upperBound, position)
    try writer.append(
      damaged: max(damage.lost.lowerBound, position)..<end, of: file.bytes
    ) { bytes throws(FileError) in try sink.write(bytes) }
    position = end
    self.damage.append(damage.error.rule)
  }

  /// The zeros between what was read and `end`.
  private mutating func writePadding(upTo end: Int, to sink: FileSink) throws(FileError) {
    while position < end {
      let pageEnd = (position / Fragment.pageSize + 1) * Fragment.pageSize
      try writer.append(padding: position..<min(pageEnd, end)) { bytes throws(FileError) in
        try sink.write(bytes)
      }
      position = min(pageEnd, end)
    }
  }

  private mutating func note(_ outcome: LabelRewriter.Outcome, at offset: Int) {
    switch outcome {
    case .whole, .spoilt: return
    case .spoiltOtherwise:
      notReproduced.append("the record at byte \(offset) is damaged in another way")
    case .shortened:
      notReproduced.append("the record at byte \(offset) is without its damaged end")
    }
  }

  /// Reads what was written, where something was damaged: is it damaged in the same way?
  mutating func compare(with path: String) throws(FileError) {
    guard !damage.isEmpty else { return }
    var rules: [String] = []
    var batch = RecordBatch()
    var pass = SegmentPass(try MappedFile(path: path))
    while pass.next(into: &batch) != nil { rules += batch.damage.map(\.error.rule) }
    guard rules != damage else { return }
    let (before, after) = (Set(damage).sorted(), Set(rules).sorted())
    notReproduced.append(
      "damage is \(after.joined(separator: ", ")) in place of \(before.joined(separator: ", "))")
  }
}
