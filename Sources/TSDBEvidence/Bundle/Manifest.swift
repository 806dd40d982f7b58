internal import FoundationEssentials

/// What a bundle is made of, and what it was made from: hash, size, mode and time of every file.
struct Manifest: Encodable {
  /// Goes up when a field changes its meaning or leaves.
  let schemaVersion = 1
  let tool: String
  let directory: Directory
  /// All that differs between two runs on the same input.
  let run: Run
  /// The files of the bundle, but for this one and `SHA256SUMS`.
  let bundle: [File]

  private enum CodingKeys: CodingKey { case schemaVersion, tool, directory, run, bundle }

  struct Directory: Encodable {
    let name: String
    let kind: String
    let files: [File]
  }

  struct File: Encodable {
    let path: String
    let bytes: Int
    /// Permission bits in octal; not of files of the bundle.
    let mode: String?
    /// Nanoseconds since 1970; not of files of the bundle.
    let modifiedNanoseconds: Int64?
    /// Nil for a file that could not be read.
    let sha256: String?
  }

  struct Run: Encodable {
    let commandLine: [String]
    let path: String
    let startMilliseconds: Int64
    let endMilliseconds: Int64
    let host: [String: String]
  }

  init(_ evidence: Evidence, _ files: [Evidence.FileRecord]) {
    tool = evidence.tool
    directory = Directory(
      name: evidence.name, kind: evidence.kind,
      files: evidence.files.map {
        File(
          path: $0.path, bytes: $0.size, mode: String($0.mode, radix: 8),
          modifiedNanoseconds: $0.modified, sha256: $0.sha256.isEmpty ? nil : $0.sha256)
      })
    run = Run(
      commandLine: evidence.commandLine, path: evidence.path,
      startMilliseconds: evidence.run.start, endMilliseconds: evidence.run.end,
      host: Dictionary(
        evidence.run.host.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    bundle = files.map {
      File(
        path: $0.path, bytes: $0.size, mode: nil, modifiedNanoseconds: nil, sha256: $0.sha256)
    }
  }

  /// The manifest as JSON.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
