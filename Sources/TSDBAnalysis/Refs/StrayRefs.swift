internal import TSDBFormat
internal import TSDBStore

/// Samples of refs that no series record defines: how many, and where the first is. One finding for
/// all of them.
struct StrayRefs {
  /// How many samples.
  private var samples = 0
  /// Those of them that are in no chunk of `chunks_head` either; markers of the end of a series are none.
  private(set) var samplesOutsideChunks = 0
  private var first: (ref: UInt64, offset: Int, path: String)?

  /// Takes in a sample of `ref`, in the record at `offset` of the slice's segment.
  mutating func note(_ ref: UInt64, at offset: Int, in slice: SegmentSlice) {
    samples &+= 1
    if first == nil { first = (ref, offset, slice.file.path) }
  }

  /// Takes in that the sample just noted is in no chunk.
  mutating func noteOutsideChunks() { samplesOutsideChunks &+= 1 }

  /// The finding; nil where every sample had a series.
  var problem: FileError? {
    first.map { Self.problem(samples, first: $0.ref, at: $0.offset, path: $0.path) }
  }

  /// The finding for `samples` samples, of which the first is of `ref`, at `offset` of `path`.
  static func problem(
    _ samples: Int, first ref: UInt64, at offset: Int, path: String
  ) -> FileError {
    let what =
      "series records of \(samples) samples, the first of ref \(ref) (replay drops them)"
    return .damaged(
      path: path,
      DecodeError(section: .samplesRecord, offset: offset, problem: .missing(what: what)))
  }
}
