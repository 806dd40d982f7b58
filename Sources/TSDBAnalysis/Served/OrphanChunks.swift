internal import TSDBFormat
internal import TSDBStore

/// Chunks of `chunks_head` whose ref no series record defines: nothing tells their labels, unless the log
/// has the same samples under a ref that it does define.
struct OrphanChunks {
  /// Of more than these it is not asked whose they are.
  private static let most = 1000

  /// How many refs they have, and how many samples.
  private var total = ReplayComparison.Count()
  private var chunks: [Chunk] = []
  /// The chunks by their first sample, as long as there are not too many.
  private var places: [Int64: [Int]] = [:]

  private struct Chunk {
    let ref: UInt64
    let samples: SampleBatch
    var isKnown = false
  }

  /// The chunks of `replay` that do not end before `minValidTime`.
  init(_ replay: HeadReplay, minValidTime: Int64) {
    var refs = replay.refs
    var last: UInt64?
    var number = 0
    for entry in replay.chunks.all where entry.range.maxTime >= minValidTime {
      guard refs.series(of: entry.ref) < 0 else { continue }
      var samples = SampleBatch()
      _ = SampleRun(of: entry, in: replay.chunks).unpack(into: &samples)
      samples = samples.withoutMarkers
      total.add(.init(of: samples, series: last == entry.ref ? 0 : 1))
      last = entry.ref
      number += 1
      guard number <= Self.most, let first = samples.times.first else { continue }
      places[first, default: []].append(chunks.count)
      chunks.append(Chunk(ref: entry.ref, samples: samples))
    }
    if number > Self.most { (chunks, places) = ([], [:]) }
  }

  /// The samples of `replay` whose refs are above all that its log defines, and how many refs: new series get
  /// these, and from the start after that they are served under them, because chunks are read by ref alone
  /// (Prometheus: tsdb/head.go, `loadMmappedChunks`, `getOrCreate`).
  static func waiting(in replay: HeadReplay, minValidTime: Int64) -> ReplayComparison.Count {
    var count = ReplayComparison.Count()
    var last: UInt64?
    for entry in replay.chunks.all
    where entry.ref > replay.refs.highest && entry.range.maxTime >= minValidTime {
      var samples = SampleBatch()
      _ = SampleRun(of: entry, in: replay.chunks).unpack(into: &samples)
      count.add(.init(of: samples.withoutMarkers, series: last == entry.ref ? 0 : 1))
      last = entry.ref
    }
    return count
  }

  /// Those that no series turned out to have.
  var count: ReplayComparison.Count {
    guard chunks.contains(where: \.isKnown) else { return total }
    var count = ReplayComparison.Count()
    var last: UInt64?
    for chunk in chunks where !chunk.isKnown {
      count.add(.init(of: chunk.samples, series: last == chunk.ref ? 0 : 1))
      last = chunk.ref
    }
    return count
  }

  /// Takes out chunks whose samples are all in `samples`, one after the other: they are of that series.
  mutating func recognize(in samples: SampleBatch) {
    guard !places.isEmpty else { return }
    for index in samples.times.indices {
      guard let candidates = places[samples.times[index]] else { continue }
      // Series may be alike: one chunk is taken out, not all that look so.
      let match = candidates.first { place in
        let own = chunks[place].samples
        guard !chunks[place].isKnown, own.count <= samples.count - index else { return false }
        return own.times.indices.allSatisfy {
          own.times[$0] == samples.times[index + $0]
            && own.value(at: $0) == samples.value(at: index + $0)
        }
      }
      if let match { chunks[match].isKnown = true }
    }
  }
}
