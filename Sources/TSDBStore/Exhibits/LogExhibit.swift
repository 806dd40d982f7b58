internal import TSDBFormat

/// Exhibits out of segments of a log: records, pages, all of it.
extension Exhibit {
  static func log(
    _ address: Address, _ file: MappedFile, isSnapshot: Bool, limit: Int
  ) throws(AddressError) -> Exhibit {
    switch address.place {
    case .whole: return segment(file, isSnapshot: isSnapshot, limit: limit)
    case .page(let number): return try page(number, address, file, limit: limit)
    case .offset(let offset):
      guard let place = SegmentPlace(at: offset, of: file.bytes, holes: file.holes) else { break }
      return self.place(place, file, isSnapshot: isSnapshot, limit: limit)
    default: break
    }
    throw AddressError(
      text: "\(address)", why: "a segment has bytes and pages, as in :0 and #page0")
  }

  /// All records, as far as the limit goes, each by its offset.
  private static func segment(_ file: MappedFile, isSnapshot: Bool, limit: Int) -> Exhibit {
    var exhibit = Exhibit("segment", at: Address(path: file.path, .whole))
    let pages = (file.size &+ Fragment.pageSize &- 1) / Fragment.pageSize
    exhibit.facts = [
      Fact("bytes", .unsigned(UInt64(file.size))),
      file.isOldSegment
        ? Fact("format", words: "of Prometheus 2.0 to 2.3, without pages")
        : Fact("pages", .unsigned(UInt64(pages))),
    ]
    var batch = RecordBatch()
    var pass = SegmentPass(file)
    while pass.next(into: &batch) != nil {
      for entry in batch.entries {
        guard exhibit.facts.count < limit &+ 2 else {
          exhibit.facts.append(Fact("more", words: "not shown"))
          for damage in batch.damage where damage.error.offset < entry.offset {
            exhibit.add(damage.error)
          }
          return exhibit
        }
        exhibit.facts.append(
          Fact("record at \(entry.offset)", words: words(entry, batch, isSnapshot)))
      }
      for damage in batch.damage { exhibit.add(damage.error) }
    }
    return exhibit
  }

  private static func words(
    _ entry: RecordBatch.Entry, _ batch: RecordBatch, _ isSnapshot: Bool
  ) -> String {
    let compression = entry.compression == .none ? "" : ", \(entry.compression.rawValue)"
    let type = typeName(batch.payload(of: entry), isSnapshot)
    return "\(type)\(compression), \(entry.byteCount) bytes"
  }

  private static func typeName(_ payload: RawSpan, _ isSnapshot: Bool) -> String {
    guard payload.byteCount > 0 else { return "empty" }
    let code = payload.byte(at: 0)
    if isSnapshot { return SnapshotRecord.RecordKind(rawValue: code)?.name ?? "unknown (\(code))" }
    let type = RecordType(code: code)
    if case .unknown = type { return "unknown (\(code))" }
    return type.name
  }

  private static func page(
    _ number: Int, _ address: Address, _ file: MappedFile, limit: Int
  ) throws(AddressError) -> Exhibit {
    guard !file.isOldSegment else {
      throw AddressError(
        text: "\(address)", why: "a segment of Prometheus 2.0 to 2.3 has no pages; give a byte: :8")
    }
    let (start, isTooLarge) = number.multipliedReportingOverflow(by: Fragment.pageSize)
    guard !isTooLarge, start < file.size else {
      throw AddressError(
        text: "\(address)",
        why: "the segment has \((file.size &+ Fragment.pageSize &- 1) / Fragment.pageSize) pages")
    }
    var exhibit = Exhibit("page", at: address)
    exhibit.add(Part("page", .file(file), .page(number, of: file.bytes, limit: limit)))
    return exhibit
  }

  private static func place(
    _ place: SegmentPlace, _ file: MappedFile, isSnapshot: Bool, limit: Int
  ) -> Exhibit {
    switch place.content {
    case .record(let entry):
      return record(entry, place.batch, file, isSnapshot: isSnapshot, limit: limit)
    case .damage(let damage):
      let start = min(damage.lost.lowerBound, damage.error.offset)
      var exhibit = Exhibit("damaged stretch", at: Address(path: file.path, .offset(start)))
      exhibit.facts = [Fact("lost bytes", .unsigned(UInt64(damage.lost.count)))]
      exhibit.add(damage.error)
      let end = max(damage.lost.upperBound, min(damage.error.offset &+ 1, file.size))
      exhibit.add(
        Part("fragments", .file(file), .fragments(of: file.bytes, in: start..<end, limit: limit)))
      return exhibit
    case .padding(let range):
      var exhibit = Exhibit(
        "padding", at: Address(path: file.path, .offset(range.lowerBound)))
      exhibit.add(
        Part("padding", .file(file), .fragments(of: file.bytes, in: range, limit: limit)))
      return exhibit
    }
  }

  private static func record(
    _ entry: RecordBatch.Entry, _ batch: RecordBatch, _ file: MappedFile, isSnapshot: Bool,
    limit: Int
  ) -> Exhibit {
    var exhibit = Exhibit("record", at: Address(path: file.path, .offset(entry.offset)))
    let payload = batch.payload(of: entry)
    let fragments = Annotation.fragments(
      of: file.bytes, in: entry.offset..<entry.end, limit: limit)
    let count = fragments.fields.count { $0.name == "fragment" || $0.name == "entry" }
    exhibit.facts = [
      Fact("type", words: typeName(payload, isSnapshot)),
      Fact("compression", words: entry.compression.rawValue),
      Fact("fragments", .unsigned(UInt64(count))),
      Fact("bytes on disk", .unsigned(UInt64(entry.end &- entry.offset))),
      Fact("plain bytes", .unsigned(UInt64(entry.byteCount))),
    ]
    exhibit.add(Part(file.isOldSegment ? "entry" : "fragments", .file(file), fragments))
    let annotation =
      isSnapshot
      ? Annotation.snapshotRecord(payload, at: entry.offset, limit: limit)
      : Annotation.record(payload, at: entry.offset, limit: limit)
    exhibit.add(Part("record", .record([UInt8](payload)), annotation))
    return exhibit
  }
}
