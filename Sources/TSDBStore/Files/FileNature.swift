internal import TSDBFormat

/// What a file is that is not what its name promises, by its first bytes: a pointer that was copied in the place
/// of a file, a packed file, a page with an error, a file of Prometheus of another kind, or bytes that went through a
/// transfer for text.
public enum FileNature: Equatable, Sendable {
  /// The pointer that Git LFS keeps in the place of a file; bytes of the file, where it says so.
  case gitLFSPointer(size: Int?)
  /// Compressed, packed or encrypted; by which program.
  case packed(String)
  /// A page, a document or a table; of which kind.
  case document(String)
  /// Another file of Prometheus or its kin; which.
  case other(String)
  /// Each 0A of the file stands behind a 0D, this many of them in what was looked at: a transfer for text has put
  /// these there.
  case changedLineEnds(count: Int)
  /// Each byte above 7F became two: a transfer took the bytes for letters and wrote them as UTF-8.
  case encodedAgain
  /// Bytes that are no letters were replaced by U+FFFD, and are lost.
  case replacedLetters
  /// Text of two bytes a letter.
  case utf16
  /// Nothing but zeros, this many.
  case zeros(count: Int)
  /// Plain text.
  case text

  /// So many bytes are looked at.
  static let headSize = 512

  /// What `file` is; nil for bytes that say nothing.
  init?(_ file: MappedFile) {
    let bytes = file.bytes
    let head = (0..<min(bytes.byteCount, Self.headSize)).map { bytes.byte(at: $0) }
    if let nature = FileNature(firstBytes: head) {
      self = nature
    } else if !head.isEmpty, head.allSatisfy({ $0 == 0 }),
      bytes.firstNonZero(in: 0..<bytes.byteCount, holes: file.holes) == nil
    {
      self = .zeros(count: file.size)
    } else if let transferred = FileNature(transferOf: bytes) {
      self = transferred
    } else {
      return nil
    }
  }

  private static let signatures: [(bytes: [UInt8], nature: FileNature)] = [
    ([0x1f, 0x8b], .packed("gzip")), ([0x28, 0xb5, 0x2f, 0xfd], .packed("zstd")),
    ([0x42, 0x5a, 0x68], .packed("bzip2")), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], .packed("xz")),
    ([0x50, 0x4b, 3, 4], .packed("zip")), ([0x04, 0x22, 0x4d, 0x18], .packed("lz4")),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .packed("7z")), ([0x1f, 0x9d], .packed("compress")),
    (Array("Salted__".utf8), .packed("openssl enc")),
    (Array("age-encryption.org/".utf8), .packed("age")),
    (Array("PAR1".utf8), .document("Parquet")),
    (Array("SQLite format 3".utf8), .document("SQLite")),
    ([0xba, 0xaa, 0xd7, 0x00], .other("the index of a block")),
    ([0xba, 0xaa, 0xd7, 0x92], .other("the index-header of a store-gateway")),
    ([0x85, 0xbd, 0x40, 0xdd], .other("a chunk segment of a block")),
    ([0x01, 0x30, 0xbc, 0x91], .other("a file of chunks_head")),
    ([0x01, 0x30, 0xba, 0x30], .other("the tombstones of a block")),
    ([0x43, 0xaf, 0x00, 0xef], .other("a segment of the log of Prometheus 2.0 to 2.3")),
    ([0xff, 0xfe], .utf16), ([0xfe, 0xff], .utf16),
  ]

  /// The same from the first bytes of a file, 512 of them at most.
  init?(firstBytes head: [UInt8]) {
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      head.count >= offset + text.utf8.count && head[offset...].starts(with: text.utf8)
    }
    if begins("version https://git-lfs") {
      let lines = String(decoding: head, as: UTF8.self).split(separator: "\n")
      let size = lines.first { $0.hasPrefix("size ") }?.dropFirst(5)
      self = .gitLFSPointer(size: size.flatMap { Int($0) })
    } else if let known = Self.signatures.first(where: { head.starts(with: $0.bytes) }) {
      self = known.nature
    } else if begins("ustar", at: 257) {
      self = .packed("tar")
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

  /// So many bytes are looked at for what a transfer did to them.
  private static let transferSize = 1 << 16
  /// One 0A in 256 would stand behind a 0D by chance: so many are proof.
  private static let fewest = 4

  /// What a transfer for text did to `bytes`; nil for bytes that it did nothing to.
  init?(transferOf bytes: RawSpan) {
    let end = min(bytes.byteCount, Self.transferSize)
    var before: UInt8 = 0
    var ends = 0
    var index = 0
    while index < end {
      let byte = bytes.byte(at: index)
      if byte == 0x0a {
        guard before == 0x0d else {
          ends = 0
          break
        }
        ends += 1
      }
      before = byte
      index += 1
    }
    if ends >= Self.fewest {
      self = .changedLineEnds(count: ends)
      return
    }
    guard let letters = Self.letters(bytes, end) else { return nil }
    self = letters
  }

  /// What bytes that are UTF-8 throughout were before: no file of Prometheus is.
  private static func letters(_ bytes: RawSpan, _ end: Int) -> FileNature? {
    var (latin, replaced, others) = (0, 0, 0)
    var index = 0
    // The last letter may be cut.
    while index < end - 4 {
      let first = bytes.byte(at: index)
      let length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
      guard length > 0, first < 0xf5 else { return nil }
      for next in 1..<max(length, 1) where bytes.byte(at: index + next) & 0xc0 != 0x80 {
        return nil
      }
      switch (length, first) {
      case (1, _): break
      case (2, ..<0xc4): latin += 1
      case (3, 0xef) where bytes.byte(at: index + 1) == 0xbf && bytes.byte(at: index + 2) == 0xbd:
        replaced += 1
      default: others += 1
      }
      index += length
    }
    if replaced >= fewest { return .replacedLetters }
    return latin >= 4 * fewest && others == 0 ? .encodedAgain : nil
  }

  /// What it is, and what to do, in a clause.
  public var words: String {
    switch self {
    case .gitLFSPointer(let size):
      "a Git LFS pointer" + (size.map { " to a file of \($0) bytes" } ?? "")
        + ", which `git lfs pull` brings"
    case .packed(let program): "packed by \(program), and to be unpacked first"
    case .document(let kind): "a file of \(kind)"
    case .other(let kind): kind
    case .changedLineEnds(let count):
      "bytes whose line ends were changed by a transfer for text: each 0a stands behind a 0d (\(count) of "
        + "\(count)); `LC_ALL=C sed 's/\\r$//'` takes these out again, byte for byte"
    case .encodedAgain:
      "bytes that a transfer took for letters: each above 7f became two; `iconv -f UTF-8 -t ISO-8859-1` makes "
        + "them one again"
    case .replacedLetters:
      "bytes that a transfer took for letters: those that are none were replaced, and are lost; bring a copy"
    case .utf16: "text of two bytes a letter (UTF-16)"
    case .zeros(let count): "nothing but zeros, \(count) of them; bring a copy"
    case .text: "plain text"
    }
  }
}

extension FileError {
  /// How far from its begin a file is wrong where its first bytes are those of something else.
  private static let headOfFile = 8

  /// What the file is, where it is wrong from its first byte on and looks like something else, and what a transfer did
  /// to it, wherever it is wrong; nil elsewhere.
  public var nature: FileNature? {
    guard case .damaged(let path, let error) = self, !error.section.isFolder,
      let file = try? MappedFile(path: path)
    else { return nil }
    if error.section == .meta { return FileNature(file)?.unlessText }
    guard error.offset >= Self.headOfFile else {
      let nature = FileNature(file)
      // Of a file of its own kind only the version is another.
      if case .unsupportedVersion = error.problem, case .other = nature { return nil }
      return nature
    }
    return FileNature(transferOf: file.bytes)
  }
}

extension FileNature {
  /// True for a file that is what its name says, and was damaged.
  var isDamage: Bool {
    switch self {
    case .zeros, .changedLineEnds, .encodedAgain, .replacedLetters: true
    case .gitLFSPointer, .packed, .document, .other, .utf16, .text: false
    }
  }

  /// Nil for what a text may be.
  fileprivate var unlessText: FileNature? {
    switch self {
    case .text, .document("JSON"), .changedLineEnds, .encodedAgain: nil
    default: self
    }
  }
}
