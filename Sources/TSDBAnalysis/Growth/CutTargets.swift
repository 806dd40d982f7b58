internal import TSDBFormat
internal import TSDBStore

/// Names of targets of which a repair has cut out all series: those that the originals in a quarantine still
/// define and that are no more there. What other jobs tell of them follows from them, though they are gone.
struct CutTargets {
  private typealias Pair = (name: [UInt8], value: [UInt8])

  /// What names a target in the series of a job.
  private struct Key: Hashable {
    let job: [UInt8]
    let label: [UInt8]
    let value: [UInt8]
  }

  /// A label that names targets, and its value.
  struct Name: Hashable, Sendable {
    let label: [UInt8]
    let value: [UInt8]
  }

  /// The names.
  let names: Set<Name>

  /// Reads the series in the quarantines of `directory`, of which `history` has those that are there.
  init(of directory: DataDirectory, _ history: SeriesHistory) {
    var cut = Set<Key>()
    for entry in directory.quarantines {
      for path in Self.segments(in: entry.path + "/" + DataDirectory.quarantineOriginals + "/wal") {
        guard let file = try? MappedFile(path: path) else { continue }
        Self.read(file, into: &cut)
      }
    }
    guard !cut.isEmpty else {
      names = []
      return
    }
    Self.removeKept(of: history, from: &cut)
    // A number names many things.
    names = Set(
      cut.map { Name(label: $0.label, value: $0.value) }
        .filter { !$0.value.allSatisfy { (0x30...0x39).contains($0) } })
  }

  /// The segments of a log, and those of its checkpoints.
  private static func segments(in folder: String) -> [String] {
    guard let entries = try? FolderListing.entries(of: folder) else { return [] }
    return entries.flatMap { entry -> [String] in
      if entry.isDirectory { return segments(in: entry.path) }
      return entry.isFile && entry.name.allSatisfy(\.isNumber) ? [entry.path] : []
    }
  }

  private static func read(_ file: MappedFile, into cut: inout Set<Key>) {
    var batch = RecordBatch()
    var pass = SegmentPass(file)
    while pass.next(into: &batch) != nil {
      for entry in batch.entries
      where entry.byteCount > 0
        && RecordType(code: batch.payload(of: entry).byte(at: 0)) == .series
      { read(batch.payload(of: entry), at: entry.offset, into: &cut) }
    }
  }

  /// Takes in the series of a record. What is damaged in it defines none.
  private static func read(_ payload: RawSpan, at offset: Int, into cut: inout Set<Key>) {
    var record = SeriesRecord()
    try? record.append(payload, at: offset)
    // The labels of a series that count: its job, and what names an instance.
    var row: [Pair?] = []
    for index in record.series.indices {
      var isNew = false
      for change in record.changes[record.changeRange(of: index)] {
        while row.count <= Int(change.place) { row.append(nil) }
        let name = change.name.bytes(in: payload)
        let counts = InstanceLabel.names(name) || [UInt8](name).elementsEqual("job".utf8)
        row[Int(change.place)] =
          counts ? ([UInt8](name), [UInt8](change.value.bytes(in: payload))) : nil
        isNew = isNew || counts
      }
      row.removeSubrange(min(row.count, record.series[index].labelCount)...)
      guard isNew else { continue }
      let named = row.compactMap { $0 }
      let job = named.first { $0.name.elementsEqual("job".utf8) }?.value ?? []
      for pair in named where !pair.name.elementsEqual("job".utf8) {
        cut.insert(Key(job: job, label: pair.name, value: pair.value))
      }
    }
  }

  /// Takes those away of which series are still there.
  private static func removeKept(of history: SeriesHistory, from cut: inout Set<Key>) {
    let pairs = history.pairs
    let isInstance = (0..<LabelPairTable.NameID(pairs.nameCount)).map {
      InstanceLabel.names(pairs.name($0))
    }
    var jobs = LabelFinder("job", in: history)
    var last: (pair: LabelPairTable.PairID?, job: [UInt8]) = (nil, [])
    history.series.forEachWithSamples { series, _ in
      let job = jobs?.pair(of: series, in: history)
      if job != last.pair {
        last = (job, job.map { [UInt8](pairs.value(ofPair: $0)) } ?? [])
      }
      let own = history.series.pairs(of: series)
      for index in own.indices where isInstance[Int(pairs.nameID(ofPair: own[index]))] {
        let label = pairs.label(ofPair: own[index])
        cut.remove(Key(job: last.job, label: label.name, value: label.value))
      }
    }
  }
}
