internal import TSDBFormat
internal import TSDBStore

/// Chunks that the indices of blocks name and that are not sound: a server finds out when a query asks
/// for them.
enum BlockDamage {
  /// More of them say nothing more.
  private static let most = 1000

  /// What is wrong with the chunks of all blocks of `directory`; `progress` gets the bytes of the files.
  static func ofChunks(in directory: DataDirectory, progress: (Int) -> Void) -> [FileError] {
    var damage: [FileError] = []
    for folder in directory.blocks {
      damage += ofChunks(in: folder).prefix(max(0, most - damage.count))
      progress(folder.chunks.totalSize)
    }
    return damage
  }

  private static func ofChunks(in folder: BlockFolder) -> [FileError] {
    if let meta = try? folder.meta.get(), meta.downsampledTo != nil {
      return [
        .damaged(
          path: folder.path,
          DecodeError(
            section: .block, offset: 0,
            problem: .malformed(why: "downsampled by Thanos: no server reads its chunks")))
      ]
    }
    guard let path = folder.index?.path, let index = try? IndexFile(path: path) else { return [] }
    var damage: [FileError] = []
    // References count the files in the order of their names, whatever their numbers are.
    let files = folder.chunks.map { try? MappedFile(path: $0.path) }
    var absent: Set<Int> = []
    var sequence = index.series(chunks: true)
    while sequence.next() {
      for meta in sequence.batch.chunks {
        guard damage.count < most else { return damage }
        let place = meta.reference.segment
        guard files.indices.contains(place) else {
          if absent.insert(place).inserted { damage.append(missing(place, in: folder)) }
          continue
        }
        // Whoever opened the block says that one cannot be read.
        guard let file = files[place] else { continue }
        // What is behind the end has no place that could be shown, and is one finding for all of it.
        guard meta.reference.offset < file.size else {
          if absent.insert(place).inserted { damage.append(cutOff(file)) }
          continue
        }
        do throws(DecodeError) {
          _ = try Chunk(of: file.bytes, at: meta.reference.offset)
        } catch {
          damage.append(.damaged(path: file.path, error))
        }
      }
    }
    return damage
  }

  private static func cutOff(_ file: MappedFile) -> FileError {
    .damaged(
      path: file.path,
      DecodeError(
        section: .chunkSegmentFiles, offset: 0,
        problem: .missing(what: "what the index refers to behind byte \(file.size)")))
  }

  private static func missing(_ place: Int, in folder: BlockFolder) -> FileError {
    .damaged(
      path: folder.path + "/chunks",
      DecodeError(
        section: .chunkSegmentFiles, offset: 0,
        problem: .missing(what: "chunk segment \(place &+ 1), which the index refers to")))
  }
}
