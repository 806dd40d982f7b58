internal import TSDBFormat

/// Exhibits out of the index of a block.
extension Exhibit {
  static func index(
    _ address: Address, _ file: MappedFile, limit: Int
  ) throws -> Exhibit {
    let view = IndexView(index: try IndexFile(path: file.path), file: file, limit: limit)
    switch address.place {
    case .whole: return view.whole
    case .offset(let offset):
      guard let place = view.place(at: offset) else { break }
      return view.exhibit(of: place)
    case .section(let section): return try view.section(section, address)
    case .symbol(let number): return try view.symbol(number, address)
    case .series(let reference): return try view.series(reference, address)
    case .postings(let label): return try view.postings(of: label, address)
    case .page, .chunk, .ref, .selector: break
    }
    throw AddressError(
      text: "\(address)",
      why: "an index has bytes, sections, symbols, series and postings, as in :0, #toc, #symbol/0")
  }
}

/// An index, and how much of each structure is shown.
private struct IndexView {
  let index: IndexFile
  let file: MappedFile
  let limit: Int

  func place(at offset: Int) -> IndexPlace? {
    IndexPlace(
      at: offset, of: file.bytes, header: index.header, contents: index.contents,
      symbols: index.symbols)
  }

  private func address(_ place: Address.Place) -> Address { Address(path: file.path, place) }

  /// Header, table of contents, and where everything is.
  var whole: Exhibit {
    var exhibit = Exhibit("index", at: address(.whole))
    exhibit.facts = [
      .init("bytes", .unsigned(UInt64(file.size))),
      .init("symbols", .unsigned(UInt64(index.symbols.count))),
    ]
    exhibit.add(.init("header", .file(file), .indexHeader(of: file.bytes)))
    if file.size >= IndexHeader.byteCount + IndexTOC.byteCount {
      exhibit.add(.init("table of contents", .file(file), .indexTOC(of: file.bytes)))
    }
    for problem in index.damage { exhibit.add(problem) }
    return exhibit
  }

  func exhibit(of place: IndexPlace) -> Exhibit {
    let bytes = file.bytes
    switch place {
    case .header: return one("index header", 0, .indexHeader(of: bytes))
    case .contents:
      let start = max(file.size &- IndexTOC.byteCount, 0)
      return one("table of contents", start, .indexTOC(of: bytes))
    case .symbols(let start):
      return one("symbol table", start, .symbols(of: bytes, at: start, limit: limit))
    case .series(let start): return series(at: start)
    case .labelIndex(let start):
      return one(
        "label index", start,
        .labelIndex(of: bytes, at: start, symbols: index.symbols, limit: limit))
    case .labelOffsetTable(let start):
      return one(
        "label offset table", start, .labelOffsetTable(of: bytes, at: start, limit: limit))
    case .postings(let start):
      return one("postings", start, .postings(of: bytes, at: start, limit: limit))
    case .postingsOffsetTable(let start):
      return one(
        "postings offset table", start, .postingsOffsetTable(of: bytes, at: start, limit: limit))
    case .padding(let range):
      return one("padding", range.lowerBound, .padding(range))
    }
  }

  /// An exhibit of one part.
  private func one(_ kind: String, _ start: Int, _ annotation: Annotation) -> Exhibit {
    var exhibit = Exhibit(kind, at: address(.offset(start)))
    exhibit.add(.init(kind, .file(file), annotation))
    return exhibit
  }

  /// The end of the series section, as far as it is known.
  private var seriesEnd: Int { index.contents?.labelIndices ?? file.size }

  private func series(at start: Int) -> Exhibit {
    let annotation = Annotation.series(
      of: file.bytes, at: start, header: index.header, symbols: index.symbols,
      sectionEnd: seriesEnd, limit: limit)
    var exhibit = one("series", start, annotation)
    let reference = index.header.usesByteOffsets ? start : start / 16
    exhibit.facts = [.init("reference", .unsigned(UInt64(reference)))]
    for field in annotation.fields {
      switch field.value {
      case .labels(let labels): exhibit.facts.append(.init("labels", .labels(labels)))
      case .chunk(let place) where !field.isLeaf:
        exhibit.facts.append(.init("chunk", .chunk(place)))
      default: break
      }
    }
    return exhibit
  }

  func section(_ section: Address.Section, _ address: Address) throws(AddressError) -> Exhibit {
    if section == .header { return exhibit(of: .header) }
    if section == .toc { return exhibit(of: .contents) }
    if section == .symbols {
      return exhibit(of: .symbols(at: index.contents?.symbols ?? IndexHeader.byteCount))
    }
    if section == .series { return firstSeries(address) }
    guard let contents = index.contents else {
      throw AddressError(
        text: "\(address)", why: "the table of contents is damaged, and nothing else says where")
    }
    switch section {
    case .postings: return exhibit(of: .postings(at: (contents.postings &+ 3) & ~3))
    case .postingsTable:
      return exhibit(of: .postingsOffsetTable(at: contents.postingsOffsetTable))
    case .labelIndices where contents.hasLabelIndices:
      return exhibit(of: .labelIndex(at: (contents.labelIndices &+ 3) & ~3))
    case .labelIndexTable where contents.hasLabelIndices:
      return exhibit(of: .labelOffsetTable(at: contents.labelOffsetTable))
    default:
      throw AddressError(
        text: "\(address)", why: "this index has none (servers write none since 3.7)")
    }
  }

  /// The series at the begin of their section, as far as the limit goes.
  private func firstSeries(_ address: Address) -> Exhibit {
    var exhibit = Exhibit("series section", at: address)
    var sequence = index.series()
    reading: while sequence.next() {
      for series in sequence.batch.series {
        guard exhibit.leafCount < limit else { break reading }
        let start = index.header.usesByteOffsets ? series.reference : series.reference &* 16
        let annotation = Annotation.series(
          of: file.bytes, at: Int(clamping: start), header: index.header, symbols: index.symbols,
          sectionEnd: seriesEnd, limit: limit)
        exhibit.add(.init("series \(series.reference)", .file(file), annotation))
      }
    }
    for problem in sequence.damage { exhibit.add(problem) }
    return exhibit
  }

  func symbol(_ number: UInt64, _ address: Address) throws(AddressError) -> Exhibit {
    guard number < UInt64(index.symbols.count) else {
      throw AddressError(
        text: "\(address)", why: "the index has \(index.symbols.count) symbols")
    }
    var exhibit = Exhibit("symbol", at: address)
    exhibit.facts = [.init("symbol", .text(index.symbol(Int(truncatingIfNeeded: number))))]
    let annotation = Annotation.symbols(
      of: file.bytes, at: index.contents?.symbols ?? IndexHeader.byteCount,
      only: Int(truncatingIfNeeded: number))
    exhibit.add(.init("symbol table", .file(file), annotation))
    return exhibit
  }

  func series(_ reference: UInt64, _ address: Address) throws(AddressError) -> Exhibit {
    let (start, isTooLarge) = reference.multipliedReportingOverflow(
      by: index.header.usesByteOffsets ? 1 : 16)
    guard !isTooLarge, start < UInt64(file.size) else {
      throw AddressError(text: "\(address)", why: "it lies behind the end of the index")
    }
    return series(at: Int(truncatingIfNeeded: start))
  }

  func postings(of label: Label, _ address: Address) throws -> Exhibit {
    guard let contents = index.contents else {
      throw AddressError(text: "\(address)", why: "the table of contents is damaged")
    }
    guard
      let start = try file.decode({ () throws(DecodeError) in
        try Self.find(label, in: file.bytes, at: contents.postingsOffsetTable)
      })
    else {
      throw AddressError(text: "\(address)", why: "no series has this label")
    }
    var exhibit = exhibit(of: .postings(at: start))
    exhibit.facts.append(.init("label", .label(label)))
    return exhibit
  }

  private static func find(
    _ label: Label, in file: RawSpan, at offset: Int
  ) throws(DecodeError) -> Int? {
    var table = try PostingsOffsetTable(of: file, at: offset)
    while let entry = try table.next() {
      if entry.name.isEqual(to: label.name.rawBytes), entry.value.isEqual(to: label.value.rawBytes)
      {
        return Int(clamping: entry.postings)
      }
    }
    return nil
  }
}
