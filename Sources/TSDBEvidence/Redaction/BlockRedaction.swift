internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// The copy of a block: chunks as they are, the index with other values, deletions for the series as they
/// are called there.
extension CopyWork {
  /// Copies `block`, whose folder is `prefix` in the copy.
  func copyBlock(_ block: BlockFolder, in prefix: String) throws {
    if has(prefix + "chunks") {
      try folder(prefix + "chunks") { try copyChunks(of: block) }
    }
    if let entry = block.metaFile { try attempt { try copyMeta(block.meta, entry) } }
    var references: [UInt64: UInt64] = [:]
    if let entry = block.index {
      try attempt { references = try copyIndex(entry) ?? [:] }
    }
    if let entry = block.tombstones { try attempt { try copyTombstones(entry, references) } }
  }

  private func copyChunks(of block: BlockFolder) throws {
    var known: [Int: [Int]]?
    for segment in block.chunks {
      try rewrite(chunks: segment.entry) {
        let places = known ?? Self.chunkPlaces(of: block)
        known = places
        return places[segment.number &- 1] ?? []
      }
    }
  }

  /// Where chunks begin, by segment less one, as far as the index can be read.
  private static func chunkPlaces(of block: BlockFolder) -> [Int: [Int]] {
    guard let entry = block.index, entry.isFile, let index = try? IndexFile(path: entry.path) else {
      return [:]
    }
    var places: [Int: [Int]] = [:]
    var sequence = index.series(chunks: true)
    while sequence.next() {
      for chunk in sequence.batch.chunks {
        places[chunk.reference.segment, default: []].append(chunk.reference.offset)
      }
    }
    return places
  }

  private func copyMeta(_ meta: Swift.Result<BlockMeta, FileError>, _ entry: FolderEntry) throws {
    switch meta {
    case .success(let meta):
      let json = MetaRedaction.redact(meta, values).json
      try make(relative(entry.path), from: entry) { try $0.write(json.rawBytes) }
    case .failure(.damaged(_, let error)):
      let json = Self.spoiltMeta(error.problem, size: entry.size)
      try make(relative(entry.path), from: entry) { try $0.write(json.rawBytes) }
      do throws(DecodeError) {
        _ = try BlockMeta(json: json)
      } catch let new {
        if new.rule == error.rule { return }
      }
      remark(relative(entry.path), "is no JSON in place of \(error.rule)")
    case .failure(let error): throw error
    }
  }

  /// Text that is no `meta.json` for the same reason, and as long.
  private static func spoiltMeta(_ problem: DecodeError.Problem, size: Int) -> [UInt8] {
    let start: String
    switch problem {
    case .truncated: start = "{\""
    case .trailingBytes: start = "{}"
    case .unsupportedVersion(let version): start = "{\"version\":\(Int64(bitPattern: version))}"
    default: start = ""
    }
    var filler = SegmentWriter.filler
    if case .unsupportedVersion = problem { filler = UInt8(ascii: " ") }
    let rest = max(0, min(size, 1 << 20) - start.utf8.count)
    return (Array(start.utf8) + [UInt8](repeating: filler, count: rest)).prefix(max(size, 0)) + []
  }

  /// Gives the new references of the series, by the old ones; nil where there is no index.
  private func copyIndex(_ entry: FolderEntry) throws -> [UInt64: UInt64]? {
    guard entry.isFile else { return nil }
    guard entry.size > 0 else {
      try fill(entry)
      return nil
    }
    let index = try IndexFile(path: entry.path)
    guard var redaction = IndexRedaction(index, values) else {
      if try !fill(entry) {
        remark(relative(entry.path), "cannot be rewritten; its bytes are filler now")
      }
      return nil
    }
    try read(entry.size)
    var rest: [String] = []
    try make(relative(entry.path), from: entry) { sink in
      try redaction.write(to: sink, values, check: check)
      try sink.finish()
      rest = try IndexDamage.reproduce(redaction.damage, at: sink.path, operations)
    }
    if !rest.isEmpty {
      let rules = rest.joined(separator: ", ")
      remark(relative(entry.path), "written anew without its damage: \(rules)")
    }
    for why in redaction.notReproduced { remark(relative(entry.path), why) }
    count(replaced: redaction.replaced)
    return redaction.references
  }

  private func copyTombstones(
    _ entry: FolderEntry, _ references: [UInt64: UInt64]
  ) throws {
    guard entry.isFile else { return }
    let path = relative(entry.path)
    let bytes: ByteBuffer
    switch Self.tombstones(of: entry) {
    case .success(let all):
      let moved = all.compactMap { tombstone in
        references[tombstone.series].map {
          Tombstone(series: $0, minTime: tombstone.minTime, maxTime: tombstone.maxTime)
        }
      }
      if moved.count < all.count {
        remark(path, "lost deletions of series that are not in the index")
      }
      bytes = TombstonesFile.write(moved.sorted { $0.series < $1.series })
    case .failure(.damaged(_, let failure)):
      bytes = Self.spoilt(failure.problem, size: entry.size)
      if Self.isSound(bytes) {
        remark(path, "written anew without its damage: \(failure.rule)")
      }
    case .failure(let error): throw error
    }
    try make(path, from: entry) { try $0.write(bytes) }
  }

  private static func tombstones(of entry: FolderEntry) -> Swift.Result<[Tombstone], FileError> {
    do throws(FileError) {
      return .success(try Block.readTombstones(path: entry.path))
    } catch {
      return .failure(error)
    }
  }

  private static func isSound(_ bytes: borrowing ByteBuffer) -> Bool {
    do throws(DecodeError) {
      _ = try TombstonesFile(of: bytes.bytes)
      return true
    } catch {
      return false
    }
  }

  /// A file of deletions that is damaged in the same way, and holds none.
  private static func spoilt(_ problem: DecodeError.Problem, size: Int) -> ByteBuffer {
    var bytes = [UInt8](TombstonesFile.write([]).bytes)
    switch problem {
    case .badMagic: bytes[0] = SegmentWriter.filler
    case .unsupportedVersion: bytes[4] = SegmentWriter.filler
    case .badChecksum: bytes[bytes.count - 1] ^= 0xff
    default: bytes = Array(bytes.prefix(size))
    }
    var buffer = ByteBuffer()
    buffer.append(bytes.rawBytes)
    return buffer
  }
}
