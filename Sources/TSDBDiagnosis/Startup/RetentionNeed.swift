/// The retention with which a server keeps all blocks of a directory.
public struct RetentionNeed: Equatable, Sendable {
  /// Milliseconds by which the oldest block ends before the newest; nil where time deletes none.
  public internal(set) var time: Int64?
  /// Bytes of all blocks and of the head; nil where size deletes none.
  public internal(set) var size: Int?

  /// Nobody means a retention of more than fifty years: then a time is wrong.
  static let longest: Int64 = 50 * 365 * 86_400_000

  var isNone: Bool { time == nil && size == nil }

  /// Flags of a server: the next whole day, and a tenth more than there is, rounded up to MiB.
  public var flags: [String] {
    var flags: [String] = []
    if let time { flags.append("storage.tsdb.retention.time=\(time / 86_400_000 &+ 1)d") }
    if let size {
      let wanted = (size &+ size / 10) / (1 << 20) &+ 1
      flags.append("storage.tsdb.retention.size=\(wanted)MB")
    }
    return flags
  }
}
