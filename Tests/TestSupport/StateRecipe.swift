import Glibc

/// How a damaged or dangerous state is made from a sound base, and what `check` must say about it
/// (TestData/damage/recipes.txt, which TestData/README.md describes).
public struct StateRecipe: Sendable, CustomStringConvertible {
  /// What a check must find.
  public struct Expected: Sendable, Equatable {
    /// `info` is not expected anywhere.
    public let severity: String
    /// Id of the rule.
    public let rule: String
    /// Relative to the directory.
    public let file: String
    /// Offset in the file, where the finding has one.
    public let offset: Int?
    /// Rules of what must stand below it.
    public let consequences: [String]

    /// A finding of these values.
    public init(
      severity: String, rule: String, file: String, offset: Int?, consequences: [String]
    ) {
      self.severity = severity
      self.rule = rule
      self.file = file
      self.offset = offset
      self.consequences = consequences
    }
  }

  /// The name of the real state.
  public let name: String
  /// What was done, in words.
  public private(set) var summary = ""
  /// True where the result is the real state to the byte; else it is one of the same kind.
  public private(set) var isExact = true
  /// How `check` must end.
  public private(set) var status: Int32 = 0
  /// What it must find above info.
  public private(set) var findings: [Expected] = []
  /// What Prometheus 3.14 does at its next start; nil where its truth does not say.
  public private(set) var outcome: String?
  /// Flags that the server is started with.
  public private(set) var flags: [String] = []
  /// True where another process must hold the lock.
  public private(set) var isLocked = false

  private var base = ""
  private var steps: [[String]] = []

  /// What a failing test prints.
  public var description: String { name }

  /// Makes the state in a folder of its own.
  public func make() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try fill(folder.data)
    return folder
  }

  private func fill(_ directory: String) throws {
    if base == "nothing" {
      try makeFolder(directory)
    } else if let recipe = Self.all[base] {
      try recipe.fill(directory)
    } else {
      try copyTree(from: Fixture(base).data, to: directory)
    }
    var old: [String: [UInt8]] = [:]
    for step in steps where step[0] == "from" && old[step[1]] == nil {
      old[step[1]] = try readFile(directory + "/" + step[1])
    }
    var made: (path: String, bytes: [UInt8])?
    for step in steps {
      if Self.pieces.contains(step[0]), made != nil {
        made?.bytes += try piece(step, old)
        continue
      }
      if let made { try writeFile(made.path, made.bytes) }
      made = nil
      if step[0] == "file" {
        made = (directory + "/" + step[1], [])
      } else {
        try apply(step, directory)
      }
    }
    if let made { try writeFile(made.path, made.bytes) }
  }

  private static let pieces: Set = ["from", "pack", "fill"]

  private func piece(_ step: [String], _ old: [String: [UInt8]]) throws -> [UInt8] {
    switch step[0] {
    case "from":
      let (start, count) = (try number(step[2]), try number(step[3]))
      return Array((old[step[1]] ?? [])[start..<start + count])
    case "pack":
      let (start, count) = (try number(step[1]), try number(step[2]))
      return Array(Self.pack[start..<start + count])
    default: return [UInt8](repeating: 0, count: try number(step[1]))
    }
  }

  private func apply(_ step: [String], _ directory: String) throws {
    let path = directory + "/" + step[1]
    switch step[0] {
    case "move": try move(path, to: directory + "/" + step[2])
    case "copy": try copyTree(from: path, to: directory + "/" + step[2])
    case "remove": removeTree(path)
    case "folder": try makeFolder(path)
    case "empty": try writeFile(path, [])
    case "write": try writeFile(path, bytes(step[2]))
    case "cut":
      let size = try number(step[2])
      try damage(path) { $0.cut(to: size) }
    case "zeros":
      let (start, end) = (try number(step[2]), try number(step[3]))
      try damage(path) { $0.fill(start..<end) }
    case "bytes":
      let (start, was, now) = (try number(step[2]), bytes(step[3]), bytes(step[4]))
      try damage(path) {
        precondition(Array($0[start..<start + was.count]) == was, "\(name): \(step)")
        $0.put(now, at: start)
      }
    default: throw Wrong(line: step.joined(separator: " "))
    }
  }

  private func number(_ text: String) throws -> Int {
    guard let number = Int(text) else { throw Wrong(line: text) }
    return number
  }

  private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<$0 + 2]), radix: 16)
    }
  }

  /// A line that is no step of a recipe.
  struct Wrong: Error {
    let line: String
  }
}

// MARK: - The file of recipes

extension StateRecipe {
  /// All recipes, by name; those of bases among them.
  public static let all: [String: StateRecipe] = {
    let text = (try? readText(Fixture.testData + "/damage/recipes.txt")) ?? ""
    var recipes: [String: StateRecipe] = [:]
    for part in text.split(separator: "\n\n") {
      if let recipe = StateRecipe(String(part)) { recipes[recipe.name] = recipe }
    }
    return recipes
  }()

  /// The recipes of states, by name.
  public static let states: [StateRecipe] = all.values.filter { !$0.name.hasPrefix("base-") }
    .sorted { $0.name < $1.name }

  /// The recipe of this name.
  public static func named(_ name: String) throws -> StateRecipe {
    guard let recipe = all[name] else { throw Wrong(line: name) }
    return recipe
  }

  /// What the recipes take bytes from that no base has.
  private static let pack: [UInt8] = {
    guard let folder = try? TemporaryDirectory() else { return [] }
    let path = folder.path + "/bytes"
    let source = Fixture.testData + "/damage/bytes.gz"
    _ = try? CommandRunner.run("/bin/sh", ["-c", "zcat \"$0\" > \"$1\"", source, path])
    return (try? readFile(path)) ?? []
  }()

  private init?(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    guard let first = lines.first, first.count == 2, first[0] == "==" else { return nil }
    name = first[1]
    for words in lines.dropFirst() {
      switch words[0] {
      case "#": summary += (summary.isEmpty ? "" : " ") + words.dropFirst().joined(separator: " ")
      case "base": base = words[1]
      case "alike": isExact = false
      case "locked": isLocked = true
      case "exit": status = Int32(words[1]) ?? -1
      case "flag": flags.append(words[1])
      case "start": outcome = words[1]
      case "finding": findings.append(Self.expected(words))
      default: steps.append(words)
      }
    }
  }

  /// `finding SEVERITY RULE FILE[:OFFSET] [CONSEQUENCE …]`
  private static func expected(_ words: [String]) -> Expected {
    let place = words[3].split(separator: ":")
    return Expected(
      severity: words[1], rule: words[2], file: String(place[0]),
      offset: place.count > 1 ? Int(place[1]) : nil, consequences: Array(words.dropFirst(4)))
  }
}
