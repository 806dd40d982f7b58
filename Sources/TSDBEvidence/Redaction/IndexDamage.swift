internal import TSDBCheck
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Damages an index that was written anew where the one before was damaged: one byte for each rule.
enum IndexDamage {
  /// Damages the index at `path`; gives the rules for which that cannot be done.
  static func reproduce(
    _ rules: [String], at path: String, _ operations: FileOperations
  ) throws(FileError) -> [String] {
    let index = try IndexFile(path: path)
    var places: [Int] = []
    var rest: [String] = []
    for rule in rules {
      if let place = place(of: rule, in: index) { places.append(place) } else { rest.append(rule) }
    }
    guard !places.isEmpty else { return rest }
    // Files are only ever appended to, so the damaged one is another.
    let sound = path + Placement.suffix
    try operations.rename(path, to: sound)
    let sink = try FileSink(path, operations)
    var start = 0
    for place in places.sorted() + [index.file.size] {
      try sink.write(index.file.bytes.extracting(start..<place))
      guard place < index.file.size else { break }
      try sink.write([index.file.bytes.byte(at: place) ^ 0xff].rawBytes)
      start = place + 1
    }
    try sink.finish()
    try operations.removeFile(sound)
    return rest
  }

  /// A byte that makes a reader find `rule` if it is another; nil where a byte does not do.
  private static func place(of rule: String, in index: IndexFile) -> Int? {
    guard let contents = index.contents, index.file.size > 0 else { return nil }
    switch rule {
    case Rule(.indexHeader, .magic).id: return 0
    case Rule(.indexHeader, .version).id: return IndexHeader.byteCount - 1
    case Rule(.indexTOC, .checksum).id: return index.file.size - 1
    case Rule(.indexPostings, .checksum).id:
      return end(ofSectionAt: aligned(contents.postings), index)
    case Rule(.indexPostingsOffsetTable, .checksum).id:
      return end(ofSectionAt: contents.postingsOffsetTable, index)
    case Rule(.indexLabelIndex, .checksum).id where contents.hasLabelIndices:
      return end(ofSectionAt: aligned(contents.labelIndices), index)
    case Rule(.indexLabelOffsetTable, .checksum).id where contents.hasLabelIndices:
      return end(ofSectionAt: contents.labelOffsetTable, index)
    default: return nil
    }
  }

  /// Lists begin at multiples of four bytes.
  private static func aligned(_ offset: Int) -> Int { (offset &+ 3) & ~3 }

  /// The last byte of a section, which begins with its length and ends with its checksum.
  private static func end(ofSectionAt offset: Int, _ index: IndexFile) -> Int? {
    guard offset >= 0, offset < index.file.size else { return nil }
    var cursor = ByteCursor(
      index.file.bytes.extracting(offset..<index.file.size), at: offset, in: .indexPostings)
    guard let length = try? cursor.uint32(), (try? cursor.skip(Int(length) + 4)) != nil else {
      return nil
    }
    return cursor.offset - 1
  }
}
