import ArgumentParser
import Testing

@testable import EpimetheusCLI

/// Every option of every command, with values that it does not take: each ends with 64 and a sentence that
/// names the option. A new option takes part by itself.
@Suite struct CommandWordsTests {
  /// A command by its words, and its options.
  private struct Leaf {
    let words: [String]
    let options: [CommandLineHelp.Argument]
    let flags: [CommandLineHelp.Argument]
  }

  private static let leaves: [Leaf] = {
    func walk(_ command: CommandLineHelp.Command, _ words: [String]) -> [Leaf] {
      let inner = (command.subcommands ?? []).filter { $0.commandName != "help" }
      if inner.isEmpty {
        let all = command.arguments ?? []
        return [
          Leaf(
            words: words, options: all.filter { $0.kind == "option" },
            flags: all.filter { $0.kind == "flag" })
        ]
      }
      return inner.flatMap { walk($0, words + [$0.commandName]) }
    }
    return CommandLineHelp.root.map { walk($0, []) } ?? []
  }()

  /// What must stand behind the words of a command, besides `DIR`, for it to be a command line.
  private static let needed: [String: [String]] = [
    "explain": [], "diff": ["DIR", "OTHER"], "whatif": ["DIR", "--drop-label", "a"],
    "policy": ["DIR", "--policy", "FILE"], "evidence": ["DIR", "--output", "NEW"],
    "redact": ["DIR", "--output", "NEW"], "show": ["DIR"],
    "surgery cut-wal": ["DIR", "--at", "3"], "surgery quarantine-block": ["DIR", "--block", "B"],
    "surgery drop-series": ["DIR", "--match", "up"],
    "surgery drop-samples": ["DIR", "--after", "1000"],
  ]

  /// Options whose value may be empty: there are series and jobs without a name.
  private static let mayBeEmpty: Set = [
    "--metric", "--label", "--by", "--job", "--block", "--redact-label", "--type", "--policy",
    "--tmp",
    "--output", "--archive", "--strategy", "--external-label", "--config", "--at",
  ]

  /// Values that an option does not take, by what it takes.
  private static func wrong(_ option: CommandLineHelp.Argument, _ name: String) -> [String] {
    if option.allValues != nil { return ["", "x", "TEXT "] }
    switch name {
    case "--jobs", "--limit": return ["", "x", "0", "-1", "1.5", "99999999999999999999"]
    case "--match", "--drop", "--keep": return ["", "up{", "{}", "up}", "{a=~\"(\"}"]
    case "--prometheus-version": return ["", "x", "3", "1.8", "latest", "2.99"]
    case "--server-flag":
      return ["", "x", "-x", "storage.tsdb.retention.time=1.5d", "query.timeout"]
    case "--pseudonyms", "--strategy": return ["", "x", "Plain"]
    case "--event": return ["", "x", "1h", "1h=", "=x", "1794900570.5=x"]
    case "--external-label": return ["", "a", "=b"]
    case "--at" where option.valueName != "time":
      return ["", "x", "-1", "1:", ":1", "1:2:3", "1:x"]
    case "--type": return ["", "x"]
    case "--user": return ["", "x", "1:", ":1", "1:2:3", "-1", "nobody"]
    case "--archive": return ["", "x", "x.zip"]
    default: break
    }
    switch option.valueName {
    case "size": return ["", "x", "-1", "4g", "1.5", "99999999999999TiB", "GiB"]
    case "time":
      return ["", "x", "yesterday", "1.5h", "1h1h", "1794900570.123", "2026-13-01T00:00:00Z"]
    case "duration": return ["", "x", "0", "5", "-5m", "1.5h", "1m1h"]
    default: return mayBeEmpty.contains(name) ? [] : [""]
    }
  }

  private static func base(_ leaf: Leaf) -> [String] {
    leaf.words + (needed[leaf.words.joined(separator: " ")] ?? ["DIR"])
  }

  /// The message and status of a command line; nil where it is one.
  private static func refusal(_ arguments: [String]) -> (text: String, status: Int32)? {
    do {
      _ = try Epimetheus.parseAsRoot(arguments)
      return CommandLineHelp.problem(with: arguments).map { ($0, 64) }
    } catch {
      return (
        CommandLineHelp.improved(Epimetheus.fullMessage(for: error), for: arguments),
        Epimetheus.exitCode(for: error).rawValue
      )
    }
  }

  @Test func `there are all commands, and their plain command lines are taken`() {
    #expect(Self.leaves.count > 35)
    for leaf in Self.leaves {
      let found = Self.refusal(Self.base(leaf))
      #expect(found == nil, "\(Self.base(leaf)): \(found?.text ?? "")")
    }
  }

  @Test func `no option takes a wrong value in silence`() {
    for leaf in Self.leaves {
      for option in leaf.options {
        guard let name = option.words.first else { continue }
        // What stands there already is given anew.
        var base = Self.base(leaf)
        if let place = base.firstIndex(of: name) { base.removeSubrange(place...place + 1) }
        for value in Self.wrong(option, name) {
          let line = base + ["\(name)=\(value)"]
          guard let found = Self.refusal(line) else {
            Issue.record("\(line) is taken")
            continue
          }
          #expect(found.status == 64, "\(line)")
          #expect(found.text.contains(name), "\(line): \(found.text)")
        }
      }
    }
  }

  @Test func `an option without its value is refused`() {
    for leaf in Self.leaves {
      for name in leaf.options.compactMap(\.words.first) {
        let line = Self.base(leaf) + [name]
        let found = Self.refusal(line)
        #expect(found?.status == 64, "\(line)")
        #expect(found?.text.contains(name) == true, "\(line): \(found?.text ?? "")")
      }
    }
  }

  @Test func `of two values none is dropped in silence`() {
    for leaf in Self.leaves {
      for option in leaf.options where !option.isRepeating {
        guard let name = option.words.first, let value = Self.right[name] else {
          Issue.record("no value of \(option.words) is known")
          continue
        }
        var base = Self.base(leaf)
        if let place = base.firstIndex(of: name) { base.removeSubrange(place...place + 1) }
        let line = base + ["\(name)=\(value)", name, value]
        let found = Self.refusal(line)
        #expect(found?.status == 64, "\(line)")
        #expect(found?.text.contains(name) == true, "\(line): \(found?.text ?? "")")
      }
    }
  }

  /// A value that the option takes.
  private static let right = [
    "--aggregate": "sum", "--jobs": "2", "--limit": "3", "--format": "json", "--color": "never",
    "--max-memory": "1GiB", "--memory-limit": "4Gi", "--tmp": "/tmp",
    "--prometheus-version": "3.5", "--config": "f", "--storage-path": "p", "--probe-budget": "15m",
    "--block": "b", "--label": "l", "--by": "metric", "--metric": "m", "--step": "5m",
    "--job": "j", "--policy": "p", "--output": "o", "--archive": "o.tar.gz",
    "--since": "1h",
    "--until": "1h", "--remote-written-until": "1h", "--key": "k",
    "--pseudonyms": "plain", "--strategy": "cut", "--at": "3", "--exposition": "text",
    "--after": "1000", "--before": "1000", "--user": "1000:2000", "--textfile": "f.prom",
  ]

  @Test func `an empty directory is refused`() {
    for leaf in Self.leaves where leaf.words != ["explain"] {
      let line = Self.base(leaf).map { $0 == "DIR" ? "" : $0 }
      #expect(Self.refusal(line)?.status == 64, "\(line)")
    }
  }

  @Test(arguments: [
    ["check", "DIR", "--quick", "--deep"], ["ls", "DIR", "--limit", "3"], ["diff", "DIR"],
    ["diff", "A", "B", "--since", "1h"], ["churn", "DIR", "--head", "--blocks"],
    ["dump", "samples", "DIR", "--head", "--blocks"], ["evidence", "DIR"],
    ["dump", "samples", "DIR", "--exact-csv"], ["churn", "DIR", "--exact-csv"],
    ["redact", "DIR", "--output", "x", "--label", "__name__"],
    ["dump", "samples", "DIR", "--since", "2000", "--until", "1000"],
    ["evidence", "DIR", "--output", "x", "--since", "1h", "--until", "2h"],
    ["evidence", "DIR", "--output", "x", "--redact", "--redact-label", "a"],
    ["diagnose", "DIR", "--agent", "--server-flag", "storage.tsdb.retention.time=1d"],
    [
      "diagnose", "DIR", "--prometheus-version", "3.5", "--server-flag",
      "storage.tsdb.retention=1d",
    ],
    ["repair", "DIR", "--in-place", "--output", "x"], ["surgery", "cut-wal", "DIR"],
    ["surgery", "cut-wal", "DIR", "--at", "3", "--after", "1000"], ["show", "#place"],
    ["explain", "wal.fragment.cheksum"], ["explain", "wal.fragment.*", "--all"],
  ]) func `words that exclude one another are refused`(arguments: [String]) {
    #expect(Self.refusal(arguments)?.status == 64)
  }

  @Test(arguments: [
    ["diagnose", "DIR", "--server-flag", "--storage.tsdb.retention.time=1d"],
    [
      "preflight", "DIR", "--server-flag=--storage.tsdb.retention.size=7.5GB", "--memory-limit",
      "4Gi",
    ],
    ["repair", "DIR", "--prometheus-version", "v2.45.6"], ["analyze", "DIR", "--metric=-x"],
    ["diagnose", "DIR", "--server-flag", "enable-feature=a", "--server-flag", "enable-feature=b"],
  ]) func `what is right is taken`(arguments: [String]) {
    let found = Self.refusal(arguments)
    #expect(found == nil, "\(found?.text ?? "")")
  }
}
