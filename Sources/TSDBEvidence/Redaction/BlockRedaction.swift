internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// The copy of a block: chunks as they are, the index with other values, deletions for the series as they
/// are called there.
extension CopyWork {
  /// Copies `block`, whose folder is `prefix` in the copy.
  func copyBlock(_ block: BlockFolder, in prefix: String) throws {
    if has(prefix + "chunks") {
      try folder(prefix + "chunks") { for segment in block.chunks { try copy(segment) } }
    }
    if let entry = block.metaFile { try attempt { try copyMeta(block.meta, entry) } }
    var references: [UInt64: UInt64] = [:]
    if let entry = block.index {
      try attempt { references = try copyIndex(entry) ?? [:] }
    }
    if let entry = block.tombstones { try attempt { try copyTombstones(entry, references) } }
  }

  private func copyMeta(_ meta: Swift.Result<BlockMeta, FileError>, _ entry: FolderEntry) throws {
    switch meta {
    case .success(let meta):
      let json = MetaRedaction.redact(meta, values).json
      try make(relative(entry.path), from: entry) { try $0.write(json.rawBytes) }
    case .failure(.damaged(_, let error)):
      try fill(entry)
      let new: String? = entry.size == 0 ? "meta.truncated" : "meta.malformed"
      if error.rule != new { remark(relative(entry.path), "is no JSON in place of \(error.rule)") }
    case .failure(let error): throw error
    }
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
      remark(relative(entry.path), "cannot be rewritten, and is left out")
      return nil
    }
    try read(entry.size)
    try make(relative(entry.path), from: entry) { sink in
      try redaction.write(to: sink, values, check: check)
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
