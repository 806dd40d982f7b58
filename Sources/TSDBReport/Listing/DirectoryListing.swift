internal import TSDBFormat
package import TSDBStore

/// What `ls` shows: a data directory, with what can be seen of its files at a glance.
package struct DirectoryListing {
  package let directory: DataDirectory
  /// The blocks in time order, ties by name; those whose time is not known come last.
  package let blocks: [ListedBlock]
  /// The head chunk files, by number.
  let headChunks: [ListedHeadChunkFile]

  /// Opens every file that says something at its beginning.
  package init(_ directory: DataDirectory) {
    self.directory = directory
    blocks = directory.blocks.map(ListedBlock.init).sorted { $0.sortsBefore($1) }
    let last = directory.headChunks.last?.number
    headChunks = directory.headChunks.map { ListedHeadChunkFile($0, isLast: $0.number == last) }
  }

  /// Everything that is wrong: what keeps blocks from being opened, then the directory's own
  /// problems, then head chunk files.
  package var failures: [FileError] {
    var met: Set<FileError> = []
    let all =
      blocks.flatMap(\.openingFailures) + directory.problems + headChunks.compactMap(\.failure)
    return all.filter { met.insert($0).inserted }
  }

  /// Bytes of all that belongs to the directory.
  var totalSize: Int {
    let logs = [directory.wal, directory.wbl].compactMap { $0 }.reduce(0) {
      $0 &+ $1.size &+ $1.checkpoints.reduce(0) { $0 &+ $1.size }
    }
    return logs &+ directory.blocks.reduce(0) { $0 &+ $1.size } &+ directory.headChunks.totalSize
      &+ directory.snapshots.reduce(0) { $0 &+ $1.size }
  }
}

/// A block, and whether a server could open it.
package struct ListedBlock {
  let folder: BlockFolder
  /// Its `meta.json`, if that can be read.
  let meta: BlockMeta?
  /// Why it cannot be opened; nothing if it can.
  package let openingFailures: [FileError]

  /// Checks `folder`.
  init(_ folder: BlockFolder) {
    self.folder = folder
    meta = try? folder.meta.get()
    openingFailures = folder.openingFailures()
  }

  /// True if promtool lists it. What Prometheus 2.1 wrote, it leaves to the server to repair.
  var isReadable: Bool { openingFailures.isEmpty && meta?.version == 1 }

  /// In time order, by the block's own name where times are equal; nameless ones last.
  func sortsBefore(_ other: ListedBlock) -> Bool {
    guard let meta else { return other.meta == nil && folder.name < other.folder.name }
    guard let theirs = other.meta else { return true }
    return (meta.minTime, meta.ulid) < (theirs.minTime, theirs.ulid)
  }

  /// What a reader should know beside the numbers.
  var remarks: [String] {
    var remarks: [String] = []
    if !openingFailures.isEmpty { remarks.append("cannot be opened") }
    guard let meta else { return remarks }
    remarks += meta.compaction.hints.map { hint in
      switch hint {
      case "from-out-of-order": "out of order"
      case "from-stale-series": "stale series"
      case "from-selected-series": "selected series"
      default: hint
      }
    }
    if meta.compaction.failed { remarks.append("compaction failed") }
    if meta.compaction.deletable { remarks.append("deletable") }
    if meta.version == 2 { remarks.append("needs the repair of Prometheus 2.1 blocks") }
    if meta.stats.numTombstones > 0 {
      let plural = meta.stats.numTombstones == 1 ? "" : "s"
      remarks.append("\(Units.count(meta.stats.numTombstones)) tombstone\(plural)")
    }
    if let resolution = meta.resolutionText {
      remarks.append("downsampled by Thanos to \(resolution)")
    }
    if !meta.extras.isEmpty {
      remarks.append("extras: " + meta.extras.map(\.key).joined(separator: ", "))
    }
    remarks += folder.marks().compactMap { file, mark in
      guard case .success(let mark) = mark else { return "\(file.name) cannot be read" }
      let time = mark.time.map { " since " + TimeText.seconds($0) } ?? ""
      let why = mark.reason.isEmpty ? "" : " (\(DisplayText.escaped(mark.reason)))"
      return "marked: \(mark.kind.rawValue)\(time)\(why)"
    }
    if folder.companions.contains(where: { $0.name == "index-header" }) {
      remarks.append("index-header")
    }
    if !folder.strangers.isEmpty {
      remarks.append("strangers: " + folder.strangers.map(\.name).joined(separator: ", "))
    }
    return remarks
  }
}

/// A head chunk file, and the first sample in it.
struct ListedHeadChunkFile {
  let file: SegmentFile
  /// The first sample of the first chunk, in milliseconds since 1970.
  let firstTime: Int64?
  /// Why it cannot be read, if that shows at its beginning.
  let failure: FileError?

  /// Looks at the header and the first chunk of `file`. A server removes the last file if it is
  /// empty, so that is no failure.
  init(_ file: SegmentFile, isLast: Bool) {
    self.file = file
    guard file.size > 0 || !isLast else {
      (firstTime, failure) = (nil, nil)
      return
    }
    do {
      let event = try ListedHeadChunkFile.firstEvent(try MappedFile(path: file.path))
      switch event {
      case .chunk(let chunk)?: (firstTime, failure) = (chunk.minTime, nil)
      case .damage(let error)?:
        (firstTime, failure) = (nil, .damaged(path: file.path, error))
      case nil: (firstTime, failure) = (nil, nil)
      }
    } catch {
      (firstTime, failure) = (nil, error)
    }
  }

  private static func firstEvent(
    _ file: MappedFile
  ) throws(FileError) -> HeadChunkFile.Event? {
    try file.decode { () throws(DecodeError) in
      var reader = try HeadChunkFile(file.bytes, holes: file.holes)
      return reader.next()
    }
  }
}
