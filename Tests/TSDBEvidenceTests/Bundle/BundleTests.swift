import Synchronization
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct BundleTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func evidence() async throws -> Evidence {
    let log = try LogDirectory.incident()
    return try await Evidence.collect(DataDirectory(path: log.data), Evidence.Options())
  }

  @Test func `whoever stops finds nothing left, and what was there is still there`() async throws {
    let evidence = try await evidence()
    let output = folder.path + "/bundle"
    try makeFolder(output)
    try writeFile(output + "/mine", "mine".utf8)
    for limit in [0, 1, 3, 8, 20] {
      let asked = Atomic<Int>(0)
      var options = Bundle.Options()
      options.replaces = true
      options.newKey = (folder.path + "/key", "key")
      options.isCancelled = { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit }
      let documents = [
        Bundle.Document(path: "a", text: "a"), Bundle.Document(path: "b", text: "b"),
      ]
      #expect(throws: PlacementFailure.cancelled) {
        try Bundle(evidence, documents, options)
          .write(output: output, archive: folder.path + "/b.tar.gz")
      }
      #expect(try namesInFolder(folder.path) == ["bundle"])
      #expect(try namesInFolder(output) == ["mine"])
    }
  }

  @Test func `a failure leaves nothing`() async throws {
    let evidence = try await evidence()
    let output = folder.path + "/bundle"
    // A document cannot be where a folder has to be.
    let documents = [Bundle.Document(path: "tables", text: "")]
    #expect(throws: FileError.self) {
      try Bundle(evidence, documents, Bundle.Options()).write(output: output, archive: nil)
    }
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test func `names that could break a line of sums are escaped as sha256sum does`() {
    #expect(Bundle.sumLine("00ff", "a b") == "00ff  a b\n")
    #expect(Bundle.sumLine("00ff", "a\nb\\") == "\\00ff  a\\nb\\\\\n")
  }

  @Test func `paths are taken apart`() {
    #expect(Bundle.lastPart(of: "b/a/") == "a")
    #expect(Bundle.stem(of: "x/b.tar.zst") == "x/b")
  }
}
