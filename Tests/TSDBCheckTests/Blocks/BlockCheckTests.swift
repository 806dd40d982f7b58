import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Sound blocks are found sound, by all checks.
@Suite struct BlockCheckTests {
  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `nothing is wrong with the blocks of a sound directory`(fixture: Fixture) throws {
    let directory = try DataDirectory(path: fixture.data)
    for level in CheckLevel.allCases {
      for block in directory.blocks {
        let result = BlockCheck.run(block, level: level)
        #expect(result.findings.filter { $0.severity > .info } == [], "\(block.name) \(level)")
      }
      let set = BlockSetCheck.run(directory, level: level)
      #expect(set.findings.filter { $0.severity > .info } == [], "\(level)")
    }
  }
}
