import Glibc

/// A data directory that came from a real server, with what is known to be true about it.
///
///     TestData/sound/NAME/{NOTES.md,data/,truth/}
public struct Fixture: Sendable, CustomStringConvertible {
  /// Such as `sound/blocks-3.5`.
  public let name: String
  /// The folder that holds `data` and `truth`.
  public let path: String

  /// The data directory. Tests must not write into it; see `copy()`.
  public var data: String { path + "/data" }

  /// What a failing test prints.
  public var description: String { name }

  /// The fixture of this name in `TestData`, such as `sound/blocks-3.5`.
  public init(_ name: String) {
    self.init(name: name, root: Fixture.testData)
  }

  private init(name: String, root: String) {
    self.name = name
    path = root + "/" + name
  }

  /// A file of the data directory, or of the truth with `truth(_:)`.
  public func file(_ relative: String) -> String { data + "/" + relative }

  /// The file `name` in the fixture's `truth` folder, whole.
  public func truth(_ name: String) throws -> [UInt8] {
    try readFile(path + "/truth/" + name)
  }

  /// A text of the fixture's `truth` folder, which may be packed there as `NAME.gz`; nil if there is
  /// neither.
  public func truthText(_ name: String) throws -> String? {
    if truthNames.contains(name) { return String(decoding: try truth(name), as: UTF8.self) }
    guard truthNames.contains(name + ".gz") else { return nil }
    return try CommandRunner.run("/bin/zcat", [path + "/truth/" + name + ".gz"]).stdout
  }

  /// The names in the fixture's `truth` folder, sorted.
  public var truthNames: [String] { (try? namesInFolder(path + "/truth")) ?? [] }

  /// A copy of the data directory that a test may damage.
  public func copy() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try copyTree(from: data, to: directory.path + "/data")
    return directory
  }

  /// The damaged directory of this name, made from its base.
  public static func damaged(_ name: String) throws -> TemporaryDirectory {
    try StateRecipe.named(name).make()
  }

  /// The folder of this repository.
  public static let repository =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// `TestData` of this repository.
  public static let testData: String = {
    let path = repository + "/TestData"
    // Git does not keep empty folders, and a server's are part of what it left.
    let empty = (try? readText(path + "/empty-directories.txt")) ?? ""
    for name in empty.split(separator: "\n") where !exists(path + "/" + name) {
      try? makeFolder(path + "/" + name)
    }
    return path
  }()

  /// The folder of the full set, unpacked (`EPIMETHEUS_FIXTURES`), or nil if that is not set.
  public static let fullSet: String? = {
    guard let value = getenv("EPIMETHEUS_FIXTURES") else { return nil }
    let path = String(cString: value)
    return path.isEmpty ? nil : path
  }()

  /// The fixtures of a group of `TestData`: `sound`, `damaged`, `damaged-base` or `states`.
  public static func all(_ group: String) -> [Fixture] { all(group, in: testData) }

  /// The fixtures of a group of the full set; none if `EPIMETHEUS_FIXTURES` is not set.
  public static func allOfFullSet(_ group: String) -> [Fixture] {
    fullSet.map { all(group, in: $0) } ?? []
  }

  /// Fixtures may hold several data directories one level deeper (`states/ha-pair/a`).
  private static func all(_ group: String, in root: String) -> [Fixture] {
    let names = (try? namesInFolder(root + "/" + group)) ?? []
    return names.flatMap { name -> [Fixture] in
      let path = root + "/" + group + "/" + name
      if isDirectory(path + "/data") { return [Fixture(name: group + "/" + name, root: root)] }
      return ((try? namesInFolder(path)) ?? []).filter { isDirectory(path + "/" + $0 + "/data") }
        .map { Fixture(name: group + "/" + name + "/" + $0, root: root) }
    }
  }
}
