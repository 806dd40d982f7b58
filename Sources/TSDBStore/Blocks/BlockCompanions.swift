package import TSDBFormat

/// A mark that Thanos' or Mimir's tools put beside a block in an object store: `deletion-mark.json`,
/// `no-compact-mark.json`, `no-downsample-mark.json` (Thanos: pkg/block/metadata/markers.go). Prometheus does not
/// look at them.
public struct BlockMark: Equatable, Sendable {
  /// What the block is marked for.
  public enum Kind: String, Sendable {
    /// To be deleted, some time after the mark.
    case deletion
    /// Not to be compacted.
    case noCompact = "no-compact"
    /// Not to be downsampled.
    case noDownsample = "no-downsample"
  }

  /// What the block is marked for.
  public let kind: Kind
  /// Since when, in milliseconds since 1970; nil where that is not said.
  public let time: Int64?
  /// Why, as it was written.
  public let reason: String
  /// The block that it names.
  public let id: String

  private static let largest = 1 << 20

  /// Reads the mark in the file `entry`, which has the name of one.
  init(_ entry: FolderEntry, _ kind: Kind) throws(FileError) {
    let bytes = try FileSystem.firstBytes(entry.path, min(max(entry.size, 0), Self.largest))
    do throws(DecodeError) {
      let file = try GoObject(bytes)
      let field =
        switch kind {
        case .deletion: "deletion_time"
        case .noCompact: "no_compact_time"
        case .noDownsample: "no_downsample_time"
        }
      let seconds: Int64 = try file.integer(field)
      let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
      time = seconds == 0 || overflow ? nil : milliseconds
      let parts = [try file.string("reason"), try file.string("details")].compactMap(\.self)
      reason = parts.filter { !$0.isEmpty }.joined(separator: ": ")
      id = try file.string("id") ?? ""
    } catch {
      throw .damaged(path: entry.path, error)
    }
    self.kind = kind
  }
}

extension BlockFolder {
  /// The names of marks.
  private static let markNames: [String: BlockMark.Kind] = [
    "deletion-mark.json": .deletion, "no-compact-mark.json": .noCompact,
    "no-downsample-mark.json": .noDownsample,
  ]
  /// What store-gateways keep of a block whose files are elsewhere; the second is packed, and only Mimir's.
  private static let cacheNames: Set = ["index-header", "sparse-index-header"]

  /// True for what Thanos and Mimir put beside the files of a block.
  static func isCompanion(_ name: String) -> Bool {
    markNames[name] != nil || cacheNames.contains(name)
  }

  /// The marks beside the block, each with its file, and what is wrong with one that cannot be read.
  package func marks() -> [(file: FolderEntry, mark: Result<BlockMark, FileError>)] {
    companions.compactMap { entry in
      guard let kind = Self.markNames[entry.name] else { return nil }
      do throws(FileError) {
        return (entry, .success(try BlockMark(entry, kind)))
      } catch {
        return (entry, .failure(error))
      }
    }
  }

  /// The `index-header` beside the block, or in its place, and what is in it.
  package func indexHeader() -> (file: FolderEntry, content: Result<IndexHeaderFile, FileError>)? {
    guard let entry = companions.first(where: { $0.name == "index-header" }) else { return nil }
    do throws(FileError) {
      let file = try MappedFile(path: entry.path)
      try file.refuseHoles()
      return (
        entry,
        .success(
          try file.decode { () throws(DecodeError) in try IndexHeaderFile(of: file.bytes) })
      )
    } catch {
      return (entry, .failure(error))
    }
  }

  /// True for a folder in which a store-gateway keeps what it needs of a block that is elsewhere.
  package var isCacheOnly: Bool {
    index == nil && chunks.isEmpty && companions.contains { Self.cacheNames.contains($0.name) }
  }
}
