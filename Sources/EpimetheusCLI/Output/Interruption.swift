internal import Glibc
internal import Synchronization

/// A wish to stop, by Ctrl-C or SIGTERM, for commands that have something to take away first.
enum Interruption {
  private static let isWished = Atomic<Bool>(false)

  /// From now on such a signal is only remembered.
  static func watch() {
    // Made before a signal can need it.
    isWished.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.isWished.store(true, ordering: .relaxed) }
    }
  }

  /// True once somebody wants to stop.
  static var isAsked: Bool { isWished.load(ordering: .relaxed) }
}
