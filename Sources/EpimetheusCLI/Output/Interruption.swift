internal import CMemory
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TSDBEvidence
internal import TSDBRepair
internal import TSDBStore

/// A wish to stop, by Ctrl-C or SIGTERM, for commands that have something to take away first.
enum Interruption {
  private static let isWished = Atomic<Bool>(false)
  private static let isGuarding = Atomic<Bool>(false)
  /// The temporary folder of the work under way.
  private static let guarded = Mutex<String?>(nil)

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

  /// Does `work`, which asks `isAsked` now and then and leaves nothing behind; where it was stopped so,
  /// says that, and ends with the status of its own.
  static func ending<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch PlacementFailure.cancelled {
      StandardError.remark("\(PlacementFailure.cancelled)")
      throw ExitStatus.interrupted
    }
  }

  /// Does `work`, which cannot be stopped itself and leaves nothing but what it has in a temporary
  /// folder made in `parent`: at a signal the folder is removed, and the program ends.
  ///
  /// Where no such folder can be made, `work` gets `parent`.
  static func guarding<Value>(
    temporaryFolderIn parent: String, _ work: (_ folder: String) async throws -> Value
  ) async throws -> Value {
    watch()
    let operations = FileOperations(syncs: false)
    let folder = try? operations.createTemporaryFolder(in: parent)
    guarded.withLock { $0 = folder }
    // Nor where there is no memory left.
    epimetheus_memory_set_farewell { Interruption.removeGuarded() }
    isGuarding.store(true, ordering: .relaxed)
    // A thread of its own: those of tasks may all be at work.
    DispatchQueue(label: "interruption").async {
      while isGuarding.load(ordering: .relaxed) {
        // Whoever takes this away goes on: the work with its result, or this with the end.
        if isAsked, isGuarding.exchange(false, ordering: .relaxed) { end(removing: folder) }
        usleep(20_000)
      }
    }
    defer {
      if !isGuarding.exchange(false, ordering: .relaxed) { while true { pause() } }
      epimetheus_memory_set_farewell(nil)
      guarded.withLock { $0 = nil }
      if let folder { try? operations.removeTree(folder) }
    }
    return try await work(folder ?? parent)
  }

  private static func removeGuarded() {
    guard let folder = guarded.withLock({ $0 }) else { return }
    // The work goes on meanwhile in other threads, and may put something there again.
    for _ in 0..<5 where FileStatus.exists(folder) {
      try? FileOperations(syncs: false).removeTree(folder)
    }
  }

  private static func end(removing folder: String?) -> Never {
    let operations = FileOperations(syncs: false)
    if let folder {
      // The work goes on meanwhile, and may put something there again.
      for _ in 0..<5 where FileStatus.exists(folder) {
        try? operations.removeTree(folder)
      }
    }
    StandardError.remark("interrupted; nothing was left behind")
    _exit(ExitStatus.interrupted.rawValue)
  }
}
