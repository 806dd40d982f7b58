public import TSDBFormat
public import TSDBStore

/// What the head holds besides samples: exemplars, metadata and tombstones, by series.
///
/// From the last checkpoint, the WAL behind it, and the last chunk snapshot, if a server would read
/// it. Memory grows with the distinct series of the log, and with what is collected.
public struct HeadNotes: Sendable {
  /// The kinds of notes.
  public enum Kind: Sendable {
    /// Exemplars.
    case exemplars
    /// What targets said about metrics.
    case metadata
    /// Deleted stretches.
    case tombstones
  }

  /// A series and what is known about it.
  public struct Series: Sendable {
    /// Its labels.
    public let labels: [Label]
    /// Its exemplars, by time.
    public internal(set) var exemplars: [Exemplar] = []
    /// The last that was said about its metric.
    public internal(set) var metadata: MetricMetadata?
    /// What was deleted from it, as the log says it, in order of time.
    public internal(set) var tombstones: [Tombstone] = []

    init(_ labels: [Label]) { self.labels = labels }
  }

  /// The series that have any, in label order.
  public private(set) var series: [Series] = []
  /// Damage, and files that could not be looked at.
  public private(set) var problems: [FileError] = []

  /// Reads what there is of `kind` in the head of `directory`, of series that one of `selectors`
  /// selects, with `jobs` tasks at most.
  public static func read(
    _ kind: Kind, of directory: DataDirectory, selectors: [Selector], jobs: Int
  ) async -> HeadNotes {
    var problems: [FileError] = []
    // Out-of-order samples have no exemplars, and are not what is deleted.
    let segments = ReplayOrder(directory).segments.filter { $0.part != .wbl }
    let slices = SegmentSlice.all(of: segments, problems: &problems)
    let list = await HeadSeriesList.read(slices, selectors: selectors, jobs: jobs)
    problems += list.problems
    var log = LogNotes(kind, list)
    await LogPass.run(slices, jobs: jobs, make: LogPass.Records.init) { records, slice in
      log.add(records.batch, of: slice)
    }
    problems += log.problems
    var found = log.series
    if let snapshot = directory.snapshotToLoad, kind != .metadata {
      let notes = SnapshotNotes.read(snapshot, kind, selectors: selectors)
      problems += notes.problems
      found += notes.series
    }
    var notes = HeadNotes()
    notes.problems = problems
    notes.series = merge(found)
    return notes
  }

  /// Joins what is known of the same series, in label order.
  private static func merge(_ found: [Series]) -> [Series] {
    var merged: [Series] = []
    for series in found.sorted(by: { $0.labels.isOrdered(before: $1.labels) }) {
      if merged.last?.labels != series.labels {
        merged.append(series)
        continue
      }
      let last = merged.count - 1
      merged[last].exemplars += series.exemplars.filter { exemplar in
        !merged[last].exemplars.contains { $0.isSame(as: exemplar) }
      }
      merged[last].tombstones += series.tombstones.filter { tombstone in
        !merged[last].tombstones.contains {
          $0.minTime == tombstone.minTime && $0.maxTime == tombstone.maxTime
        }
      }
    }
    for index in merged.indices {
      // Stable: those of the same time stay as they came.
      merged[index].exemplars = merged[index].exemplars.stablySorted { $0.time < $1.time }
      merged[index].tombstones = merged[index].tombstones.stablySorted {
        ($0.minTime, $0.maxTime) < ($1.minTime, $1.maxTime)
      }
    }
    return merged
  }
}

/// The exemplars of one series as a server's buffer would take them, given that it is large enough
/// (Prometheus: tsdb/exemplar.go, `validateExemplar`).
struct ExemplarQueue {
  private(set) var all: [Exemplar] = []

  /// Takes an exemplar in, unless it repeats the newest or is older than it.
  mutating func add(_ exemplar: Exemplar) {
    if let newest = all.last {
      let value = Double(bitPattern: exemplar.value)
      let known = Double(bitPattern: newest.value)
      // A replay forgets whether an exemplar had a time of its own, and then a time makes none other.
      if exemplar.labels == newest.labels && value == known { return }
      if exemplar.time < newest.time { return }
      if exemplar.time == newest.time && value < known { return }
    }
    all.append(exemplar)
  }
}

extension Exemplar {
  /// Equal but for the ref.
  fileprivate func isSame(as other: Exemplar) -> Bool {
    time == other.time && value == other.value && labels == other.labels
  }
}

extension Array {
  /// Sorted; what is neither before nor behind another stays where it is.
  fileprivate func stablySorted(by isBefore: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted {
      if isBefore($0.element, $1.element) { return true }
      if isBefore($1.element, $0.element) { return false }
      return $0.offset < $1.offset
    }.map(\.element)
  }
}
