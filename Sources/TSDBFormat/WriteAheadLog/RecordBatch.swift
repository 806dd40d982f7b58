/// The records of a stretch of a segment, decompressed one behind the other, and the damage met on
/// the way. Reused from stretch to stretch, so that reading allocates almost nothing.
public struct RecordBatch: Sendable {
  /// One record: where it stands on disk, and where its plain bytes are in the batch.
  public struct Entry: Equatable, Sendable {
    /// Offset in the segment of the record's first fragment.
    public let offset: Int
    /// Offset in the segment of the first byte behind its last fragment.
    public let end: Int
    /// How it is compressed on disk.
    public let compression: RecordCompression
    /// Where its plain bytes are in the batch.
    let payload: Range<Int>

    /// Bytes of the plain record.
    public var byteCount: Int { payload.count }
  }

  /// A stretch of a segment that gives no record, and why.
  public struct Damage: Equatable, Sendable {
    /// What is wrong, at its offset in the segment.
    public let error: DecodeError
    /// The bytes of the segment that were stepped over because of it.
    public let lost: Range<Int>

    /// Damage that costs the bytes `lost`.
    public init(error: DecodeError, lost: Range<Int>) {
      self.error = error
      self.lost = lost
    }
  }

  var bytes = ByteBuffer()
  /// The compressed pieces of the record under way, of several fragments.
  var pieces = ByteBuffer()
  /// Where in the segment reading goes on, if the batch was full before all was read.
  public internal(set) var rest: Int?
  /// The records, in the order of the segment.
  public internal(set) var entries: [Entry] = []
  /// The damage, in the order of the segment.
  public internal(set) var damage: [Damage] = []

  /// An empty batch.
  public init() {}

  /// The plain bytes of a record of this batch.
  @_lifetime(borrow self)
  public func payload(of entry: Entry) -> RawSpan {
    bytes.bytes(in: entry.payload)
  }

  /// Forgets the records, and the damage, that begin before `offset` of the segment.
  public mutating func removeEntries(before offset: Int) {
    entries.removeAll { $0.offset < offset }
    damage.removeAll { $0.lost.lowerBound < offset }
  }

  /// Forgets the records, and the damage, that begin at `offset` of the segment or behind it.
  public mutating func removeEntries(from offset: Int) {
    entries.removeAll { $0.offset >= offset }
    damage.removeAll { $0.lost.lowerBound >= offset }
  }

  /// Forgets the records for which `isUnwanted` holds; those without a byte stay.
  public mutating func removeEntries(where isUnwanted: (Entry, RecordType) -> Bool) {
    let unwanted = entries.filter { entry in
      let payload = payload(of: entry)
      guard payload.byteCount > 0 else { return false }
      return isUnwanted(entry, RecordType(code: payload.byte(at: 0)))
    }
    guard !unwanted.isEmpty else { return }
    let offsets = Set(unwanted.map(\.offset))
    entries.removeAll { offsets.contains($0.offset) }
  }

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    bytes.truncate(to: 0)
    pieces.truncate(to: 0)
    rest = nil
    entries.removeAll(keepingCapacity: true)
    damage.removeAll(keepingCapacity: true)
  }
}
