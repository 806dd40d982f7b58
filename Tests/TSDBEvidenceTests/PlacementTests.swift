import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct PlacementTests {
  @Test func `nothing is written into the directory, around it, or over something`() throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/outer")
    try copyTree(from: Fixture("damaged-base/main").data, to: folder.path + "/outer/data")
    let directory = try DataDirectory(path: folder.path + "/outer/data")
    func check(_ name: String, replaces: Bool) throws {
      try Placement.check(folder.path + "/" + name, for: directory, replaces: replaces)
    }
    try check("new", replaces: false)
    #expect(throws: PlacementFailure.inside(folder.path + "/outer/data/x")) {
      try check("outer/data/x", replaces: true)
    }
    #expect(throws: PlacementFailure.inside(folder.path + "/outer/data")) {
      try check("outer/data", replaces: true)
    }
    #expect(throws: PlacementFailure.around(folder.path + "/outer")) {
      try check("outer", replaces: true)
    }
    try makeFolder(folder.path + "/old")
    #expect(throws: PlacementFailure.exists(folder.path + "/old")) {
      try check("old", replaces: false)
    }
    try check("old", replaces: true)
    #expect(throws: FileError.self) { try check("no/where", replaces: false) }
  }

  @Test func `paths are taken apart`() {
    #expect(Placement.parent(of: "a") == ".")
    #expect(Placement.parent(of: "/a") == "/")
    #expect(Placement.parent(of: "b/a/") == "b")
  }
}
