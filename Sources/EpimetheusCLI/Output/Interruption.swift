internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TSDBEvidence
internal import TSDBRepair
internal import TSDBStore

/// A wish to stop, by Ctrl-C, SIGTERM or the end of the terminal, or the need to, because a file was cut short
/// under its reader: for commands that have something to take away first.
enum Interruption {
  /// What was asked for: nothing, an end, or the end after SIGBUS.
  private enum Wish {
    static let none = 0
    static let stop = 1
    static let fault = 2
  }

  private static let wish = Atomic<Int>(Wish.none)
  /// What is there and must not stay.
  private static let litter = Mutex<[String]>([])
  /// True while a thread stands by that takes it away.
  private static let isGuarding = Atomic<Bool>(false)

  /// Makes what a signal handler needs, before a signal can need it.
  static func prepare() {
    wish.store(Wish.none, ordering: .relaxed)
    isGuarding.store(false, ordering: .relaxed)
  }

  /// From now on such a signal is only remembered. Who started the program deaf to SIGHUP, with nohup, wants
  /// it to go on.
  static func watch() {
    prepare()
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let isDeaf = number == SIGHUP && Signals.isIgnored(SIGHUP)
      if isDeaf { continue }
      signal(number) { _ in Interruption.wish.store(Wish.stop, ordering: .relaxed) }
    }
  }

  /// True once somebody wants to stop.
  static var isAsked: Bool { wish.load(ordering: .relaxed) != Wish.none }

  /// Called by the handler of SIGBUS: true where a thread takes away what is there and then ends the
  /// process. Safe in a signal handler: two atomics.
  static func hasGuard() -> Bool {
    guard isGuarding.load(ordering: .relaxed) else { return false }
    wish.store(Wish.fault, ordering: .relaxed)
    return true
  }

  /// Does `work`, which asks `isAsked` now and then and leaves nothing behind; where it was stopped so,
  /// says that, and ends with the status of its own. `litter` is what goes where it cannot go on.
  static func ending<Value>(litter: [String], _ work: () throws -> Value) throws -> Value {
    standGuard(endsOnStop: false)
    Self.litter.withLock { $0 = litter }
    defer { dismissGuard() }
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
    standGuard(endsOnStop: true)
    // Between the two nobody could know what is to go.
    let folder = Signals.holdingFaults {
      let folder = try? operations.createTemporaryFolder(in: parent)
      litter.withLock { $0 = [folder].compactMap(\.self) }
      return folder
    }
    defer {
      dismissGuard()
      if let folder { try? operations.removeTree(folder) }
    }
    return try await work(folder ?? parent)
  }

  /// A thread of its own: those of tasks may all be at work, or stand where the fault was.
  private static func standGuard(endsOnStop: Bool) {
    litter.withLock { $0 = [] }
    isGuarding.store(true, ordering: .relaxed)
    DispatchQueue(label: "interruption").async {
      while isGuarding.load(ordering: .relaxed) {
        let wanted = wish.load(ordering: .relaxed)
        // Whoever takes the guard away goes on: the work with its result, or this with the end.
        if wanted == Wish.fault || (wanted == Wish.stop && endsOnStop),
          isGuarding.exchange(false, ordering: .relaxed)
        {
          end(isFault: wanted == Wish.fault)
        }
        usleep(20_000)
      }
    }
  }

  private static func dismissGuard() {
    if !isGuarding.exchange(false, ordering: .relaxed) { while true { pause() } }
  }

  private static func end(isFault: Bool) -> Never {
    let operations = FileOperations(syncs: false)
    // The work goes on meanwhile, and may put something there again.
    for _ in 0..<5 {
      for path in litter.withLock({ $0 }) where FileStatus.exists(path) {
        try? operations.removeTree(path)
      }
      usleep(10_000)
    }
    if isFault { _exit(ExitStatus.incomplete.rawValue) }
    StandardError.remark("interrupted; nothing was left behind")
    _exit(ExitStatus.interrupted.rawValue)
  }
}
