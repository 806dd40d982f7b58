internal import ArgumentParser
internal import Glibc

/// `--jobs`: how many files are read at once. The result is the same for any number.
struct JobsOption: ParsableArguments {
  @Option(help: "How many files are read at once (default: the number of cores).")
  var jobs: Int?

  /// The number to use.
  var count: Int { jobs ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1 on.") }
  }
}
