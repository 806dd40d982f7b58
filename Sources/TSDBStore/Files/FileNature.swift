internal import TSDBFormat

/// What a file is that is not what its name promises, by its first bytes: a pointer that was copied in the place
/// of a file, a packed file, a page with an error.
public enum FileNature: Equatable, Sendable {
  /// The pointer that Git LFS keeps in the place of a file; bytes of the file, where it says so.
  case gitLFSPointer(size: Int?)
  /// Compressed or packed; by which program.
  case packed(String)
  /// A page, a document or a table; of which kind.
  case document(String)
  /// Plain text.
  case text

  /// What `file` is; nil for bytes that say nothing.
  init?(_ file: MappedFile) {
    let bytes = file.bytes
    let head = (0..<min(bytes.byteCount, 512)).map { bytes.byte(at: $0) }
    self.init(firstBytes: head)
  }

  /// The same from the first bytes of a file, 512 of them at most.
  init?(firstBytes head: [UInt8]) {
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      head.count >= offset + text.utf8.count && head[offset...].starts(with: text.utf8)
    }
    let signatures: [(bytes: [UInt8], name: String)] = [
      ([0x1f, 0x8b], "gzip"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd"), ([0x42, 0x5a, 0x68], "bzip2"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"), ([0x50, 0x4b, 3, 4], "zip"),
    ]
    if begins("version https://git-lfs") {
      let lines = String(decoding: head, as: UTF8.self).split(separator: "\n")
      let size = lines.first { $0.hasPrefix("size ") }?.dropFirst(5)
      self = .gitLFSPointer(size: size.flatMap { Int($0) })
    } else if let packed = signatures.first(where: { head.starts(with: $0.bytes) }) {
      self = .packed(packed.name)
    } else if begins("ustar", at: 257) {
      self = .packed("tar")
    } else if begins("PAR1") {
      self = .document("Parquet")
    } else if begins("<?xml") {
      self = .document("XML")
    } else if begins("<!DOCTYPE html") || begins("<!doctype html") || begins("<html") {
      self = .document("HTML")
    } else if head.count >= 8,
      head.allSatisfy({ (0x20..<0x7f).contains($0) || (9...13).contains($0) })
    {
      let first = head.first { $0 > 0x20 }
      self = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .document("JSON") : .text
    } else {
      return nil
    }
  }

  /// What it is, and what to do, in a clause.
  public var words: String {
    switch self {
    case .gitLFSPointer(let size):
      "a Git LFS pointer" + (size.map { " to a file of \($0) bytes" } ?? "")
        + ", which `git lfs pull` brings"
    case .packed(let program): "packed by \(program), and to be unpacked first"
    case .document(let kind): "a file of \(kind)"
    case .text: "plain text"
    }
  }
}

extension FileError {
  /// What the file is, where it is wrong from its first byte on and looks like something else; nil elsewhere.
  public var nature: FileNature? {
    guard case .damaged(let path, let error) = self, error.offset == 0, error.section != .meta,
      !error.section.isFolder, let file = try? MappedFile(path: path)
    else { return nil }
    return FileNature(file)
  }
}
