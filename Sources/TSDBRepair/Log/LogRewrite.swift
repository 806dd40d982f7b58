internal import TSDBFormat
internal import TSDBStore

/// The segments of a log without what a filter takes out of it, as changes of the directory.
///
/// A first pass finds the segments that change and what that costs; only those are written, in a second
/// pass, when the changes are made.
struct LogRewrite {
  /// What was found in the first pass.
  struct Look: Sendable {
    /// What is left out of each segment, by path; those that stay as they are are not in it.
    var changed: [String: SegmentChanges] = [:]
    /// What goes with refs that nothing defines.
    var lost: LostSamples
    /// Refs of entries that no record before them defines, whether they are left out or not.
    var unknownRefs: Set<UInt64> = []
  }

  private let found: Look
  private let directory: DataDirectory
  private let items: [LogItem]
  private let filter: LogFilter

  /// What is left out of each segment, by path; those that stay as they are are not in it.
  var changed: [String: SegmentChanges] { found.changed }
  /// What goes with refs that nothing defines.
  var lost: LostSamples { found.lost }
  /// Refs of entries that no record before them defines, whether they are left out or not.
  var unknownRefs: Set<UInt64> { found.unknownRefs }

  /// Looks at the whole log of `directory`, or takes what `memory` has of it.
  init(
    _ directory: DataDirectory, _ filter: LogFilter, _ memory: RepairMemory?
  ) throws(FileError) {
    try directory.requireLogOfToday()
    self.directory = directory
    self.filter = filter
    let items = LogItem.all(of: directory)
    self.items = items
    if let memory {
      found = try memory.look(items, of: directory, filter) { () throws(FileError) in
        try Self.look(items, directory, filter)
      }
    } else {
      found = try Self.look(items, directory, filter)
    }
  }

  private static func look(
    _ items: [LogItem], _ directory: DataDirectory, _ filter: LogFilter
  ) throws(FileError) -> Look {
    let box = LostBox(LostSamples(minValidTime: directory.minValidTime))
    let pass = LogPass(filter) { item, entry, payload, isKnown throws(FileError) in
      _ = box.lost.take(item, entry, payload, isKnown: isKnown)
    }
    var changed: [String: SegmentChanges] = [:]
    for item in items {
      let changes = try pass.take(item)
      if changes.isChanged || item.path == filter.recoveredPath { changed[item.path] = changes }
    }
    return Look(changed: changed, lost: box.lost, unknownRefs: pass.unknownRefs)
  }

  /// What the closures of a pass share.
  private final class LostBox {
    var lost: LostSamples
    init(_ lost: LostSamples) { self.lost = lost }
  }

  /// What goes.
  var loss: Loss {
    Loss(
      series: lost.refs.count, samples: lost.samples,
      bytes: changed.values.reduce(0) { $0 + $1.damagedBytes }, timeRange: lost.timeRange)
  }

  /// The new segments, and what could not be placed.
  func changes() -> [DirectoryChange] {
    var changes: [DirectoryChange] = []
    if !lost.refs.isEmpty { changes.append(lostAndFound()) }
    let walker = Walker(items, filter)
    let checkpoint = items.filter { $0.part == .checkpoint }
    if checkpoint.contains(where: { changed[$0.path] != nil }) {
      changes.append(rebuilt(checkpoint, walker))
    }
    for item in items where item.part != .checkpoint && changed[item.path] != nil {
      let size = Self.size(of: item, filter)
      changes.append(
        DirectoryChange(
          item.path,
          .replace(size: size) { sink throws(FileError) in
            try walker.write(item, to: sink)
          }))
    }
    return changes
  }

  private static func size(of item: LogItem, _ filter: LogFilter) -> Int {
    let recovered = filter.recovered.values.reduce(0) { $0 + $1.count + 16 }
    return item.segment.size + Fragment.pageSize
      + (item.path == filter.recoveredPath ? recovered : 0)
  }

  /// A checkpoint is replaced as a whole, so that a server never sees a part of it.
  private func rebuilt(_ segments: [LogItem], _ walker: Walker) -> DirectoryChange {
    let filter = filter
    let size = segments.reduce(0) { $0 + Self.size(of: $1, filter) }
    return DirectoryChange(
      Path.parent(segments[0].path),
      .folder(size: size) { folder throws(FileError) in
        for (number, item) in segments.enumerated() {
          try folder.file(SegmentFile.name(number)) { sink throws(FileError) in
            try walker.write(item, to: sink)
          }
        }
      })
  }

  private func lostAndFound() -> DirectoryChange {
    let (items, filter, minValidTime) = (items, filter, directory.minValidTime)
    // A line takes about a hundred bytes.
    return DirectoryChange(
      "samples",
      .lostAndFound(size: 128 * max(lost.samples, 1)) { sink throws(FileError) in
        var lost = LostSamples(minValidTime: minValidTime)
        let pass = LogPass(filter) { item, entry, payload, isKnown throws(FileError) in
          try sink.write(lost.take(item, entry, payload, isKnown: isKnown))
        }
        for item in items { _ = try pass.take(item) }
      })
  }
}

extension LogRewrite {
  /// Goes through the segments once, in order, and writes those that are asked for.
  fileprivate final class Walker {
    private var rest: ArraySlice<LogItem>
    private let pass: LogPass
    private let filter: LogFilter

    init(_ items: [LogItem], _ filter: LogFilter) {
      rest = items[...]
      pass = LogPass(filter)
      self.filter = filter
    }

    func write(_ item: LogItem, to sink: FileSink) throws(FileError) {
      while let next = rest.first, next.path != item.path {
        rest.removeFirst()
        _ = try pass.take(next)
      }
      if !rest.isEmpty { rest.removeFirst() }
      var writer = SegmentWriter()
      let flush: SegmentWriter.Flush<FileError> = { bytes throws(FileError) in
        try sink.write(bytes)
      }
      if item.path == filter.recoveredPath {
        for record in SeriesRecords.records(filter.recovered) {
          try writer.append(record.rawBytes, .snappy, to: flush)
        }
      }
      _ = try pass.take(item) { payload, compression throws(FileError) in
        try writer.append(payload, compression, to: flush)
      }
      try writer.finish(fillingPage: true, to: flush)
    }
  }
}

/// Series records that are made of refs and of labels as they are written elsewhere.
enum SeriesRecords {
  /// Series in a record; servers write about as many.
  private static let most = 1000

  /// Records for `series`: refs, and label sets with their count as a record has them.
  static func records(_ series: [UInt64: [UInt8]]) -> [[UInt8]] {
    let sorted = series.sorted { $0.key < $1.key }
    return stride(from: 0, to: sorted.count, by: most).map { start in
      var record: [UInt8] = [1]
      for (ref, labels) in sorted[start..<min(start + most, sorted.count)] {
        for shift in stride(from: 56, through: 0, by: -8) {
          record.append(UInt8(truncatingIfNeeded: ref >> UInt64(shift)))
        }
        record += labels
      }
      return record
    }
  }
}
