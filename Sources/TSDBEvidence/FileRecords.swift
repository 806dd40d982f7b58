internal import Crypto
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

extension Evidence.FileRecord {
  /// Every file below `root`, by path, with its hash; `progress` gets the bytes that were read. Links to
  /// files count as files, links to folders are not followed. A file that cannot be read has no hash, and
  /// neither has a folder that cannot be listed, which ends with a slash.
  static func all(
    below root: String, progress: @Sendable (Int) -> Void
  ) throws(FileError) -> [Self] {
    var found: [Self] = []
    try add(root, "", to: &found, progress)
    return found.sorted { $0.path < $1.path }
  }

  private static func add(
    _ folder: String, _ prefix: String, to found: inout [Self], _ progress: (Int) -> Void
  ) throws(FileError) {
    for entry in try FolderListing.entries(of: folder) {
      let path = prefix + entry.name
      if entry.isDirectory {
        do throws(FileError) {
          try add(entry.path, path + "/", to: &found, progress)
        } catch {
          found.append(
            Self(
              path: path + "/", size: 0, mode: entry.access?.mode ?? 0, modified: entry.modified,
              sha256: ""))
        }
      } else if entry.isFile {
        let mode = (try? FileStatus(of: entry.path))?.mode ?? 0
        let hash = try? SHA256Sum.hexadecimal(ofFile: entry.path, progress: progress)
        found.append(
          Self(
            path: path, size: entry.size, mode: mode, modified: entry.modified,
            sha256: hash ?? ""))
      }
    }
  }
}

/// SHA-256 of files.
enum SHA256Sum {
  private static let step = 4 << 20

  /// The hash of a file as 64 digits; `progress` gets the bytes that were read.
  static func hexadecimal(
    ofFile path: String, progress: (Int) -> Void = { _ in }
  ) throws(FileError) -> String {
    let file = try MappedFile(path: path)
    file.willReadSequentially()
    var hash = SHA256()
    var start = 0
    while start < file.size {
      let end = min(start + step, file.size)
      hash.update(data: [UInt8](file.bytes.extracting(start..<end)))
      file.release(start..<end)
      progress(end - start)
      start = end
    }
    return Hexadecimal.text(of: hash.finalize())
  }
}
