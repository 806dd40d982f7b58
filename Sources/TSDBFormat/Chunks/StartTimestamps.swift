/// Which samples of a chunk carry a start timestamp: the header of the encodings that can
/// (Prometheus: tsdb/chunkenc/st.go).
///
///     bit 7: the first has one | bits 6 to 0: index of the first sample from which on each has one; 0 for none
public struct StartTimestamps: Equatable, Sendable {
  /// The byte on disk.
  public let rawValue: UInt8

  /// What `rawValue` says.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// True if the first sample has a start timestamp.
  public var firstIsKnown: Bool { rawValue & 0x80 != 0 }

  /// Index of the first sample whose start timestamp is another than that of the one before, and from
  /// which on each sample has one; 0 if there is none. A writer cannot name one beyond 127, so it
  /// stores them from 127 on in any case.
  public var firstChange: Int { Int(rawValue & 0x7f) }

  /// Steps over the start timestamp of the sample with this index.
  func skip(_ cursor: inout BitCursor, sample index: Int) throws(DecodeError) {
    if index == 0 {
      if firstIsKnown { _ = try cursor.varint() }
    } else if firstChange > 0, index >= firstChange {
      _ = try cursor.varbitInt()
    }
  }
}

/// Reads the start timestamps of a chunk, sample after sample (`stDecoder`).
///
/// The first is stored as what it lies before its own sample; later ones as what they lie before the
/// sample before, the first of these in full, then the change. Sums wrap, as the server's do.
struct StartTimestampReader: Sendable {
  private let firstIsKnown: Bool
  private let firstChange: Int
  private var distance: Int64 = 0
  /// The start of the sample last read, in milliseconds since 1970; 0 if it is not known.
  private(set) var current: Int64 = 0

  init(_ header: StartTimestamps) {
    firstIsKnown = header.firstIsKnown
    firstChange = header.firstChange
  }

  /// True if a later sample than the first has one.
  var changes: Bool { firstChange > 0 }

  /// Reads that of the first sample, which was taken at `time`.
  mutating func first(_ cursor: inout BitCursor, time: Int64) throws(DecodeError) {
    if firstIsKnown { current = time &- (try cursor.varint()) }
  }

  /// Reads that of the sample with this index, 1 or more; `previous` is the time of the one before.
  mutating func next(
    _ cursor: inout BitCursor, sample index: Int, previous: Int64
  ) throws(DecodeError) {
    guard firstChange > 0, index >= firstChange else { return }
    let found = try cursor.varbitInt()
    distance = index == firstChange ? found : distance &+ found
    current = previous &- distance
  }
}
