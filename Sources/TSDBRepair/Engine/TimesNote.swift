internal import TSDBStore

/// A directory's own times, as they are noted on it (`FileOperations.setNote`) while a quarantine in it
/// comes or goes and no journal holds them.
struct TimesNote: Equatable {
  /// The name of the quarantine.
  let quarantine: String
  /// Last read of the directory.
  let accessed: FileStatus.Time
  /// Last change of what is in it.
  let modified: FileStatus.Time

  init(quarantine: String, _ status: FileStatus) {
    self.quarantine = quarantine
    accessed = status.accessed
    modified = status.modified
  }

  /// The note of this text; nil for one that nobody here has written.
  init?(_ text: String) {
    let fields = text.split(separator: " ")
    guard fields.count == 5, Quarantine.isName(String(fields[0])), Path.isPlain(String(fields[0])),
      let seconds = Int(fields[1]), let nanoseconds = Int(fields[2]),
      let changed = Int(fields[3]), let changedRest = Int(fields[4])
    else { return nil }
    quarantine = String(fields[0])
    accessed = .init(seconds: seconds, nanoseconds: nanoseconds)
    modified = .init(seconds: changed, nanoseconds: changedRest)
  }

  var text: String {
    "\(quarantine) \(accessed.seconds) \(accessed.nanoseconds) \(modified.seconds) \(modified.nanoseconds)"
  }

  /// `status` with these times.
  func applied(to status: FileStatus) -> FileStatus {
    var status = status
    status.accessed = accessed
    status.modified = modified
    return status
  }
}
