internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Copies a file of chunks, of a block or of `chunks_head`: the chunks as they are and where they are, and
/// nothing of the bytes between and behind them, nor of those in a chunk that no sample is decoded from.
/// Such bytes may be anything, label values among them; zeros tell nothing and stay.
struct ChunkRedaction {
  private let file: MappedFile
  private let sink: FileSink
  /// Called with the bytes that were done; may throw.
  private let check: (Int) throws -> Void
  /// What is not as it was.
  private(set) var notReproduced: [String] = []
  private var batch = SampleBatch()

  init(_ file: MappedFile, to sink: FileSink, check: @escaping (Int) throws -> Void) {
    self.file = file
    self.sink = sink
    self.check = check
  }

  /// Writes the copy of a file of a block; `starts` gives the places of its chunks as the index has them,
  /// and is asked only where something is no chunk.
  mutating func writeBlock(starts: () -> [Int]) throws {
    let file = file
    guard try writeHeader(isSound: { try ChunkSegment.checkHeader(file.bytes) }) else { return }
    var position = ChunkSegment.headerByteCount
    var known: [Int]?
    while position < file.size {
      if let chunk = try sound(at: position) {
        position = chunk
        continue
      }
      let places = known ?? starts().sorted()
      known = places
      let claim = claimedEnd(at: position)
      let next = places.first { $0 > position }
      // Without an index, a chunk behind it says that its length is right.
      let isFollowed = claim.map(isChunk) ?? false
      let end = min(next ?? (isFollowed ? claim : nil) ?? file.size, file.size)
      let isWhole = claim == end && (places.contains(position) || next == end || isFollowed)
      try fill(position..<end, keeping: isWhole ? dataStart(at: position) - position : 0)
      note("the chunk at byte \(position) is filler now", places.contains(position) && !isWhole)
      position = end
    }
  }

  /// Writes the copy of a file of `chunks_head`.
  mutating func writeHead() throws {
    let file = file
    guard try writeHeader(isSound: { _ = try HeadChunkFile(file.bytes) }) else { return }
    var position = ChunkSegment.headerByteCount
    var chunks: [HeadChunk] = []
    var rules: [String] = []
    // The walk borrows the file; what is written needs it too.
    try file.decode { () throws(DecodeError) in
      var reader = try HeadChunkFile(file.bytes)
      while let event = reader.next() {
        switch event {
        case .chunk(let chunk): chunks.append(chunk)
        case .damage(let error): rules.append(error.rule)
        }
      }
    }
    for chunk in chunks {
      try writeGap(position..<chunk.offset)
      try write(
        data: chunk.dataOffset..<chunk.dataOffset + chunk.dataSize, chunk.encoding,
        checksumFrom: chunk.offset, from: chunk.offset)
      position = chunk.end
    }
    try writeGap(position..<file.size)
    guard !rules.isEmpty else { return }
    try sink.finish()
    let new = Self.rules(of: try MappedFile(path: sink.path))
    if new != rules {
      note(
        "damage is \(Set(new).sorted().joined(separator: ", ")) in place of "
          + Set(rules).sorted().joined(separator: ", "))
    }
  }

  private mutating func note(_ why: String, _ isSo: Bool = true) {
    if isSo { notReproduced.append(why) }
  }

  /// Writes magic and version, and zeros for what has no meaning; fills all of a file without them.
  private mutating func writeHeader(isSound: () throws -> Void) throws -> Bool {
    do {
      try isSound()
    } catch {
      // As much of a header as is there, wrong as it is: the rest is filler.
      try fill(0..<file.size, keeping: 0)
      note("its header is damaged; its bytes are filler now", file.size > 0)
      return false
    }
    try sink.write(file.bytes.extracting(0..<5))
    try sink.write([UInt8](repeating: 0, count: 3).rawBytes)
    return true
  }

  // MARK: - Chunks

  /// Writes the chunk of a block at `offset`, and gives its end; nil where there is none.
  private mutating func sound(at offset: Int) throws -> Int? {
    let found: (data: Range<Int>, encoding: ChunkEncoding, end: Int)
    do throws(DecodeError) {
      let chunk = try Chunk(of: file.bytes, at: offset)
      found = (chunk.offset..<chunk.offset + chunk.data.byteCount, chunk.encoding, chunk.end)
    } catch {
      return nil
    }
    try write(
      data: found.data, found.encoding, checksumFrom: found.data.lowerBound - 1, from: offset)
    return found.end
  }

  /// Writes a chunk whose checksum holds, from `start` on. Its checksum is of all from `covered` to the end
  /// of its data.
  private mutating func write(
    data: Range<Int>, _ encoding: ChunkEncoding, checksumFrom covered: Int, from start: Int
  ) throws {
    let file = file
    var kept = data.count
    batch.removeAll()
    do throws(DecodeError) {
      try batch.decode(file.bytes.extracting(data), encoding, at: data.lowerBound)
    } catch {
      if case .trailingBytes(let count) = error.problem {
        kept -= count
      } else {
        // The number of samples stays.
        kept = min(2, kept)
        note("the chunk at byte \(start) cannot be decoded; its samples are filler now")
      }
    }
    let end = data.upperBound + 4
    guard kept < data.count else {
      try sink.write(file.bytes.extracting(start..<end))
      return try check(end - start)
    }
    var bytes = [UInt8](file.bytes.extracting(start..<data.lowerBound + max(kept, 0)))
    bytes += [UInt8](repeating: SegmentWriter.filler, count: data.count - max(kept, 0))
    let sum = crc32c(bytes.rawBytes.extracting(covered - start..<bytes.count))
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: sum >> shift))
    }
    try sink.write(bytes.rawBytes)
    try check(end - start)
  }

  // MARK: - What is no chunk

  /// Where the data of what may be a chunk at `offset` begin: behind its length and encoding.
  private func dataStart(at offset: Int) -> Int {
    var place = offset
    while place < file.size, place - offset < 9, file.bytes.byte(at: place) & 0x80 != 0 {
      place += 1
    }
    return min(place + 2, file.size)
  }

  /// Where what may be a chunk of a block at `offset` says that it ends, if that is in the file.
  private func claimedEnd(at offset: Int) -> Int? {
    var length: UInt64 = 0
    for (index, place) in (offset..<min(offset + 9, file.size)).enumerated() {
      let byte = file.bytes.byte(at: place)
      length |= UInt64(byte & 0x7f) << UInt64(7 * index)
      guard byte & 0x80 == 0 else { continue }
      let rest = file.size - place - 6
      return rest >= 0 && length <= UInt64(rest) ? place + 6 + Int(truncatingIfNeeded: length) : nil
    }
    return nil
  }

  private func isChunk(at offset: Int) -> Bool {
    do throws(DecodeError) {
      _ = try Chunk(of: file.bytes, at: offset)
      return true
    } catch {
      return false
    }
  }

  /// Writes what lies between two chunks of the head, or behind the last. What says of itself that it ends
  /// where the next begins is a damaged chunk, and keeps its header.
  private mutating func writeGap(_ range: Range<Int>) throws {
    guard !range.isEmpty else { return }
    let lengthAt = range.lowerBound + 25
    var header = 0
    if lengthAt < range.upperBound, range.upperBound < file.size,
      claimedEnd(at: lengthAt).map({ $0 - 1 }) == range.upperBound
    {
      header = dataStart(at: lengthAt) - 1 - range.lowerBound
    }
    try fill(range, keeping: header)
  }

  /// Writes filler in the place of `range`, but for the first `count` bytes, and zeros in the place of
  /// zeros.
  private func fill(_ range: Range<Int>, keeping count: Int) throws {
    let start = min(range.lowerBound + count, range.upperBound)
    try sink.write(file.bytes.extracting(range.lowerBound..<start))
    var position = start
    while position < range.upperBound {
      let end = min(position + Self.step, range.upperBound)
      let bytes = file.bytes.extracting(position..<end)
      let zeros = bytes.firstNonZero ?? bytes.byteCount
      try sink.write(Self.zeros.rawBytes.extracting(0..<zeros))
      try sink.write(Self.filling.rawBytes.extracting(0..<bytes.byteCount - zeros))
      try check(end - position)
      position = end
    }
  }

  private static let step = 4096
  private static let zeros = [UInt8](repeating: 0, count: step)
  private static let filling = [UInt8](repeating: SegmentWriter.filler, count: step)
}

extension ChunkRedaction {
  /// The rules of the damage in a file of `chunks_head`.
  fileprivate static func rules(of file: MappedFile) -> [String] {
    var rules: [String] = []
    do throws(FileError) {
      try file.decode { () throws(DecodeError) in
        var reader = try HeadChunkFile(file.bytes)
        while let event = reader.next() {
          if case .damage(let error) = event { rules.append(error.rule) }
        }
      }
    } catch {
      return []
    }
    return rules
  }
}
