import Foundation
import Glibc
import TestSupport
import Testing

/// Every damaged directory and every dangerous state of the full set, made from its base: what `check`
/// says of it, and what a server of 3.14 is predicted to do.
@Suite struct DamagedStateTests {
  private struct Line: Decodable {
    let type: String
    let data: Finding
  }

  private struct Finding: Decodable {
    let rule: String?
    let severity: String?
    let file: String?
    let offset: Int?
    let consequences: [Finding]?
  }

  private struct Diagnosis: Decodable {
    struct Startup: Decodable { let outcome: String }
    let startup: Startup
  }

  /// Makes the state; holds its lock, where somebody must.
  private func withState<Value>(
    _ recipe: StateRecipe, _ body: (String) throws -> Value
  ) throws -> Value {
    let folder = try recipe.make()
    defer { withExtendedLifetime(folder) {} }
    guard recipe.isLocked else { return try body(folder.data) }
    let descriptor = open(folder.data + "/lock", O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    return try body(folder.data)
  }

  private func found(_ text: String) throws -> [StateRecipe.Expected] {
    try text.split(separator: "\n").compactMap { line in
      let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      guard line.type == "finding", line.data.severity != "info" else { return nil }
      let finding = line.data
      return StateRecipe.Expected(
        severity: finding.severity ?? "", rule: finding.rule ?? "", file: finding.file ?? "",
        offset: finding.offset, consequences: (finding.consequences ?? []).map { $0.rule ?? "" })
    }
  }

  @Test(arguments: StateRecipe.states)
  func `check finds what is wrong, where it is, and nothing else`(recipe: StateRecipe) throws {
    try withState(recipe) { directory in
      let result = try CommandRunner.run(["check", directory, "--format", "json"])
      #expect(result.status == recipe.status, "\(result.stdout)\(result.stderr)")
      #expect(try found(result.stdout) == recipe.findings)
    }
  }

  @Test(arguments: StateRecipe.states.filter { $0.outcome != nil })
  func `the next start of 3.14 is predicted`(recipe: StateRecipe) throws {
    try withState(recipe) { directory in
      let flags = recipe.flags.flatMap { ["--server-flag", $0] }
      let result = try CommandRunner.run(["diagnose", directory, "--format", "json"] + flags)
      let diagnosis = try JSONDecoder().decode(Diagnosis.self, from: Data(result.stdout.utf8))
      #expect(diagnosis.startup.outcome == recipe.outcome)
    }
  }

  @Test func `there is a recipe for each of the 112 states`() {
    #expect(StateRecipe.states.count == 112)
    #expect(StateRecipe.states.filter(\.isExact).count == 104)
  }

  @Test(
    .enabled(if: Fixture.fullSet != nil),
    arguments: Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
  func `a recipe makes the real state`(fixture: Fixture) throws {
    let name = fixture.name.split(separator: "/").dropFirst().joined(separator: "/")
    guard name != "ha-pair" else { return }
    let recipe = try StateRecipe.named(name)
    guard recipe.isExact else { return }
    let made = try recipe.make()
    #expect(try files(made.data) == files(fixture.data))
  }

  /// The bytes of all files of a folder, by path; folders have none.
  private func files(_ folder: String) throws -> [String: [UInt8]] {
    var all: [String: [UInt8]] = [:]
    for name in try namesInFolder(folder) {
      let path = folder + "/" + name
      if isDirectory(path) {
        all[name] = []
        for (inner, bytes) in try files(path) { all[name + "/" + inner] = bytes }
      } else {
        all[name] = try readFile(path)
      }
    }
    return all
  }
}
