internal import Glibc

/// The time at which a directory is looked at, against which samples are of the future.
public enum WallClock {
  /// Nobody ran this program before 2026-12-01: a clock that says so is behind. In milliseconds since 1970.
  static let earliest: Int64 = 1_796_083_200_000

  /// Milliseconds since 1970.
  public static var now: Int64 {
    let (milliseconds, isTooLarge) = Int64(time(nil)).multipliedReportingOverflow(by: 1000)
    return isTooLarge ? earliest : max(earliest, milliseconds)
  }
}

extension DataDirectory {
  /// When its log was written last, as its files tell, in milliseconds since 1970; nil without a file. A copy that
  /// does not keep times makes it later, and a clock that was wrong makes it anything.
  public var lastWritten: Int64? {
    let files =
      (wal?.segments ?? []) + (wbl?.segments ?? []) + headChunks
      + (wal?.checkpoints.last?.segments ?? [])
    return files.filter { $0.size > 0 }.map(\.modified).max().map { $0 / 1_000_000 }
  }
}
