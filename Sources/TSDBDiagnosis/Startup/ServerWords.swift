internal import TSDBFormat
internal import TSDBStore

/// What a server says when it cannot open the files of a block or of `chunks_head`, in its own words.
struct ServerWords {
  /// The directory as it is here, and as the server calls it.
  let directory: String
  let storagePath: String
  /// The user that it runs as; nil for root, and where that does not count.
  var user: ServerUser?

  /// `path` as the server calls it.
  func name(_ path: String) -> String {
    guard path.hasPrefix(directory) else { return path }
    let rest = path.dropFirst(directory.count)
    return storagePath + (rest.hasPrefix("/") || rest.isEmpty ? "" : "/") + rest
  }

  /// Why a server does not open a block whose `meta.json` is sound (tsdb/block.go, `OpenBlock`): the
  /// chunk segments first, then the index, then the tombstones.
  func failure(of block: BlockFolder) -> String? {
    let folder = block.path + "/chunks"
    if let cause = obstacle(folder) { return "open \(name(folder)): \(cause)" }
    let isMissing = block.damage.contains { problem in
      if case .damaged(path: folder, _) = problem { true } else { false }
    }
    if block.chunks.isEmpty, isMissing {
      return "open \(name(folder)): no such file or directory"
    }
    if let cause = block.chunks.lazy.compactMap({ mapping($0.path, in: folder) }).first {
      return "mmap files: " + cause
    }
    if block.chunks.contains(where: \.isEmpty) {
      return "mmap files: mmap, size 0: invalid argument"
    }
    for (place, segment) in block.chunks.enumerated() {
      if let cause = chunks(segment.path, place) { return cause }
    }
    guard let index = block.index else {
      return "try lock file: open \(name(block.path + "/index")): no such file or directory"
    }
    if let cause = mapping(index.path) { return cause }
    if index.isEmptyFile { return "mmap, size 0: invalid argument" }
    if let cause = check(index.path, Self.index) { return cause }
    return block.tombstones.flatMap { failure(ofTombstones: $0) }
  }

  private func failure(ofTombstones file: FolderEntry) -> String? {
    // Without such a file nothing was deleted; a link that leads nowhere is taken for that.
    if file.kind == .brokenLink { return nil }
    if let cause = obstacle(file.path) { return "open \(name(file.path)): \(cause)" }
    if file.isDirectory { return "read \(name(file.path)): is a directory" }
    return file.isEmptyFile ? "tombstones header: invalid size" : check(file.path, Self.tombstones)
  }

  /// The system's word for why the server cannot open a file or list a folder; nil where it can, and
  /// where that cannot be seen from here.
  func obstacle(_ path: String, in folder: String? = nil) -> String? {
    guard let entry = try? FolderEntry(path: path) else { return nil }
    if entry.kind == .brokenLink { return systemMessage(entry.failureNumber).lowercased() }
    guard let user, let access = entry.access else { return nil }
    let around = folder.flatMap { (try? FolderEntry(path: $0))?.access }
    let isAllowed = user.mayRead(access) && around.map(user.mayEnter) ?? true
    return isAllowed ? nil : "permission denied"
  }

  /// Why the server cannot map a file that it opens with its own name as a lock (tsdb/fileutil/mmap.go).
  private func mapping(_ path: String, in folder: String? = nil) -> String? {
    if let cause = obstacle(path, in: folder) {
      return "try lock file: open \(name(path)): \(cause)"
    }
    let entry = try? FolderEntry(path: path)
    let isFolder = entry?.kind == .directory || entry?.kind == .linkToDirectory
    return isFolder ? "mmap, size 4096: no such device" : nil
  }

  private func chunks(_ path: String, _ place: Int) -> String? {
    check(path) { bytes in
      if bytes.byteCount < 8 { return "invalid segment header in segment \(place): invalid size" }
      return magic(bytes, 0x85bd_40dd) ?? version(bytes, "invalid chunk format version")
    }
  }

  /// What a file of `chunks_head` that is not the last one stops a server with
  /// (tsdb/chunks/head_chunks.go, `openMMapFiles`).
  func failure(ofHeadChunks path: String, isLast: Bool = false) -> String? {
    let folder = String(path.dropLast(path.split(separator: "/").last?.utf8.count ?? 0))
    if isLast {
      if let cause = obstacle(path, in: folder) {
        return "open file during last head chunk file repair: open \(name(path)): \(cause)"
      }
      if (try? FolderEntry(path: path))?.isDirectory == true {
        return "failed to read magic number during last head chunk file repair: read "
          + "\(name(path)): is a directory"
      }
    } else if let cause = mapping(path, in: folder) {
      return "mmap files, file: \(name(path)): \(cause)"
    }
    return check(path) { bytes in
      if bytes.byteCount < 8 {
        return "\(name(path)): invalid head chunk file header: invalid size"
      }
      let cause = magic(bytes, 0x0130_bc91) ?? version(bytes, "invalid chunk format version")
      return cause.map { "\(name(path)): \($0)" }
    }
  }

  /// True for a last file of `chunks_head` that a server removes before it looks at any
  /// (`repairLastChunkFile`).
  func isRemovedAtOpening(_ path: String) -> Bool {
    // One that cannot be read here may be one that the server can.
    guard let file = try? MappedFile(path: path) else { return false }
    return file.size < 4 || be32(file.bytes, 0) == 0
  }

  private func check(_ path: String, _ body: (RawSpan) -> String?) -> String? {
    do {
      let file = try MappedFile(path: path)
      return body(file.bytes)
    } catch {
      // What cannot be read here may be what the server can: the verdict is left open for it.
      return nil
    }
  }

  /// tsdb/index/index.go, `newReader`.
  private static func index(_ bytes: RawSpan) -> String? {
    if bytes.byteCount < 5 { return "index header: invalid size" }
    if let cause = magic(bytes, IndexHeader.magic) { return cause }
    let version = bytes.byte(at: 4)
    if !(1...3).contains(version) { return "unknown index file version \(version)" }
    if bytes.byteCount < IndexTOC.byteCount { return "read TOC: invalid size" }
    do throws(DecodeError) {
      let contents = try IndexTOC(of: bytes)
      if let damage = SymbolTable(of: bytes, at: contents.symbols).damage.first {
        return "read symbols: \(word(damage))"
      }
      do throws(DecodeError) {
        var table = try PostingsOffsetTable(of: bytes, at: contents.postingsOffsetTable)
        while try table.next() != nil {}
      } catch {
        return "read postings table: \(word(error))"
      }
      return nil
    } catch {
      // A place behind the end is met by whoever reads there: the symbols are first.
      if case .badChecksum = error.problem { return "read TOC: read TOC: invalid checksum" }
      return "read symbols: invalid size"
    }
  }

  /// tsdb/tombstones/tombstones.go, `ReadTombstones`.
  private static func tombstones(_ bytes: RawSpan) -> String? {
    if bytes.byteCount < 5 { return "tombstones header: invalid size" }
    if let cause = magic(bytes, TombstonesFile.magic) { return cause }
    let version = bytes.byte(at: 4)
    if version != 1 { return "invalid tombstone format \(String(version, radix: 16))" }
    do throws(DecodeError) {
      _ = try TombstonesFile(of: bytes)
      return nil
    } catch {
      if case .badChecksum = error.problem { return "checksum did not match" }
      return "invalid size"
    }
  }
}

/// tsdb/encoding: there are two errors.
private func word(_ error: DecodeError) -> String {
  if case .badChecksum = error.problem { return "invalid checksum" }
  return "invalid size"
}

private func be32(_ bytes: RawSpan, _ start: Int) -> UInt32 {
  (0..<4).reduce(0) { $0 << 8 | UInt32(bytes.byte(at: start + $1)) }
}

private func magic(_ bytes: RawSpan, _ expected: UInt32) -> String? {
  let found = be32(bytes, 0)
  return found == expected ? nil : "invalid magic number \(String(found, radix: 16))"
}

private func version(_ bytes: RawSpan, _ words: String) -> String? {
  bytes.byte(at: 4) == 1 ? nil : "\(words) \(bytes.byte(at: 4))"
}
