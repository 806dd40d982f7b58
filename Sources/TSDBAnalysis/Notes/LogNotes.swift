internal import TSDBFormat
internal import TSDBStore

/// The second pass over a log for what it holds besides samples: puts each note to its series, as a
/// replay would find it (Prometheus: tsdb/head_wal.go, `loadWAL`).
struct LogNotes {
  private let kind: HeadNotes.Kind
  private let list: HeadSeriesList
  private var bindings: RefBindings
  private var nextBinding = 0
  private var nextRecord = 0
  /// By rank of the series.
  private var notes: [UInt32: HeadNotes.Series] = [:]
  private var queues: [UInt32: ExemplarQueue] = [:]
  /// Damage in records of the wanted kind.
  private var damage: [FileError] = []
  private var strays = 0
  private var firstStray: (ref: UInt64, offset: Int, path: String)?

  init(_ kind: HeadNotes.Kind, _ list: HeadSeriesList) {
    self.kind = kind
    self.list = list
    bindings = RefBindings(seriesCount: list.history.series.count)
  }

  /// What was found, in no order.
  var series: [HeadNotes.Series] {
    notes.map { rank, series in
      var series = series
      series.exemplars = queues[rank]?.all ?? []
      return series
    }
  }

  /// Damage, and one finding for all notes whose ref has no series.
  var problems: [FileError] {
    guard let firstStray else { return damage }
    let (what, section) =
      switch kind {
      case .exemplars: ("exemplars", Section.exemplarsRecord)
      case .metadata: ("metadata entries", Section.metadataRecord)
      case .tombstones: ("tombstones", Section.tombstonesRecord)
      }
    let missing =
      "series records of \(strays) \(what), the first of ref \(firstStray.ref) "
      + "(replay drops them)"
    return damage + [
      .damaged(
        path: firstStray.path,
        DecodeError(
          section: section, offset: firstStray.offset, problem: .missing(what: missing)))
    ]
  }

  mutating func add(_ batch: RecordBatch, of slice: SegmentSlice) {
    for entry in batch.entries {
      let payload = batch.payload(of: entry)
      guard payload.byteCount > 0 else { continue }
      do {
        switch RecordType(code: payload.byte(at: 0)) {
        // The first pass said what is wrong with it.
        case .series: define()
        case .tombstones: try addTombstones(payload, at: entry.offset, slice)
        case .exemplars where kind == .exemplars:
          try addExemplars(payload, at: entry.offset, slice)
        case .metadata where kind == .metadata:
          try addMetadata(payload, at: entry.offset, slice)
        case .samples, .samplesV2, .exemplars, .mmapMarkers, .metadata, .histogramSamples,
          .floatHistogramSamples, .customBucketsHistogramSamples,
          .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2,
          .unknown:
          break
        }
      } catch {
        damage.append(.damaged(path: slice.file.path, error))
      }
    }
  }

  /// Takes in the series of the next series record, as the first pass decoded it.
  private mutating func define() {
    guard nextRecord < list.recordSizes.count else { return }
    let end = min(nextBinding + Int(list.recordSizes[nextRecord]), list.bindings.count)
    nextRecord += 1
    while nextBinding < end {
      let binding = list.bindings[nextBinding]
      nextBinding += 1
      _ = bindings.bind(binding.ref, to: binding.series)
    }
  }

  /// The rank of the series that `ref` stands for; nil where there is none, or it is not wanted.
  private mutating func rank(of ref: UInt64, at offset: Int, _ slice: SegmentSlice) -> UInt32? {
    let series = bindings.series(of: ref)
    guard series >= 0 else {
      strays += 1
      if firstStray == nil { firstStray = (ref, offset, slice.file.path) }
      return nil
    }
    let rank = list.ranks[series]
    guard rank != HeadSeriesList.unwanted else { return nil }
    if notes[rank] == nil { notes[rank] = HeadNotes.Series(list.labels(at: Int(rank))) }
    return rank
  }

  private mutating func addExemplars(
    _ payload: RawSpan, at offset: Int, _ slice: SegmentSlice
  ) throws(DecodeError) {
    var found: [Exemplar] = []
    defer {
      for exemplar in found {
        if let rank = rank(of: exemplar.ref, at: offset, slice) {
          queues[rank, default: ExemplarQueue()].add(exemplar)
        }
      }
    }
    try ExemplarsRecord.decode(payload, at: offset) { found.append($0) }
  }

  private mutating func addMetadata(
    _ payload: RawSpan, at offset: Int, _ slice: SegmentSlice
  ) throws(DecodeError) {
    var found: [MetricMetadata] = []
    defer {
      for metadata in found {
        if let rank = rank(of: metadata.ref, at: offset, slice) { notes[rank]?.metadata = metadata }
      }
    }
    try MetadataRecord.decode(payload, at: offset) { found.append($0) }
  }

  /// A tombstone over all times deletes the series itself, whatever is asked for.
  private mutating func addTombstones(
    _ payload: RawSpan, at offset: Int, _ slice: SegmentSlice
  ) throws(DecodeError) {
    var found: [Tombstone] = []
    defer {
      for tombstone in found {
        if kind == .tombstones, let rank = rank(of: tombstone.series, at: offset, slice) {
          notes[rank]?.tombstones.append(tombstone)
        }
        if tombstone.minTime == .min && tombstone.maxTime == .max {
          _ = bindings.delete(tombstone.series)
        }
      }
    }
    try TombstonesRecord.decode(payload, at: offset) { found.append($0) }
  }
}
