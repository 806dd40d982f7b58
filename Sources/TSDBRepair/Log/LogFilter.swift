internal import TSDBFormat
internal import TSDBStore

/// What to leave out of a log.
struct LogFilter: Hashable {
  /// Damaged places are left out in these segments, by their path; in all others a record that cannot
  /// be read stays as the bytes that it is, because the segment is not written anew.
  var damagedPaths: Set<String> = []
  /// Entries of refs that no series record before them defines are left out.
  var dropsUnknown = false
  /// A series record that says once more what one before it says is left out.
  var dropsRepeated = false
  /// Series that no record defines any more, found elsewhere: they stand in front of all others.
  var recovered: [UInt64: [UInt8]] = [:]
  /// The folder of the checkpoint, or the segment, that begins with `recovered`.
  var recoveredPath: String?
  /// Records of the WAL from this place on are left out.
  var cut: LogPlace?
}

/// What a pass over a log left out of a segment.
struct SegmentChanges {
  /// Places that could not be read.
  var damaged = 0
  /// Bytes of these.
  var damagedBytes = 0
  /// Records of which only the first entries could be decoded, and stayed.
  var cutRecords = 0
  /// Entries of unknown refs.
  var unknownEntries = 0
  /// Series records that were repeated.
  var repeated = 0
  /// Records behind the cut.
  var cutOff = 0

  /// True where only places are left out that could not be read.
  var keepsRecords: Bool { lacksOnlyStrays && unknownEntries == 0 }

  /// True where entries of refs are left out besides that no record before them defines.
  var lacksOnlyStrays: Bool { cutRecords == 0 && repeated == 0 && cutOff == 0 }

  /// True where the segment has to be written anew.
  var isChanged: Bool {
    damaged > 0 || cutRecords > 0 || unknownEntries > 0 || repeated > 0 || cutOff > 0
  }
}

/// A place in the WAL.
struct LogPlace: Hashable {
  /// Number of the segment.
  var segment: Int
  /// Offset in it.
  var offset: Int
}
