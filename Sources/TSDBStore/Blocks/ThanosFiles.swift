internal import TSDBFormat

/// The list of a block's files that Thanos keeps in its `meta.json` (thanos-io/thanos:
/// pkg/block/metadata/meta.go, `File`).
extension BlockMeta {
  /// A file as the list has it.
  public struct ListedFile: Equatable, Sendable {
    /// Its path in the block: `chunks/000001`.
    public let path: String
    /// Its bytes; nil for one that Thanos gives no size, such as `meta.json`.
    public let size: Int?
  }

  /// The list of files (`thanos.files`); none where there is no such list, or where it cannot be read.
  public var listedFiles: [ListedFile] {
    guard let thanos, let object = try? GoObject(Array(thanos.utf8)) else { return [] }
    guard let files = try? object.objects("files"), !files.isEmpty else {
      // Older ones have the names of the segments alone.
      let segments = (try? object.strings("segment_files")) ?? []
      return segments.compactMap { $0 }.map { ListedFile(path: "chunks/" + $0, size: nil) }
    }
    return files.compactMap { file in
      guard let path = try? file.string("rel_path"), !path.isEmpty else { return nil }
      let size: Int64 = (try? file.integer("size_bytes")) ?? 0
      return ListedFile(path: path, size: size > 0 ? Int(clamping: size) : nil)
    }
  }

  /// The resolution of a block that Thanos downsampled, as Thanos names it: `5m`, `1h`; nil for raw ones.
  public var resolutionText: String? {
    guard let resolution = downsampledTo.map({ Int(clamping: $0) }) else { return nil }
    if resolution % 3_600_000 == 0 { return "\(resolution / 3_600_000)h" }
    if resolution % 60_000 == 0 { return "\(resolution / 60_000)m" }
    return "\(resolution)ms"
  }

  /// Takes the list of files out, and what was counted of the index, because the files are others now. Thanos
  /// makes do without.
  public mutating func dropFileList() {
    for index in extras.indices where extras[index].key == "thanos" {
      let bytes = Array(extras[index].json.utf8)
      guard let object = try? GoObject(bytes) else { continue }
      let kept = object.others(than: ["files", "segment_files", "index_stats"]).map {
        "\t\t\(Self.quoted($0.key)): \(String(decoding: bytes[$0.value], as: UTF8.self))"
      }
      guard object.others(than: []).count > kept.count else { continue }
      extras[index].json = "{\n\(kept.joined(separator: ",\n"))\n\t}"
    }
  }
}
