internal import TSDBFormat
internal import TSDBStore

/// The series of a block as its index has them, with what their chunks come to; goes past what cannot
/// be read.
final class BlockContents {
  /// A series with the chunks of it that can be read.
  struct Series {
    /// How postings and tombstones refer to it.
    var reference: UInt64
    /// Its labels, as numbers of symbols.
    var labels: [SeriesBatch.LabelSymbols]
    /// Its chunks, as the index has them; those of `chunks` that were read, if they are looked at.
    var places: [ChunkMeta]
    /// Chunks that were read: empty unless they are looked at.
    var chunks: [Chunk]
  }

  /// A chunk that can be read.
  struct Chunk {
    /// Its segment.
    var file: MappedFile
    /// Where its data are in the segment.
    var data: Range<Int>
    /// How its samples are packed.
    var encoding: ChunkEncoding
    /// First and last sample.
    var range: TimeRange
    /// How many samples there are.
    var sampleCount: Int
  }

  /// The index.
  let index: IndexFile
  /// What is in the series so far, for `meta.json`. Samples only where chunks are looked at.
  private(set) var stats = BlockMeta.Stats()
  /// First and last sample so far, as the index has them.
  private(set) var times = TimeRange()
  /// Bytes of the segments' headers and of the chunks that were read, with length, encoding and
  /// checksum.
  private(set) var chunkBytes = 0
  /// Chunks that cannot be read.
  private(set) var badChunks = 0
  /// The times of these, as the index has them.
  private(set) var badTimes = TimeRange()
  /// Series that lost chunks, or all that they had.
  private(set) var badSeries = 0
  /// Series that the index has in a wrong place, where no server looks for them.
  private(set) var misplaced = 0

  private let readsChunks: Bool
  private let segments: [Int: MappedFile]
  private var sequence: SeriesSequence
  private var place = 0
  private var (labelsStart, chunksStart) = (0, 0)
  private var last: [SeriesBatch.LabelSymbols] = []
  private var samples = SampleBatch()

  /// The contents of `block`; nil where there is no index whose symbols can be trusted.
  init?(_ block: BlockFolder, readsChunks: Bool) throws(FileError) {
    guard let files = try BlockFiles(block) else { return nil }
    (index, segments) = (files.index, files.segments)
    self.readsChunks = readsChunks
    chunkBytes = segments.count * ChunkSegment.headerByteCount
    sequence = index.series(chunks: true)
  }

  /// What is wrong with series that cannot be read.
  var damage: [FileError] { sequence.damage }

  /// The next series that has a chunk; nil behind the last.
  func next() -> Series? {
    while true {
      while place >= sequence.batch.series.count {
        guard sequence.next() else { return nil }
        (place, labelsStart, chunksStart) = (0, 0, 0)
      }
      let series = sequence.batch.series[place]
      let labels = Array(sequence.batch.labels[labelsStart..<series.labelsEnd])
      let chunks = Array(sequence.batch.chunks[chunksStart..<series.chunksEnd])
      place += 1
      (labelsStart, chunksStart) = (series.labelsEnd, series.chunksEnd)
      guard last.isEmpty || last.isOrdered(before: labels) else {
        misplaced += 1
        continue
      }
      guard let found = read(series.reference, labels, chunks) else { continue }
      last = labels
      return found
    }
  }

  private func read(
    _ reference: UInt64, _ labels: [SeriesBatch.LabelSymbols], _ places: [ChunkMeta]
  ) -> Series? {
    var found = Series(reference: reference, labels: labels, places: places, chunks: [])
    if readsChunks {
      found.places = []
      for place in places {
        guard let chunk = chunk(at: place),
          found.chunks.last?.range.maxTime ?? .min < chunk.range.minTime
        else {
          badChunks += 1
          badTimes.include(TimeRange(minTime: place.minTime, maxTime: place.maxTime))
          continue
        }
        found.places.append(place)
        found.chunks.append(chunk)
        count(chunk, from: place.reference.offset)
      }
      if found.places.count < places.count { badSeries += 1 }
      if found.places.isEmpty, !places.isEmpty { return nil }
    }
    stats.numSeries &+= 1
    stats.numChunks &+= UInt64(found.places.count)
    for place in found.places {
      times.include(TimeRange(minTime: place.minTime, maxTime: place.maxTime))
    }
    return found
  }

  /// A chunk, if all its samples can be read and lie where the index says.
  private func chunk(at place: ChunkMeta) -> Chunk? {
    guard let file = segments[place.reference.segment] else { return nil }
    samples.removeAll()
    var found: Chunk?
    do throws(DecodeError) {
      let chunk = try TSDBFormat.Chunk(of: file.bytes, at: place.reference.offset)
      try samples.decode(chunk.data, chunk.encoding, at: chunk.offset)
      found = Chunk(
        file: file, data: chunk.offset..<chunk.offset + chunk.data.byteCount,
        encoding: chunk.encoding, range: TimeRange(), sampleCount: samples.count)
    } catch {
      return nil
    }
    guard let first = samples.times.first, let last = samples.times.last,
      samples.areOrdered(from: 0), place.minTime <= first, last <= place.maxTime
    else { return nil }
    found?.range = TimeRange(minTime: first, maxTime: last)
    return found
  }

  private func count(_ chunk: Chunk, from start: Int) {
    let samples = UInt64(chunk.sampleCount)
    chunkBytes += chunk.data.upperBound - start + MemoryLayout<UInt32>.size
    stats.numSamples &+= samples
    if chunk.encoding.kind == .float {
      stats.numFloatSamples &+= samples
    } else {
      stats.numHistogramSamples &+= samples
    }
  }
}

extension [SeriesBatch.LabelSymbols] {
  /// Symbols are sorted, so their numbers sort as they do.
  fileprivate func isOrdered(before other: Self) -> Bool {
    for (mine, theirs) in zip(self, other) where mine != theirs {
      return (mine.name, mine.value) < (theirs.name, theirs.value)
    }
    return count < other.count
  }
}

/// The files of a block from which it can be written anew.
struct BlockFiles {
  /// Its index.
  let index: IndexFile
  /// Its segments of chunks that can be opened, by the number that references have for them.
  let segments: [Int: MappedFile]

  /// Those of `block`; nil where there is no index whose symbols can be trusted.
  init?(_ block: BlockFolder) throws(FileError) {
    guard let entry = block.index, entry.size > 0 else { return nil }
    index = try IndexFile(path: entry.path)
    // A wrong symbol gives samples to another series; in version 1, refs mean something else.
    guard index.symbols.damage.isEmpty, index.symbols.count > 0, index.header.version != 1 else {
      return nil
    }
    var segments: [Int: MappedFile] = [:]
    for segment in block.chunks {
      do throws(FileError) {
        segments[segment.number - 1] = try ChunkSegmentFile(path: segment.path).file
      } catch {
        // Chunks that nobody could look at are not bad.
        if case .system = error { throw error }
      }
    }
    self.segments = segments
  }
}
