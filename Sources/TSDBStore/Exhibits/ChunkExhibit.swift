internal import TSDBFormat

/// Exhibits out of chunk segments of blocks and of head chunk files.
extension Exhibit {
  static func chunks(
    _ address: Address, _ file: MappedFile, isHead: Bool, limit: Int
  ) throws(AddressError) -> Exhibit {
    let view = ChunkFileView(file: file, isHead: isHead, limit: limit)
    switch address.place {
    case .whole: return view.whole
    case .section(.header): return view.one("chunk file header", 0, view.header)
    case .offset(let offset): return view.exhibit(at: offset)
    default:
      throw AddressError(
        text: "\(address)", why: "a file of chunks has bytes and a header, as in :8 and #header")
    }
  }

  /// The chunk with this reference of the block in the folder `path`.
  static func chunk(
    _ reference: UInt64, ofBlockAt path: String, limit: Int
  ) throws -> Exhibit {
    let place = ChunkReference(rawValue: reference)
    let name = String(place.segment &+ 1)
    let digits = String(repeating: "0", count: max(6 - name.count, 0)) + name
    let file = FileSystem.join(FileSystem.join(path, "chunks"), digits)
    return try find(Address(path: file, .offset(place.offset)), limit: limit)
  }
}

/// A file of chunks: a header, then chunks without gaps.
private struct ChunkFileView {
  let file: MappedFile
  /// True for those of `chunks_head`, which are filled up with zeros.
  let isHead: Bool
  let limit: Int

  /// Pages are given back in pieces of this many bytes.
  private static let releaseStep = 16 << 20

  var header: Annotation {
    isHead ? .headChunkHeader(of: file.bytes) : .chunkSegmentHeader(of: file.bytes)
  }

  private func chunk(at offset: Int) -> Annotation {
    isHead
      ? .headChunk(of: file.bytes, at: offset, limit: limit)
      : .chunk(of: file.bytes, at: offset, limit: limit)
  }

  /// The header, and chunks as far as the limit goes.
  var whole: Exhibit {
    var exhibit = Exhibit("chunk file", at: Address(path: file.path, .whole))
    exhibit.facts = [.init("bytes", .unsigned(UInt64(file.size)))]
    exhibit.add(.init("header", .file(file), header))
    var start = ChunkSegment.headerByteCount
    var leaves = exhibit.leafCount
    while start < file.size, leaves < limit {
      if isFree(start) {
        let range = start..<file.size
        exhibit.add(.init("free space at \(start)", .file(file), .padding(range)))
        break
      }
      let part = Exhibit.Part("chunk at \(start)", .file(file), chunk(at: start))
      leaves &+= part.annotation.fields.count(where: \.isLeaf)
      exhibit.add(part)
      start = end(ofChunkAt: start)
    }
    return exhibit
  }

  func exhibit(at offset: Int) -> Exhibit {
    if offset < ChunkSegment.headerByteCount { return one("chunk file header", 0, header) }
    let asked = chunk(at: offset)
    if asked.problems.isEmpty, !isFree(offset) { return one("chunk", offset, asked) }
    var start = ChunkSegment.headerByteCount
    var released = 0
    while start < file.size, !isFree(start) {
      let end = end(ofChunkAt: start)
      if offset < end { break }
      start = end
      if start &- released > Self.releaseStep {
        file.release(released..<start)
        released = start
      }
    }
    if isFree(start) { return one("free space", start, .padding(start..<file.size)) }
    return one("chunk", start, chunk(at: start))
  }

  /// An exhibit of one part.
  func one(_ kind: String, _ start: Int, _ annotation: Annotation) -> Exhibit {
    var exhibit = Exhibit(kind, at: Address(path: file.path, .offset(start)))
    exhibit.add(.init(kind, .file(file), annotation))
    return exhibit
  }

  /// True where a head chunk file has only zeros from `start` on.
  private func isFree(_ start: Int) -> Bool {
    isHead && file.bytes.byte(at: start) == 0
      && file.bytes.firstNonZero(in: start..<file.size, holes: file.holes) == nil
  }

  /// Where the chunk at `start` ends, by its length; the end of the file if that cannot be.
  private func end(ofChunkAt start: Int) -> Int {
    var cursor = ByteCursor(
      file.bytes.extracting(start..<file.size), at: start, in: isHead ? .headChunk : .chunk)
    do {
      // Series, times and encoding of a head chunk; the encoding of a block's follows its length.
      if isHead { try cursor.skip(25) }
      let length = try cursor.count()
      try cursor.skip(length &+ (isHead ? 4 : 5))
      return cursor.offset
    } catch {
      return file.size
    }
  }
}
