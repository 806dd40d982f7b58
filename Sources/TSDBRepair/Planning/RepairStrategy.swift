/// Ways to deal with a damaged log, from the one that loses least to the one that is over quickest.
public enum RepairStrategy: String, Sendable, CaseIterable {
  /// Only what is damaged leaves, and all that follows stays.
  case skip
  /// The log ends before the first damage, as a server's own repair would leave it.
  case cut
  /// The head leaves as a whole; the blocks stay.
  case discardHead = "discard-head"
}
