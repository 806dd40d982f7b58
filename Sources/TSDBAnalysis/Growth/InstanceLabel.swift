internal import TSDBFormat

/// Labels that name an instance or a release of a program: what a rollout replaces.
enum InstanceLabel {
  /// What a server puts before a label of what it scrapes, where it has one of that name itself.
  private static let exported = Array("exported_".utf8)

  /// True for such labels, and for those that were exported under them.
  static func names(_ label: RawSpan) -> Bool {
    if RolloutSearch.replaces(label) { return true }
    let bytes = [UInt8](label)
    guard bytes.starts(with: exported) else { return false }
    return RolloutSearch.replaces(Array(bytes.dropFirst(exported.count)).rawBytes)
  }
}
