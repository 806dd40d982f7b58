internal import ArgumentParser
internal import FoundationEssentials

/// What a command line that was refused may have been meant to be: the argument parser says what is wrong,
/// this says which command, option or word comes nearest.
struct CommandLineHelp {
  /// A command as the argument parser describes it.
  struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  /// An argument or option of a command.
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let names: [Name]?
    let valueName: String?
    let allValues: [String]?
    let isRepeating: Bool
    let defaultValue: String?

    /// Its long names, as they are written.
    var words: [String] {
      (names ?? []).filter { $0.kind == "long" }.map { "--" + $0.name }
    }
  }

  private struct Tool: Decodable {
    let command: Command
  }

  /// The root command; nil where the argument parser describes itself in another way.
  static let root = try? JSONDecoder().decode(Tool.self, from: Data(Epimetheus._dumpHelp().utf8))
    .command

  /// `message` of the argument parser about `arguments`, with what they may have been meant to be.
  static func improved(_ message: String, for arguments: [String]) -> String {
    guard var command = root else { return message }
    var words: [String] = []
    var rest = arguments[...]
    while let commands = command.subcommands?.filter({ $0.commandName != "help" }), !commands.isEmpty,
      let word = rest.first, !word.hasPrefix("-")
    {
      guard let next = commands.first(where: { $0.commandName == word }) else {
        if word == "help" { return message }
        return unknown(word, in: words, among: commands.map(\.commandName))
      }
      command = next
      words.append(word)
      rest = rest.dropFirst()
    }
    if let option = unknownOption(rest, of: command) {
      let known = (command.arguments ?? []).flatMap(\.words)
      let near = Nearest.name(to: option, among: known + ["--help"])
      let call = (["epimetheus"] + words + ["--help"]).joined(separator: " ")
      return "Error: Unknown option '\(option)'"
        + (near.map { ". Did you mean '\($0)'?" } ?? "")
        + "\n  See '\(call)' for more information."
    }
    return suggestingValue(message, (command.arguments ?? []).flatMap { $0.allValues ?? [] })
  }

  private static func unknown(_ word: String, in words: [String], among names: [String]) -> String {
    let near = Nearest.name(to: word, among: names)
    let call = (["epimetheus"] + words).joined(separator: " ")
    return "Error: There is no command '\(call) \(word)'."
      + (near.map { " Did you mean '\($0)'?" } ?? "")
      + "\n  There are \(names.joined(separator: ", ")).\n  See '\(call) --help' for more information."
  }

  /// The first option of `words` that `command` does not have; what stands behind an option is its value.
  private static func unknownOption(_ words: ArraySlice<String>, of command: Command) -> String? {
    let arguments = command.arguments ?? []
    var isValue = false
    for word in words {
      if isValue {
        isValue = false
        continue
      }
      if word == "--" { return nil }
      guard word.hasPrefix("--") else { continue }
      let name = String(word.prefix { $0 != "=" })
      guard let argument = arguments.first(where: { $0.words.contains(name) }) else {
        return ["--help", "--version", "--help-hidden"].contains(name) ? nil : name
      }
      isValue = argument.kind == "option" && !word.contains("=")
    }
    return nil
  }

  /// What was meant by a value that is not among those that there are.
  private static func suggestingValue(_ message: String, _ values: [String]) -> String {
    let opening = "The value '"
    guard let start = message.firstRange(of: opening),
      let end = message[start.upperBound...].firstRange(of: "' is invalid for "),
      message.contains("Please provide one of"),
      let near = Nearest.name(
        to: String(message[start.upperBound..<end.lowerBound]), among: values)
    else { return message }
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = lines.firstIndex { $0.hasPrefix("Help:") || $0.hasPrefix("Usage:") } ?? lines.count
    lines.insert("Did you mean '\(near)'?", at: place)
    return lines.joined(separator: "\n")
  }
}
