public import TSDBFormat

/// A data directory that lies in another, and that no server looks at there: one whose mount was moved by a folder, a
/// copy, a snapshot of the admin API.
public struct NestedDirectory: Equatable, Sendable {
  /// Its path, relative to the directory around it.
  public let name: String
  /// The whole path.
  public let path: String
  /// Blocks in it.
  public let blocks: Int
  /// True where a log is in it.
  public let hasLog: Bool
  /// True for one that the admin API made.
  public let isSnapshot: Bool
  /// First to last millisecond of its blocks; empty without any.
  public let timeRange: TimeRange
}

extension DataDirectory {
  private static let mostNested = 20

  /// The data directories in this one, snapshots last.
  public func nestedDirectories() -> [NestedDirectory] {
    let folders = strangers.filter { $0.isDirectory && !$0.name.hasPrefix(Self.quarantinePrefix) }
    var found: [NestedDirectory] = []
    for folder in folders + [snapshotsFolder].compactMap(\.self) where folder.isDirectory {
      guard let entries = try? FileSystem.list(folder.path) else { continue }
      let inside =
        NestedDirectories.isData(entries)
        ? [""] : NestedDirectories(in: folder.path, entries).found
      for name in inside where found.count < Self.mostNested {
        let path = name.isEmpty ? folder.path : FileSystem.join(folder.path, name)
        guard let nested = try? DataDirectory(path: path) else { continue }
        var range = TimeRange()
        for case .success(let meta) in nested.blocks.map(\.meta) where meta.minTime < meta.maxTime {
          range.include(TimeRange(minTime: meta.minTime, end: meta.maxTime))
        }
        found.append(
          NestedDirectory(
            name: name.isEmpty ? folder.name : folder.name + "/" + name, path: path,
            blocks: nested.blocks.count, hasLog: nested.wal?.segments.isEmpty == false,
            isSnapshot: folder.name == "snapshots", timeRange: range))
      }
    }
    return found
  }

  /// The block whose files lie in the directory itself, as after a snapshot was restored without its folder; nil
  /// where there is none. No server looks at them there.
  public var strayBlock: BlockFolder? {
    guard kind == .server else { return nil }
    // Others have folders of these names: Loki, for one.
    let parts = strangers.filter {
      $0.name == "chunks" ? $0.isDirectory : $0.isFile && ["index", "meta.json"].contains($0.name)
    }
    guard parts.count >= 2, let folder = try? BlockFolder(path: path) else { return nil }
    return folder
  }

  /// What a migration of the log of 2.0 to 2.3 was writing (Prometheus: tsdb/wal.go, `MigrateWAL`); it gets the name
  /// `wal` once that is gone. Nil where no such folder, or no segment in it, is there.
  public var migratedLog: SegmentFolder? {
    guard let entry = strangers.first(where: { $0.name == "wal.tmp" && $0.isDirectory }),
      let folder = try? SegmentFolder(path: entry.path), folder.size > 0
    else { return nil }
    return folder
  }

  /// The names of those of `strangers` that are files of `strayBlock`.
  package static let blockParts: Set = ["index", "meta.json", "chunks", "tombstones"]
}

/// The list of the blocks that a sidecar, a receiver or an ingester has put into an object store:
/// `thanos.shipper.json` (Thanos: pkg/shipper/shipper.go), `mimir.shipper.json` (Mimir: pkg/ingester/shipper.go).
public struct ShippedBlocks: Equatable, Sendable {
  /// The file.
  public let file: FolderEntry
  /// The names of the blocks; why they cannot be read.
  public let names: Result<Set<String>, FileError>

  static let fileNames: Set = ["thanos.shipper.json", "mimir.shipper.json"]
  private static let largest = 16 << 20

  init(_ file: FolderEntry) {
    self.file = file
    do throws(FileError) {
      let bytes = try FileSystem.firstBytes(file.path, min(max(file.size, 0), Self.largest))
      names = .success(try Self.names(in: bytes, file.path))
    } catch {
      names = .failure(error)
    }
  }

  private static func names(
    in bytes: [UInt8], _ path: String
  ) throws(FileError) -> Set<String> {
    do throws(DecodeError) {
      guard !bytes.isEmpty else {
        throw DecodeError(
          section: .meta, offset: 0, problem: .truncated(needed: 1, available: 0))
      }
      let file = try GoObject(bytes)
      let listed = try file.strings("uploaded").compactMap(\.self)
      let shipped = try file.object("shipped").others(than: []).map(\.key)
      return Set(listed + shipped)
    } catch {
      throw .damaged(path: path, error)
    }
  }
}

extension DataDirectory {
  /// The lists of blocks that were put into an object store.
  public func shippedBlocks() -> [ShippedBlocks] {
    strangers.filter { $0.isFile && ShippedBlocks.fileNames.contains($0.name) }
      .map(ShippedBlocks.init)
  }

  /// What a thing is that is no part of the directory, in a clause; nil where nothing is known of it.
  package func account(of stranger: FolderEntry, _ nested: [NestedDirectory]) -> String? {
    if stranger.isDirectory {
      if stranger.name == "lost+found" { return "of the file system" }
      if stranger.name == "wal.tmp" {
        return "a log that a migration of the one of 2.0 to 2.3 wrote"
      }
      if stranger.name.hasPrefix(Self.quarantinePrefix) { return "what a repair took out" }
    }
    if Self.blockParts.contains(stranger.name),
      FileSystem.join(path, stranger.name) == stranger.path,
      let block = strayBlock
    {
      let name = (try? block.meta.get())?.ulid.description
      return "of the block \(name ?? "without a name") that lies in the directory itself"
    }
    if ShippedBlocks.fileNames.contains(stranger.name) {
      return Self.words(ShippedBlocks(stranger))
    }
    let inside = nested.filter {
      $0.path == stranger.path || $0.path.hasPrefix(stranger.path + "/")
    }
    if let first = inside.first {
      return inside.count == 1
        ? first.words : "\(inside.count) data directories: \(first.name) and others"
    }
    guard stranger.isFile, stranger.size > 0,
      let head = try? FileSystem.firstBytes(stranger.path, FileNature.headSize)
    else { return nil }
    switch FileNature(firstBytes: head) {
    case .packed, .gitLFSPointer, .other: return FileNature(firstBytes: head)?.words
    default: return nil
    }
  }

  private static func words(_ shipped: ShippedBlocks) -> String {
    switch shipped.names {
    case .success(let names):
      "the list of blocks in an object store: \(names.count)"
    case .failure where shipped.file.size == 0: "an empty list of the blocks in an object store"
    case .failure: "a broken list of the blocks in an object store"
    }
  }
}

extension NestedDirectory {
  /// `a data directory: 3 blocks and a log`.
  package var words: String {
    let count = blocks == 1 ? "1 block" : "\(blocks) blocks"
    let parts = (blocks > 0 ? [count] : []) + (hasLog ? ["a log"] : [])
    let what = isSnapshot ? "a snapshot of the admin API" : "a data directory"
    return parts.isEmpty ? what : "\(what): " + parts.joined(separator: " and ")
  }
}
