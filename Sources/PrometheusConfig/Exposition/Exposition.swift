public import TSDBFormat
internal import TSDBStore

/// What a target exposed: saved scrapes of `/metrics`, in the text format or OpenMetrics, plain or packed
/// with gzip. Of each sample only its labels are kept.
public struct Exposition: Sendable {
  /// The formats, which a server learns from the Content-Type.
  public enum Format: String, CaseIterable, Sendable {
    /// `text/plain; version=0.0.4`
    case text
    /// `application/openmetrics-text`
    case openmetrics
  }

  /// A scrape, or why a server refuses it as a whole.
  public enum Scrape: Equatable, Sendable {
    /// The labels of each sample by name, the metric under `__name__`.
    case samples([[Label]])
    /// What is wrong first.
    case refused(ConfigurationError)
  }

  /// The largest file that is read, in bytes.
  public static let mostBytes = 1 << 28

  /// The scrapes, in their order.
  public private(set) var all: [Scrape] = []

  /// The scrapes that a server takes: the labels of each sample by name, the metric under `__name__`.
  public var scrapes: [[[Label]]] {
    all.compactMap { if case .samples(let samples) = $0 { samples } else { nil } }
  }

  /// Why the others are refused.
  public var refusals: [ConfigurationError] {
    all.compactMap { if case .refused(let why) = $0 { why } else { nil } }
  }

  /// True where there is no sample in it, and nothing that was refused.
  public var isEmpty: Bool { scrapes.allSatisfy(\.isEmpty) && refusals.isEmpty }

  /// Reads the file at `path`, which may be a pipe, or `-` for standard input: one scrape, or in OpenMetrics
  /// several, each ended by `# EOF`. Throws `FileError` or `ConfigurationError` where it cannot be read.
  public init(
    path: String, format: Format? = nil, release: ConfigurationRelease = .newest
  ) throws {
    guard let bytes = try InputFile.bytes(path, limit: Self.mostBytes) else {
      throw ConfigurationError(
        file: path, line: 1, column: 1,
        problem: "the file is larger than \(Self.mostBytes >> 20) MiB")
    }
    try self.init(bytes, file: path, format: format, release: release)
  }

  /// Reads `text`, whose name in errors is `file`. Throws where it is packed, and the packing is damaged.
  public init(
    _ text: [UInt8], file: String, format: Format? = nil, release: ConfigurationRelease = .newest
  ) throws(ConfigurationError) {
    let plain = try Gunzip.unpacked(text, limit: Self.mostBytes, file: file)
    let format = format ?? Self.format(of: plain, file: file)
    for (line, part) in Self.parts(of: plain, format) {
      all.append(Self.scrape(part, file: file, firstLine: line, format, release))
    }
  }

  private static func scrape(
    _ bytes: [UInt8], file: String, firstLine: Int, _ format: Format,
    _ release: ConfigurationRelease
  ) -> Scrape {
    var parser = ExpositionParser(bytes, format, release)
    do throws(ExpositionParser.Failure) {
      return .samples(try parser.samples())
    } catch {
      let before = bytes[..<min(error.position, bytes.count)]
      let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
      return .refused(
        ConfigurationError(
          file: file, line: firstLine + before.count { $0 == 0x0a },
          column: before.count - start + 1, problem: error.problem))
    }
  }

  /// The format, where nobody says it: OpenMetrics where the name or a line that only it has does.
  private static func format(of text: [UInt8], file: String) -> Format {
    let name = file.utf8.split(separator: UInt8(ascii: ".")).last ?? file.utf8[...]
    if name.count < file.utf8.count, name.starts(with: "om".utf8) || name.starts(with: "openm".utf8)
    {
      return .openmetrics
    }
    let marks = ["# EOF", "# UNIT "]
    for line in text.split(separator: UInt8(ascii: "\n")) where line.first == UInt8(ascii: "#") {
      let found = line.elementsEqual(marks[0].utf8) || line.starts(with: marks[1].utf8)
      if found || line.elementsEqual("# EOF\r".utf8) { return .openmetrics }
    }
    return .text
  }

  /// Scrapes that lie one behind the other in a file, each with the number of its first line.
  private static func parts(of text: [UInt8], _ format: Format) -> [(line: Int, bytes: [UInt8])] {
    guard format == .openmetrics else { return [(1, text)] }
    var parts: [(line: Int, bytes: [UInt8])] = []
    var start = 0
    var firstLine = 1
    var line = 1
    for (index, byte) in text.enumerated() where byte == 0x0a {
      line += 1
      guard text[start...index].suffix(6).elementsEqual("# EOF\n".utf8),
        index - start == 5 || text[index - 6] == 0x0a
      else { continue }
      // Another scrape follows only where it has an end of its own.
      let rest = text[(index + 1)...]
      guard Self.hasEnd(rest) else { break }
      parts.append((firstLine, Array(text[start...index])))
      (start, firstLine) = (index + 1, line)
    }
    return parts + [(firstLine, Array(text[start...]))]
  }

  private static func hasEnd(_ text: ArraySlice<UInt8>) -> Bool {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    return lines.count > 1 && lines.last?.elementsEqual("# EOF".utf8) == true
  }
}
