import Glibc
import TSDBFormat
import TSDBStore
import Testing

@Suite struct FileErrorTests {
  @Test func `damage is one sentence that names file, structure, offset, expected and found`() {
    let error = FileError.damaged(
      path: "data/index",
      DecodeError(section: .indexTOC, offset: 88, problem: .badChecksum(stored: 1, computed: 0xabc))
    )
    #expect(
      "\(error)"
        == "data/index: index.toc at byte 88: expected checksum 0x00000001, found bytes with 0x00000abc"
    )
    #expect(error.path == "data/index")
  }

  @Test func `a failure of the system says what was tried`() {
    let error = FileError.system(path: "data/index", operation: "open", errno: ENOENT)
    #expect("\(error)" == "data/index: cannot open: No such file or directory")
    #expect(error.path == "data/index")
  }
}
