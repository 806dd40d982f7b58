internal import CMemory
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TSDBEvidence
internal import TSDBRepair
internal import TSDBStore

/// A wish to stop, by Ctrl-C, SIGTERM or the end of the terminal, and the end that a file makes which is
/// cut short while it is read (SIGBUS), for commands that have something to take away first.
enum Interruption {
  private static let isWished = Atomic<Bool>(false)
  private static let isFaulty = Atomic<Bool>(false)
  /// The number of the guard that is on; 0 for none.
  private static let guardNumber = Atomic<Int>(0)
  private static let lastNumber = Atomic<Int>(0)

  /// The signals that ask for an end. A program that shall outlive its terminal (`nohup`) is not asked by
  /// that.
  private static var signals: [Int32] {
    Signals.isIgnored(SIGHUP) ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
  }

  /// What the work under way has made and must not leave.
  private static let guarded = Mutex<[String]>([])

  /// From now on such a signal is only remembered.
  static func watch() {
    // Made before a signal can need it.
    isWished.store(false, ordering: .relaxed)
    for number in signals {
      signal(number) { _ in Interruption.isWished.store(true, ordering: .relaxed) }
    }
  }

  /// From now on such a signal ends the program where it is; one that came before ends it now.
  static func unwatch() throws {
    for number in signals { signal(number, SIG_DFL) }
    guard isAsked else { return }
    StandardError.remark("interrupted; nothing was changed")
    throw ExitStatus.interrupted
  }

  /// True once somebody wants to stop.
  static var isAsked: Bool { isWished.load(ordering: .relaxed) }

  /// Notes that a mapped file lost its end; true where somebody will end the program, and this thread has
  /// to wait for that. Called by a signal handler.
  static func noteFault() -> Bool {
    isFaulty.store(true, ordering: .relaxed)
    return guardNumber.load(ordering: .relaxed) != 0
  }

  /// Does `work`, which asks `isAsked` now and then and leaves nothing behind; where it was stopped so,
  /// says that, and ends with the status of its own. `paths` are removed where a file that it reads is
  /// cut short, which it cannot ask for.
  static func ending<Value>(
    removing paths: [String] = [], _ work: () throws -> Value
  ) throws -> Value {
    let number = begin(removing: paths, endsAtSignals: false)
    defer { end(number) }
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
    // Between the making of the folder and its guard nobody could know what is to go.
    let (folder, number) = Signals.holdingFaults {
      let folder = try? operations.createTemporaryFolder(in: parent)
      return (folder, begin(removing: folder.map { [$0] } ?? [], endsAtSignals: true))
    }
    defer {
      end(number)
      if let folder { try? operations.removeTree(folder) }
    }
    return try await work(folder ?? parent)
  }

  /// Does `work`, which cannot be stopped itself and leaves nothing but `paths`, which are not there
  /// before it: at a signal they are removed, and the program ends.
  static func guarding<Value>(
    removing paths: [String], _ work: () async throws -> Value
  ) async throws -> Value {
    watch()
    let number = begin(removing: paths, endsAtSignals: true)
    defer { end(number) }
    return try await work()
  }

  private static func begin(removing paths: [String], endsAtSignals: Bool) -> Int {
    let number = lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
    guarded.withLock { $0 = paths }
    // Nor shall they stay where there is no memory left.
    epimetheus_memory_set_farewell { Interruption.removeGuarded() }
    guardNumber.store(number, ordering: .relaxed)
    // A thread of its own: those of tasks may all be at work.
    DispatchQueue(label: "interruption").async {
      while guardNumber.load(ordering: .relaxed) == number {
        // Whoever takes this away goes on: the work with its result, or this with the end.
        let isFaulty = isFaulty.load(ordering: .relaxed)
        if isFaulty || endsAtSignals && isAsked, take(number) {
          leave(isFaulty: isFaulty)
        }
        usleep(20_000)
      }
    }
    return number
  }

  private static func take(_ number: Int) -> Bool {
    guardNumber.compareExchange(expected: number, desired: 0, ordering: .relaxed).exchanged
  }

  private static func end(_ number: Int) {
    if !take(number) { while true { pause() } }
    epimetheus_memory_set_farewell(nil)
    guarded.withLock { $0 = [] }
  }

  private static func removeGuarded() {
    let operations = FileOperations(syncs: false)
    for path in guarded.withLock({ $0 }) {
      // The work goes on meanwhile in other threads, and may put something there again.
      for _ in 0..<5 where FileStatus.exists(path) { try? operations.removeTree(path) }
    }
  }

  private static func leave(isFaulty: Bool) -> Never {
    removeGuarded()
    // The signal handler has said what happened to the file.
    if isFaulty { _exit(ExitStatus.incomplete.rawValue) }
    StandardError.remark("interrupted; nothing was left behind")
    _exit(ExitStatus.interrupted.rawValue)
  }
}
