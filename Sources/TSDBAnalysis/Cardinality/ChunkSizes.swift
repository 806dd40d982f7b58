internal import TSDBFormat
internal import TSDBStore

/// What each chunk of a block takes in its file, told by where the next one begins, without a look at the chunks:
/// writers put them into the segments in the order of the series, one behind the other, and so the references of an
/// index ascend.
///
/// The last chunk of a segment, behind which there may be zeros, and a few of all others are asked for the length
/// that they begin with. Where that, or the order, is not as it should be, `isTrue` says so, and only the lengths
/// themselves tell: `ChunkLengths`.
struct ChunkPlaces {
  private(set) var lengths: ChunkLengths
  private(set) var isTrue = true
  private var last: ChunkReference?
  private var count = 0

  /// Every so many chunks one is looked at.
  private static let step = 4096

  /// The chunks in `segments`.
  init(_ segments: ChunkSegments) {
    lengths = ChunkLengths(segments)
  }

  /// Steps to the next chunk of the index, or behind the last; returns the bytes of the one before it.
  mutating func step(to next: ChunkReference?) -> Int {
    defer { last = next }
    guard let last, isTrue else {
      // A segment begins with a chunk that some series has.
      if let next, next.segment != 0 || next.offset != ChunkSegment.headerByteCount {
        isTrue = false
      }
      return 0
    }
    count &+= 1
    guard let next, next.segment == last.segment else {
      if let next {
        isTrue =
          next.segment > last.segment && next.offset == ChunkSegment.headerByteCount
      }
      guard let bytes = lengths.bytes(of: last) else {
        isTrue = false
        return 0
      }
      return bytes
    }
    guard next.offset > last.offset else {
      isTrue = false
      return 0
    }
    let bytes = next.offset &- last.offset
    if count % Self.step == 1, lengths.bytes(of: last) != bytes { isTrue = false }
    return bytes
  }
}

/// What chunks take in their files, by the lengths that they begin with; their data are not looked at.
struct ChunkLengths {
  private(set) var damage: [FileError] = []
  private var segments: ChunkSegments

  /// At most so many findings are kept.
  private static let findingLimit = 1000

  /// The chunks in `segments`.
  init(_ segments: ChunkSegments) {
    self.segments = segments
  }

  /// Bytes of the chunk at `reference` with its length and its checksum; nil if there cannot be one.
  mutating func bytes(of reference: ChunkReference) -> Int? {
    var missing: FileError?
    let segment = segments.open(reference.segment) { missing = $0 }
    if let missing { note(missing) }
    guard let file = segment?.file else { return nil }
    defer { segments.release(reference.segment, before: reference.offset) }
    do throws(DecodeError) {
      return try ChunkSegment.chunkSize(of: file.bytes, at: reference.offset)
    } catch {
      note(.damaged(path: file.path, error))
      return nil
    }
  }

  private mutating func note(_ error: FileError) {
    if damage.count < Self.findingLimit { damage.append(error) }
  }
}
