import Testing

@testable import EpimetheusCLI

@Suite struct CommandLineHelpTests {
  private func improved(_ arguments: String..., message: String = "Error: x") -> String {
    CommandLineHelp.improved(message, for: arguments)
  }

  @Test(arguments: [
    (["diagnos", "/x"], "diagnose"), (["preflght"], "preflight"),
    (["dump", "smaples", "x"], "samples"),
    (["surgery", "drop-serise"], "drop-series"), (["repiar"], "repair"), (["diag"], "diagnose"),
  ]) func `a command that is nearly one is told of it`(arguments: [String], command: String) {
    let text = CommandLineHelp.improved("Error: x", for: arguments)
    #expect(text.contains("Did you mean '\(command)'?"), "\(text)")
  }

  @Test func `one that is near to nothing gets the list`() {
    let text = improved("frobnicate")
    #expect(
      text.hasPrefix("Error: There is no command 'epimetheus frobnicate'.\n  There are diagnose,"))
    #expect(!text.contains("Did you mean"))
  }

  @Test func `an option that is nearly one is told of it, wherever it stands`() {
    #expect(improved("ls", "/x", "--formt", "json").contains("Did you mean '--format'?"))
    #expect(improved("ls", "--jbos=2", "/x").contains("Did you mean '--jobs'?"))
    #expect(
      improved("diagnose", "x", "--server-flags", "a").contains("Did you mean '--server-flag'?"))
  }

  @Test func `what stands behind an option is its value`() {
    #expect(improved("diagnose", "x", "--server-flag", "--storage.tsdb.path=y") == "Error: x")
    #expect(improved("show", "x", "--", "--formt") == "Error: x")
  }

  @Test func `a value that is nearly one of those that there are is told of it`() {
    let message =
      "Error: The value 'jsn' is invalid for '--format <format>'. Please provide one of "
      + "'text', 'json' or 'promtool'.\nHelp:  --format <format>  x\nUsage: y"
    let text = improved("ls", "/x", "--format", "jsn", message: message)
    #expect(text.contains("'promtool'.\nDid you mean 'json'?\nHelp:"), "\(text)")
  }
}
