import TSDBFormat
import TSDBStore
import TestSupport

@testable import TSDBCheck

/// Logs of a few records that tests make, and what is found in them.
protocol SmallLog {}

extension SmallLog {
  /// A series record of ref 1.
  var up: [UInt8] { [1] + RecordBuilder.series(1, [("__name__", "up")]) }

  /// Three samples of ref 1.
  var samples: [UInt8] { RecordBuilder.samples([(1, 1000, 1), (1, 2000, 1), (1, 3000, 1)]) }

  /// A segment of these records.
  func log(_ records: [[UInt8]]) -> [UInt8] {
    var builder = WALBuilder(records)
    builder.padPage()
    return builder.bytes
  }

  /// A directory with a log of these segments, and what is found in it.
  func check(_ segments: [[UInt8]], agent: Bool = false) async throws -> [Finding] {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let data = directory.path + (agent ? "/data-agent" : "/data")
    try makeFolder(data)
    try makeFolder(data + "/wal")
    if !agent { try makeFolder(data + "/chunks_head") }
    for (number, bytes) in segments.enumerated() {
      try writeFile(data + "/wal/0000000\(number)", bytes)
    }
    let result = await LogCheck.run(
      try DataDirectory(path: data), level: .standard, jobs: 2)
    return result.findings
  }
}
