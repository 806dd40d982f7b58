import Glibc
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct MappedFileTests {
  private let directory: TemporaryDirectory
  private var folder: String { directory.path }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func create(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    return path
  }

  @Test func `a mapped file has the bytes of the file`() throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    let file = try MappedFile(path: try create("file", bytes))
    #expect(file.size == 10_000)
    #expect([UInt8](file.bytes) == bytes)
    file.willReadSequentially()
    file.release(0..<8192)
    file.release(-5..<1_000_000)
    #expect([UInt8](file.bytes) == bytes)
  }

  @Test func `an empty file has no bytes`() throws {
    let file = try MappedFile(path: try create("empty", []))
    #expect(file.size == 0)
    #expect(file.bytes.byteCount == 0)
    file.release(0..<1)
  }

  @Test func `a file that is not there is a failure of the system`() {
    let path = "\(folder)/none"
    #expect(throws: FileError.system(path: path, operation: "open", errno: ENOENT)) {
      try MappedFile(path: path)
    }
  }

  @Test func `a folder is not a file`() throws {
    let path = "\(folder)/folder"
    try #require(mkdir(path, 0o700) == 0)
    #expect(throws: FileError.system(path: path, operation: "read it as a file", errno: EISDIR)) {
      try MappedFile(path: path)
    }
  }

  @Test func `a device is not a file`() {
    #expect(
      throws: FileError.system(path: "/dev/null", operation: "read it as a file", errno: EINVAL)
    ) { try MappedFile(path: "/dev/null") }
  }

  @Test func `a failure to decode gets the name of the file`() throws {
    let path = try create("file", [1, 2, 3])
    let file = try MappedFile(path: path)
    let error = DecodeError(
      section: .tombstonesHeader, offset: 0, problem: .truncated(needed: 4, available: 3))
    #expect(throws: FileError.damaged(path: path, error)) {
      try file.decode { () throws(DecodeError) in
        var cursor = ByteCursor(file.bytes, at: 0, in: .tombstonesHeader)
        _ = try cursor.uint32()
      }
    }
  }
}
