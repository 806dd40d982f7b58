internal import ArgumentParser
internal import Glibc

/// `--jobs`: how many files are read at once. The result is the same for any number. And what all who
/// read that much take besides: `--max-memory`.
struct JobsOption: ParsableArguments {
  /// More tasks than this are of no use to any machine, and each has memory of its own.
  static let most = 1024

  @Option(help: "How many files are read at once, up to 1024 (default: the number of cores).")
  var jobs: Int?

  @OptionGroup var memory: MemoryOption

  /// The number to use.
  var count: Int {
    min(jobs ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), Self.most)
  }

  func validate() throws {
    if let jobs, !(1...Self.most).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to \(Self.most); \(jobs) is not that.")
    }
  }
}
