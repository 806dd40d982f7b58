public import TSDBFormat

internal import FoundationEssentials

/// What `wal/series_state.json` says, with the feature `fast-startup`: a server that finds it does not
/// have to look for the last series ref in the log (Prometheus: tsdb/head_wal.go,
/// `SeriesLifecycleState`).
///
/// As in Go, keys that are not known do not matter, and what is missing is 0 or false.
public struct SeriesState: Equatable, Sendable {
  /// The last ref that was given to a series.
  public var lastSeriesID: UInt64
  /// The segment that was being written; -1 where the server could not tell.
  public var lastWALSegment: Int
  /// True if the server stopped in order. It rewrites the file every second with false.
  public var cleanShutdown: Bool

  /// What such a file says.
  public init(lastSeriesID: UInt64, lastWALSegment: Int, cleanShutdown: Bool) {
    self.lastSeriesID = lastSeriesID
    self.lastWALSegment = lastWALSegment
    self.cleanShutdown = cleanShutdown
  }

  /// A server writes less than a hundred bytes.
  private static let sizeLimit = 1 << 16

  /// Reads the file at `path`.
  public static func read(path: String) throws(FileError) -> SeriesState {
    let file = try MappedFile(path: path)
    guard file.size <= sizeLimit else {
      let problem = DecodeError.Problem.outOfRange(
        found: Int64(file.size), allowed: 0...Int64(sizeLimit))
      throw .damaged(path: path, DecodeError(section: .seriesState, offset: 0, problem: problem))
    }
    let bytes = [UInt8](file.bytes)
    return try file.decode { () throws(DecodeError) in try SeriesState(json: bytes) }
  }

  /// The file as a server writes it, with nothing else in it.
  public var json: [UInt8] {
    Array(
      "{\"last_series_id\":\(lastSeriesID),\"last_wal_segment\":\(lastWALSegment),\"clean_shutdown\":\(cleanShutdown)}\n"
        .utf8)
  }

  /// Decodes the bytes of such a file.
  public init(json bytes: [UInt8]) throws(DecodeError) {
    guard !bytes.isEmpty else {
      throw DecodeError(
        section: .seriesState, offset: 0, problem: .truncated(needed: 1, available: 0))
    }
    let file: StateFile
    do {
      file = try JSONDecoder().decode(StateFile.self, from: Data(bytes))
    } catch {
      throw DecodeError(
        section: .seriesState, offset: 0,
        problem: .malformed(why: "not the JSON object with the state of the series"))
    }
    self.init(
      lastSeriesID: file.lastSeriesID ?? 0, lastWALSegment: file.lastWALSegment ?? 0,
      cleanShutdown: file.cleanShutdown ?? false)
  }

  private struct StateFile: Decodable {
    var lastSeriesID: UInt64?
    var lastWALSegment: Int?
    var cleanShutdown: Bool?

    private enum CodingKeys: String, CodingKey {
      case lastSeriesID = "last_series_id"
      case lastWALSegment = "last_wal_segment"
      case cleanShutdown = "clean_shutdown"
    }
  }
}
