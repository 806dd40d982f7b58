internal import ArgumentParser
internal import CMemory
internal import Synchronization
internal import TSDBStore

/// `--max-memory`: what a command may take. What can go to a temporary file goes there in time; what
/// cannot ends with one sentence and exit status 2, before the kernel kills this or somebody else.
struct MemoryOption: ParsableArguments {
  /// Less than this is of no use: the program alone takes some of it.
  static let least = 64 << 20

  @Option(
    name: .customLong("max-memory"),
    help: ArgumentHelp(
      """
      Memory that this may take, from 64MiB on; samples that do not fit go to a temporary file, and \
      what cannot be done in it is refused (default: four fifths of what is free).
      """,
      valueName: "size"))
  var size: ByteSize?

  /// What samples or tables may take before they go to a temporary file, or become estimates: half of it,
  /// and no more than `most`.
  func share(upTo most: Int) -> Int {
    min((size?.bytes ?? MemoryLimit.standard) / 2, most)
  }

  func validate() throws {
    MemoryBound.wanted.store(size?.bytes ?? 0, ordering: .relaxed)
  }
}

/// The bound that holds for the whole process.
enum MemoryBound {
  /// What the command line asks for, in bytes; 0 where it does not say.
  fileprivate static let wanted = Atomic<Int>(0)

  /// Lets the bound hold from now on.
  static func enforce() {
    let wanted = wanted.load(ordering: .relaxed)
    let bytes = wanted > 0 ? wanted : MemoryLimit.standard
    epimetheus_memory_set_limit(max(bytes, MemoryOption.least))
  }
}
