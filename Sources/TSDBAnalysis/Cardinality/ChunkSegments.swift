internal import TSDBFormat
internal import TSDBStore

/// The chunk segments of a block, opened when a chunk first asks for them.
struct ChunkSegments {
  private let segments: [Int: SegmentFile]
  private let folder: String
  /// By segment less one; nil for those that cannot be read.
  private var files: [Int: ChunkSegmentFile?] = [:]

  /// The segments of the block in `folder`.
  init(of folder: BlockFolder) {
    segments = Dictionary(folder.chunks.map { ($0.number, $0) }) { first, _ in first }
    self.folder = folder.path + "/chunks"
  }

  /// The segment with this number less one. One that is damaged was reported with the block; one that is
  /// not there, or cannot be opened, is reported when it is first asked for.
  mutating func open(
    _ segment: Int, missing: (FileError) -> Void
  ) -> ChunkSegmentFile? {
    if let known = files[segment] { return known }
    var opened: ChunkSegmentFile?
    if let file = segments[segment &+ 1] {
      do throws(FileError) {
        opened = try ChunkSegmentFile(path: file.path)
      } catch {
        if error.isUnread { missing(error) }
      }
    }
    files[segment] = .some(opened)
    if segments[segment &+ 1] == nil {
      let what = "chunk segment \(segment &+ 1), which the index refers to"
      missing(
        .damaged(
          path: folder,
          DecodeError(section: .chunkSegmentFiles, offset: 0, problem: .missing(what: what))))
    }
    return opened
  }

  /// Gives the pages before `offset` back, now and then; for readers that go forward.
  mutating func release(_ segment: Int, before offset: Int) {
    guard var file = files[segment] ?? nil else { return }
    file.release(before: offset)
    files[segment] = file
  }
}
