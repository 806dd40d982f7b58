internal import TSDBFormat

extension BlockFolder {
  /// Why a server, or promtool, would not open the block; nothing if it would.
  ///
  /// Looks at what they look at when they open one, and at no series, postings or chunks: the index
  /// with its table of contents, symbols and postings offset table, the headers of the chunk
  /// segments, the tombstones (tsdb/block.go, OpenBlock). A single such block stops a server.
  public func openingFailures() -> [FileError] {
    var failures: [FileError] = []
    if case .failure(let error) = meta { failures.append(error) }
    failures += damage.filter { $0.path == path + "/chunks" || $0.path == path + "/index" }
    func check(_ entry: FolderEntry, _ body: (RawSpan) throws(DecodeError) -> Void) {
      do {
        let file = try MappedFile(path: entry.path)
        try file.decode { () throws(DecodeError) in try body(file.bytes) }
      } catch {
        failures.append(error)
      }
    }
    if let index { check(index, checkIndex) }
    for segment in chunks { check(segment.entry, checkChunkSegment) }
    if let tombstones { check(tombstones, checkTombstones) }
    return failures
  }
}

/// tsdb/index/index.go, newReader.
private func checkIndex(_ bytes: RawSpan) throws(DecodeError) {
  var header = ByteCursor(bytes, at: 0, in: .indexHeader)
  try header.magic(0xbaaa_d700)
  let place = header.offset
  let version = try header.uint8()
  guard (1...3).contains(version) else {
    throw header.failure(.unsupportedVersion(found: UInt64(version)), at: place)
  }
  let size = 52
  guard bytes.byteCount >= size else {
    throw header.failure(.truncated(needed: size, available: bytes.byteCount), at: 0)
  }
  let start = bytes.byteCount - size
  let contents = bytes.extracting(start..<bytes.byteCount)
  var cursor = ByteCursor(contents, at: start, in: .indexTOC)
  let symbols = try cursor.uint64()
  try cursor.skip(32)
  let postingsTable = try cursor.uint64()
  try cursor.checksum(of: contents.extracting(0..<48))
  try checkSection(bytes, at: symbols, .indexSymbols)
  try checkSection(bytes, at: postingsTable, .indexPostingsOffsetTable)
}

/// A length, as many bytes, and their checksum.
private func checkSection(
  _ bytes: RawSpan, at place: UInt64, _ section: Section
) throws(DecodeError) {
  guard place < UInt64(bytes.byteCount) else {
    throw DecodeError(
      section: .indexTOC, offset: bytes.byteCount - 52,
      problem: .outOfRange(
        found: Int64(clamping: place), allowed: 0...Int64(bytes.byteCount)))
  }
  let start = Int(place)
  var cursor = ByteCursor(
    bytes.extracting(start..<bytes.byteCount), at: start, in: section)
  let content = try cursor.take(Int(try cursor.uint32()))
  try cursor.checksum(of: content)
}

/// tsdb/chunks/chunks.go, newReader.
private func checkChunkSegment(_ bytes: RawSpan) throws(DecodeError) {
  var cursor = ByteCursor(bytes, at: 0, in: .chunkSegmentHeader)
  try cursor.magic(0x85bd_40dd)
  let place = cursor.offset
  let version = try cursor.uint8()
  guard version == 1 else {
    throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: place)
  }
  try cursor.skip(3)
}

/// tsdb/tombstones/tombstones.go, ReadTombstones; the checksum leaves the version out.
private func checkTombstones(_ bytes: RawSpan) throws(DecodeError) {
  var cursor = ByteCursor(bytes, at: 0, in: .tombstonesHeader)
  try cursor.magic(0x0130_ba30)
  let place = cursor.offset
  let version = try cursor.uint8()
  guard version == 1 else {
    throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: place)
  }
  cursor.section = .tombstones
  let body = try cursor.take(max(cursor.remaining - 4, 0))
  try cursor.checksum(of: body)
}
