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
    guard let root else { return message }
    let found = CommandLineWords(arguments, root)
    if let word = found.unknownCommand {
      let commands = (found.command.subcommands ?? []).map(\.commandName).filter { $0 != "help" }
      return word == "help" ? message : unknown(word, in: found.names, among: commands)
    }
    if let option = found.unknownOption {
      let known = (found.command.arguments ?? []).flatMap(\.words)
      let near = Nearest.name(to: option, among: known + ["--help"])
      let call = (["epimetheus"] + found.names + ["--help"]).joined(separator: " ")
      return "Error: Unknown option '\(option)'"
        + (near.map { ". Did you mean '\($0)'?" } ?? "")
        + "\n  See '\(call)' for more information."
    }
    return suggestingValue(
      message, (found.command.arguments ?? []).flatMap { $0.allValues ?? [] })
  }

  /// What is wrong with `arguments` that the argument parser takes: the last of two values would count, and
  /// an empty name of a directory would be that of the one that this runs in.
  static func problem(with arguments: [String]) -> String? {
    let names = arguments.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
    guard arguments.contains("") || Set(names).count < names.count, let root else { return nil }
    let found = CommandLineWords(arguments, root)
    if let option = found.repeatedOption {
      return "Error: \(option) is given twice, and takes one value."
    }
    if found.hasEmptyArgument {
      let names = (found.command.arguments ?? []).filter { $0.kind == "positional" }
        .compactMap(\.valueName)
      return "Error: an argument is empty; there is to be <\(names.joined(separator: "> <"))>."
    }
    return nil
  }

  private static func unknown(_ word: String, in words: [String], among names: [String]) -> String {
    let near = Nearest.name(to: word, among: names)
    let call = (["epimetheus"] + words).joined(separator: " ")
    return "Error: There is no command '\(call) \(word)'."
      + (near.map { " Did you mean '\($0)'?" } ?? "")
      + "\n  There are \(names.joined(separator: ", ")).\n  See '\(call) --help' for more information."
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

/// The words of a command line, and what each of them is.
struct CommandLineWords {
  /// The command that is called, as far as its names are known.
  private(set) var command: CommandLineHelp.Command
  /// Its names.
  private(set) var names: [String] = []
  /// A word that stands in the place of a command, and is none.
  private(set) var unknownCommand: String?
  /// The first option that the command does not have.
  private(set) var unknownOption: String?
  /// The first option that takes one value and got two.
  private(set) var repeatedOption: String?
  /// True if an argument that is no option's value is empty.
  private(set) var hasEmptyArgument = false

  /// Reads `arguments` of the command `root`; what stands behind an option that takes a value is that.
  init(_ arguments: [String], _ root: CommandLineHelp.Command) {
    command = root
    var rest = arguments[...]
    while let commands = command.subcommands?.filter({ $0.commandName != "help" }),
      !commands.isEmpty,
      let word = rest.first, !word.hasPrefix("-")
    {
      guard let next = commands.first(where: { $0.commandName == word }) else {
        unknownCommand = word
        return
      }
      command = next
      names.append(word)
      rest = rest.dropFirst()
    }
    readOptions(rest)
  }

  private mutating func readOptions(_ words: ArraySlice<String>) {
    var isValue = false
    var isPlain = false
    var seen: Set<String> = []
    for word in words {
      if isValue {
        isValue = false
      } else if word == "--" {
        isPlain = true
      } else if isPlain || !word.hasPrefix("--") {
        hasEmptyArgument = hasEmptyArgument || word.isEmpty
      } else {
        let name = String(word.prefix { $0 != "=" })
        let known = command.arguments?.first { $0.words.contains(name) }
        guard let known else {
          let isOfAll = ["--help", "--version", "--help-hidden"].contains(name)
          if !isOfAll, unknownOption == nil { unknownOption = name }
          continue
        }
        guard known.kind == "option" else { continue }
        isValue = !word.contains("=")
        if !known.isRepeating, !seen.insert(known.words.first ?? name).inserted {
          repeatedOption = repeatedOption ?? name
        }
      }
    }
  }
}
