internal import TSDBFormat
internal import TSDBStore

/// Whether a server reads a file of the head to its end.
enum SoundFile {
  /// True for a file of `chunks_head` in which a server meets no damage.
  static func isReadToTheEnd(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    do throws(DecodeError) {
      var reader = try HeadChunkFile(file.bytes)
      while let event = reader.next() {
        // Behind the marker of the end a server does not look.
        if case .damage(let error) = event {
          if case .nonZeroPadding = error.problem { return true }
          return false
        }
      }
      return true
    } catch {
      return false
    }
  }

  /// True for a segment of a chunk snapshot of which a server takes every record.
  static func isSnapshot(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    var reader = ServerSegmentReader(file.bytes)
    var bytes = ByteBuffer()
    while let place = reader.next(into: &bytes) {
      do {
        _ = try SnapshotRecord(payload: bytes.bytes, at: place.lowerBound)
      } catch {
        return false
      }
    }
    return reader.stop == nil
  }
}
