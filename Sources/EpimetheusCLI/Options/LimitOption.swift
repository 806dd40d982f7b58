internal import ArgumentParser

/// `--limit`: how many lines a table has.
struct LimitOption: ParsableArguments {
  @Option(help: "How many lines each table has.")
  var limit: Int = 20

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
  }
}
