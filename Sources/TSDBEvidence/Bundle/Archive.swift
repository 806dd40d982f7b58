internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// A folder as one file: tar (POSIX.1-1988 ustar, with pax headers for names that do not fit), packed.
/// Owners, modes and times are the same for all files, so that the same folder gives the same bytes.
struct Archive {
  /// How it is packed, as the end of the file's name says.
  enum Compression: String, CaseIterable {
    case zstd = ".tar.zst"
    case gzip = ".tar.gz"

    /// What the name `path` asks for.
    init(of path: String) throws(PlacementFailure) {
      guard let found = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
        throw .unknownArchive(path)
      }
      self = found
    }
  }

  private static let block = 512
  private let path: String
  private let root: String
  private let compression: Compression

  /// The file `path`, in which all paths begin with `root`.
  init(_ path: String, root: String, compression: Compression) {
    self.path = path
    self.root = root
    self.compression = compression
  }

  /// Packs all that is in `folder`; `check` is called now and then, and may throw.
  func write(_ folder: String, _ operations: FileOperations, check: () throws -> Void) throws {
    let sink = try FileSink(path, operations)
    let packer = try Packer(compression, path)
    try add(folder, root, packer, sink, check)
    // Two empty blocks end an archive.
    try packer.add([UInt8](repeating: 0, count: 2 * Self.block), to: sink)
    try packer.finish(to: sink)
    try sink.finish()
  }

  private func add(
    _ folder: String, _ name: String, _ packer: Packer, _ sink: FileSink, _ check: () throws -> Void
  ) throws {
    try packer.add(Self.header(name + "/", size: 0, type: "5"), to: sink)
    for entry in try FolderListing.entries(of: folder) {
      try check()
      let inner = name + "/" + entry.name
      if entry.isDirectory {
        try add(entry.path, inner, packer, sink, check)
        continue
      }
      let file = try MappedFile(path: entry.path)
      file.willReadSequentially()
      try packer.add(Self.header(inner, size: file.size, type: "0"), to: sink)
      var start = 0
      while start < file.size {
        let end = min(start + 1 << 20, file.size)
        try packer.add([UInt8](file.bytes.extracting(start..<end)), to: sink)
        file.release(start..<end)
        start = end
        try check()
      }
      let rest = file.size % Self.block
      if rest > 0 { try packer.add([UInt8](repeating: 0, count: Self.block - rest), to: sink) }
    }
  }

  /// The header of a file, with one before it that has the whole name where it does not fit.
  static func header(_ name: String, size: Int, type: Character) -> [UInt8] {
    let bytes = Array(name.utf8)
    guard bytes.count > 100 || size >= 1 << 33 else { return plain(bytes, size, type) }
    var record = pax("path", name)
    if size >= 1 << 33 { record += pax("size", String(size)) }
    var result = plain(Array("pax".utf8), record.count, "x") + record
    let rest = record.count % block
    if rest > 0 { result += [UInt8](repeating: 0, count: block - rest) }
    return result + plain(Array(bytes.suffix(100)), size < 1 << 33 ? size : 0, type)
  }

  /// A line of a pax header, which begins with its own length.
  private static func pax(_ key: String, _ value: String) -> [UInt8] {
    let rest = Array(" \(key)=\(value)\n".utf8)
    var length = rest.count + 1
    while String(length).utf8.count + rest.count != length { length += 1 }
    return Array(String(length).utf8) + rest
  }

  private static func plain(_ name: [UInt8], _ size: Int, _ type: Character) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, _ digits: Int) -> [UInt8] {
      let text = Array(String(number, radix: 8).utf8)
      return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, digits - text.count)) + text
    }
    put(name.prefix(100), at: 0)
    put(octal(type == "5" ? 0o755 : 0o644, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
    put(String(type).utf8, at: 156)
    put("ustar".utf8, at: 257)
    put("00".utf8, at: 263)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
    header[154] = 0
    return header
  }
}
