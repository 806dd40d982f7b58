internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// One run of a `RedactedCopy`: goes through a directory and writes the copy, file by file.
final class CopyWork {
  let directory: DataDirectory
  let values: ValueReplacer
  private(set) var result = RedactedCopy.Result()
  private let root: String
  private let options: RedactedCopy.Options
  let operations: FileOperations
  /// Relative paths of what is in the copy.
  private var files: Set<String> = []
  private var folders: [String] = []
  /// What the folders are called in the copy.
  private var names: [String: String] = [:]
  private var rewriter: LabelRewriter
  private let source: String

  init(
    _ directory: DataDirectory, _ root: String, _ redactor: Redactor,
    _ options: RedactedCopy.Options, _ operations: FileOperations
  ) {
    self.directory = directory
    self.root = root
    self.options = options
    self.operations = operations
    values = ValueReplacer(redactor)
    rewriter = LabelRewriter(dropsTexts: redactor.labels == .all)
    var source = directory.path
    while source.count > 1, source.hasSuffix("/") { source.removeLast() }
    self.source = source
  }

  func run() throws -> RedactedCopy.Result {
    try folder("") {
      if directory.kind == .block {
        for block in directory.blocks { try copyBlock(block, in: "") }
      } else {
        try copyContents()
      }
    }
    try listRest("")
    for path in folders.reversed() { try keepTimes(path) }
    result.replaced += rewriter.replaced
    result.distinct = values.distinct.count
    result.distinctIsExact = values.distinct.isExact
    return result
  }

  private func copyContents() throws {
    let isRoot = directory.kind == .segments
    for log in [directory.wal, directory.wbl].compactMap(\.self) {
      try folder(isRoot ? "" : relative(log.path)) { try copyLog(log) }
    }
    if has("chunks_head") {
      try folder("chunks_head") {
        for file in directory.headChunks { try rewrite(headChunks: file.entry) }
      }
    }
    for snapshot in directory.snapshots {
      try folder(relative(snapshot.path), as: name(of: snapshot)) {
        for segment in snapshot.segments {
          try rewrite(segment, ofSnapshot: true, as: name(of: snapshot) + "/" + segment.name)
        }
      }
    }
    for block in directory.blocks {
      try folder(relative(block.path)) { try copyBlock(block, in: relative(block.path) + "/") }
    }
  }

  private func copyLog(_ log: SegmentFolder) throws {
    let own = try FolderListing.realPath(log.path).split(separator: "/").last ?? ""
    let isSnapshot = own.hasPrefix("chunk_snapshot.")
    for segment in log.segments { try rewrite(segment, ofSnapshot: isSnapshot) }
    for checkpoint in log.checkpoints {
      try folder(relative(checkpoint.path)) {
        for segment in checkpoint.segments { try rewrite(segment, ofSnapshot: false) }
      }
    }
    // A name that is no number may tell something.
    for entry in log.falseCheckpoints
    where entry.isFile && goInteger(String(entry.name.dropFirst("checkpoint.".count))) != nil {
      try make(relative(entry.path), from: entry) { _ in }
    }
    if let entry = log.seriesState {
      if let state = try? SeriesState.read(path: entry.path) {
        // What a server does not read is not told.
        try make(relative(entry.path), from: entry) { try $0.write(state.json.rawBytes) }
      } else {
        try fill(entry)
      }
    }
  }

  /// A server that loads a snapshot reads on where the snapshot's name says that the log was. It is made
  /// as the log is closed, so that this is where a segment ends.
  private func name(of snapshot: ChunkSnapshot) -> String {
    let path = relative(snapshot.path)
    guard let log = directory.wal, snapshot.offset > 0,
      let segment = log.segments.first(where: { $0.number == snapshot.segment }),
      let new = try? FolderEntry(path: root + "/" + relative(segment.path)).size
    else { return path }
    let (offset, overflow) = new.addingReportingOverflow(snapshot.offset - segment.size)
    if overflow || snapshot.offset < segment.size { return path }
    let digits = String(offset)
    let padding = String(repeating: "0", count: max(0, 10 - digits.utf8.count))
    return path.split(separator: ".").dropLast().joined(separator: ".") + "." + padding + digits
  }
}

extension CopyWork {
  // MARK: - Files

  /// `path` as it is called in the directory.
  func relative(_ path: String) -> String {
    var rest = Substring(path)
    if rest.hasPrefix(source) { rest = rest.dropFirst(source.count) }
    return String(rest.drop { $0 == "/" })
  }

  /// True if the directory has something of that name.
  func has(_ path: String) -> Bool {
    (try? FolderEntry(path: source + "/" + path)) != nil
  }

  func check() throws {
    if options.isCancelled() { throw PlacementFailure.cancelled }
  }

  func read(_ bytes: Int) throws {
    options.progress(bytes)
    try check()
  }

  /// Notes what of the directory cannot be read; what cannot be written ends all.
  func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as FileError where !error.path.hasPrefix(root) {
      result.unread.append(error)
    }
  }

  func remark(_ path: String, _ why: String) {
    result.notReproduced.append(.init(path: path, why: why))
  }

  func count(replaced: Int) { result.replaced += replaced }

  /// Makes the folder `path`, called `name` in the copy, and fills it.
  func folder(_ path: String, as name: String? = nil, _ body: () throws -> Void) throws {
    let target = name ?? path
    if names[path] == nil {
      try operations.createFolder(target.isEmpty ? root : root + "/" + target)
      folders.append(path)
      names[path] = target
    }
    try body()
  }

  /// Makes the file `path`, called `name` in the copy, in the place of `entry`.
  func make(
    _ path: String, as name: String? = nil, from entry: FolderEntry,
    _ body: (FileSink) throws -> Void
  ) throws {
    try check()
    let target = root + "/" + (name ?? path)
    let sink = try FileSink(target, operations)
    try attempt { try body(sink) }
    try sink.finish()
    try operations.setTimes(target, FileStatus(of: entry.path))
    count(path, entry.size, sink.count)
  }

  private func count(_ path: String, _ size: Int, _ written: Int) {
    files.insert(path)
    result.files += 1
    result.bytesRead += size
    result.bytesWritten += written
  }

  /// Copies a file without labels as it is.
  func copy(_ entry: FolderEntry) throws {
    guard entry.isFile else { return }
    try check()
    let path = relative(entry.path)
    try attempt {
      // Attributes may hold anything.
      try operations.copy(entry.path, to: root + "/" + path, keepsAttributes: false)
      count(path, entry.size, entry.size)
      try read(entry.size)
    }
  }

  /// Copies the chunks of a file of a block; `starts` are their places as the index has them.
  func rewrite(chunks entry: FolderEntry, starts: () -> [Int]) throws {
    try rewrite(chunkFile: entry) { redaction throws in try redaction.writeBlock(starts: starts) }
  }

  /// Copies the chunks of a file of `chunks_head`.
  private func rewrite(headChunks entry: FolderEntry) throws {
    try rewrite(chunkFile: entry) { redaction throws in try redaction.writeHead() }
  }

  private func rewrite(
    chunkFile entry: FolderEntry, _ write: (inout ChunkRedaction) throws -> Void
  ) throws {
    guard entry.isFile else { return }
    let path = relative(entry.path)
    try make(path, from: entry) { sink in
      let file = try MappedFile(path: entry.path)
      file.willReadSequentially()
      var redaction = ChunkRedaction(file, to: sink, check: read)
      try write(&redaction)
      for why in redaction.notReproduced { remark(path, why) }
    }
  }

  /// Writes a file that cannot be decoded, and so may be anything: as long, up to a mebibyte, and of no
  /// value. Zeros tell nothing and stay; gives true for those.
  @discardableResult
  func fill(_ entry: FolderEntry) throws -> Bool {
    guard entry.isFile else { return true }
    let file = try MappedFile(path: entry.path)
    if file.bytes.isZero {
      try copy(entry)
      return true
    }
    try make(relative(entry.path), from: entry) { sink in
      let size = min(entry.size, 1 << 20)
      try sink.write([UInt8](repeating: SegmentWriter.filler, count: size).rawBytes)
    }
    return false
  }

  private func rewrite(
    _ segment: SegmentFile, ofSnapshot isSnapshot: Bool, as name: String? = nil
  ) throws {
    guard segment.entry.isFile else { return }
    let path = relative(segment.path)
    try make(path, as: name, from: segment.entry) { sink in
      var redaction = SegmentRedaction(
        try MappedFile(path: segment.path), ofSnapshot: isSnapshot)
      try redaction.write(to: sink, &rewriter, values, check: read)
      try sink.finish()
      try redaction.compare(with: sink.path)
      for why in redaction.notReproduced { remark(path, why) }
    }
  }

  // MARK: - What is not in the copy

  /// Lists what is in the folder `path` of the directory, and not in the copy.
  private func listRest(_ path: String) throws {
    let folder = path.isEmpty ? source : source + "/" + path
    var entries: [FolderEntry] = []
    try attempt { entries = try FolderListing.entries(of: folder) }
    for entry in entries {
      let inner = path.isEmpty ? entry.name : path + "/" + entry.name
      if names[inner] != nil {
        try listRest(inner)
      } else if files.contains(inner) || result.unread.contains(where: { $0.path == entry.path }) {
        continue
      } else if let failure = Self.unseen(entry) {
        result.unread.append(failure)
      } else {
        result.leftOut.append(
          .init(path: entry.isDirectory ? inner + "/" : inner, why: Self.reason(entry)))
      }
    }
  }

  /// Why nobody could look at `entry`, or into it: it may be a block, or a log, and so is not left out but
  /// missing.
  private static func unseen(_ entry: FolderEntry) -> FileError? {
    if let failure = entry.failure { return failure }
    guard entry.isDirectory else { return nil }
    do throws(FileError) {
      _ = try FolderListing.entries(of: entry.path)
      return nil
    } catch {
      return error
    }
  }

  private static func reason(_ entry: FolderEntry) -> String {
    switch entry.name {
    case "lock": "the lock of a server"
    case "queries.active": "queries name label values"
    case "snapshots": "copies of blocks; redact them by themselves"
    default:
      entry.name.contains(".tmp") || entry.name.hasSuffix(".repair")
        ? "left behind by something that was interrupted" : "nobody knows what is in it"
    }
  }

  private func keepTimes(_ path: String) throws {
    let target = names[path].map { $0.isEmpty ? root : root + "/" + $0 } ?? root
    try operations.setTimes(target, FileStatus(of: path.isEmpty ? source : source + "/" + path))
  }
}
