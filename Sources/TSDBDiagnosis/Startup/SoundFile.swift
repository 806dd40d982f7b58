internal import TSDBFormat
internal import TSDBStore

/// Whether a server reads a file to its end.
enum SoundFile {
  /// True for a segment of a chunk snapshot of which a server takes every record.
  static func isSnapshot(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    var reader = ServerSegmentReader(file.bytes, holes: file.holes)
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
