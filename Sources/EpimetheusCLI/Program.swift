internal import ArgumentParser
internal import Glibc
internal import TSDBRepair
internal import TSDBStore

/// The program around the commands: signals first, then the command line, then an exit status.
public enum Program {
  /// Runs what the command line asks for, and exits.
  public static func main() async {
    Signals.install()
    await exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs what was `typed`, and says how it ended; what went wrong is one sentence on stderr.
  static func run(_ typed: [String]) async -> ExitStatus {
    let arguments = FormerSpellings.replaced(in: typed)
    do {
      var command = try Epimetheus.parseAsRoot(arguments)
      if let problem = CommandLineHelp.problem(with: arguments) {
        StandardError.line(DisplayText.escapedLines(problem))
        return .usage
      }
      MemoryBound.enforce()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .clean
    } catch {
      return report(error, arguments)
    }
  }

  private static func report(_ error: any Error, _ arguments: [String]) -> ExitStatus {
    switch error {
    case let status as ExitStatus:
      return status
    case let error as FileError:
      StandardError.remark(error.withOwner)
      return .incomplete
    case let error as RepairError:
      StandardError.remark("\(error)")
      return .incomplete
    case let error as OutputError:
      StandardError.remark("\(error)")
      return .incomplete
    default:
      return reportParsing(error, arguments)
    }
  }

  /// Help, version and usage errors belong to the argument parser: it words them and knows which of
  /// them are failures. Any other error is a command's own, and words itself.
  private static func reportParsing(_ error: any Error, _ arguments: [String]) -> ExitStatus {
    let text = Epimetheus.fullMessage(for: error)
    switch Epimetheus.exitCode(for: error) {
    case .success:
      do {
        try StandardOutput.write { $0.line(text) }
        return .clean
      } catch {
        return report(error, arguments)
      }
    case .validationFailure:
      StandardError.line(DisplayText.escapedLines(CommandLineHelp.improved(text, for: arguments)))
      return .usage
    default:
      StandardError.remark(Epimetheus.message(for: error))
      return .incomplete
    }
  }
}
