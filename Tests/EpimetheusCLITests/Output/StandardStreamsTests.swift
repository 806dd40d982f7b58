import Glibc
import TSDBFormat
import TestSupport
import Testing

@testable import EpimetheusCLI

@Suite struct StandardStreamsTests {
  @Test func `a full disk is an error that says so`() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    #expect(throws: OutputError(errno: ENOSPC)) {
      try StandardOutput.write(to: full) { $0.line("lost") }
    }
    #expect(
      "\(OutputError(errno: ENOSPC))" == "cannot write to standard output: No space left on device")
  }

  @Test func `bytes that cannot be written stop whoever writes them`() async throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    var pieces = 0
    await #expect(throws: OutputError(errno: ENOSPC)) {
      try await StandardOutput.write(to: full) { output in
        let piece = [UInt8](repeating: 0x61, count: 40_000)
        while pieces < 100 {
          await Task.yield()
          pieces += 1
          try output.write(piece.rawBytes)
        }
      }
    }
    #expect(pieces == 2)
  }

  @Test func `everything written arrives, in order, beyond the buffer`() throws {
    // A file: whoever fills a pipe blocks a thread on which the reader would have to run.
    let folder = try TemporaryDirectory()
    let path = folder.path + "/out"
    try writeFile(path, [])
    let file = open(path, O_WRONLY)
    defer { close(file) }
    let lines = (0..<40_000).map { "line \($0)" }
    try StandardOutput.write(to: file) { output in
      for line in lines {
        if line.hasSuffix("7") {
          try output.write(Array((line + "\n").utf8).rawBytes)
        } else {
          output.line(line)
        }
      }
    }
    #expect(try readText(path) == lines.joined(separator: "\n") + "\n")
  }

  @Test func `an error of the body comes out after what was written`() throws {
    struct Stop: Error {}
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(throws: Stop.self) {
      try StandardOutput.write(to: ends[1]) { output in
        output.write("kept")
        throw Stop()
      }
    }
    close(ends[1])
    var chunk = [UInt8](repeating: 0, count: 16)
    #expect(read(ends[0], &chunk, chunk.count) == 4)
    #expect(chunk.prefix(4).elementsEqual("kept".utf8))
  }
}
