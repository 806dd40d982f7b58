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
        defer { file.release(0..<file.size) }
        if entry.name == "index" {
          try file.decode { () throws(DecodeError) in try checkEnds(file.bytes) }
          try file.refuseHoles()
        }
        try file.decode { () throws(DecodeError) in try body(file.bytes) }
      } catch {
        failures.append(error)
      }
    }
    if let index { check(index, checkIndex) }
    for segment in chunks { check(segment.entry, ChunkSegment.checkHeader) }
    if let tombstones {
      check(tombstones) { bytes throws(DecodeError) in _ = try TombstonesFile(of: bytes) }
    }
    return failures
  }
}

/// The two ends of an index, which tell whether the rest is worth to be read.
private func checkEnds(_ bytes: RawSpan) throws(DecodeError) {
  _ = try IndexHeader(of: bytes)
  _ = try IndexTOC(of: bytes)
}

/// tsdb/index/index.go, newReader: the parts that must be sound for the index to be used at all.
private func checkIndex(_ bytes: RawSpan) throws(DecodeError) {
  _ = try IndexHeader(of: bytes)
  let contents = try IndexTOC(of: bytes)
  if let damage = SymbolTable(of: bytes, at: contents.symbols).damage.first { throw damage }
  var table = try PostingsOffsetTable(of: bytes, at: contents.postingsOffsetTable)
  while try table.next() != nil {}
}
