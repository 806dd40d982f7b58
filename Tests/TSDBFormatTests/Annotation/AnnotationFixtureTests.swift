import TSDBFormat
import TestSupport
import Testing

/// Every structure of the files of real servers: every byte in one field, no problems where the
/// directory is sound, and the samples that the decoders give.
@Suite struct AnnotationFixtureTests {
  /// All directories but one whose damaged block is what it is there for.
  static let all = ["sound", "damaged-base", "states"].flatMap {
    Fixture.all($0) + Fixture.allOfFullSet($0)
  }.filter { !$0.name.contains("damaged-child") }

  @Test(arguments: all) func `every byte of a block is in one field`(fixture: Fixture) throws {
    for block in try blocks(of: fixture) {
      try checkIndex(block + "/index")
      try checkChunks(block)
      if exists(block + "/tombstones") {
        let bytes = try readFile(block + "/tombstones")
        let annotation = Annotation.tombstones(of: bytes.rawBytes, limit: .max)
        #expect(AnnotationRules.violations(annotation, over: 0..<bytes.count) == [])
        #expect(annotation.problems == [])
      }
    }
  }

  private func blocks(of fixture: Fixture) throws -> [String] {
    try namesInFolder(fixture.data).filter { ULID($0) != nil }.map { fixture.file($0) }
  }

  private func checkIndex(_ path: String) throws {
    let bytes = try readFile(path)
    let file = bytes.rawBytes
    let header = try IndexHeader(of: file)
    let contents = try IndexTOC(of: file)
    let symbols = SymbolTable(of: file, at: contents.symbols)
    var annotations = [Annotation.indexHeader(of: file), .indexTOC(of: file)]
    var position = 5
    // From structure to structure, as they follow one another.
    while position < bytes.count - IndexTOC.byteCount {
      let found = IndexPlace(
        at: position, of: file, header: header, contents: contents, symbols: symbols)
      let place = try #require(found)
      let annotation: Annotation
      switch place {
      case .header, .contents:
        Issue.record("\(place) at \(position)")
        return
      case .padding(let range): annotation = .padding(range)
      case .symbols(let start): annotation = .symbols(of: file, at: start, limit: .max)
      case .series(let start):
        annotation = .series(
          of: file, at: start, header: header, symbols: symbols,
          sectionEnd: contents.labelIndices, limit: .max)
      case .labelIndex(let start):
        annotation = .labelIndex(of: file, at: start, symbols: symbols, limit: .max)
      case .labelOffsetTable(let start):
        annotation = .labelOffsetTable(of: file, at: start, limit: .max)
      case .postings(let start): annotation = .postings(of: file, at: start, limit: .max)
      case .postingsOffsetTable(let start):
        annotation = .postingsOffsetTable(of: file, at: start, limit: .max)
      }
      annotations.append(annotation)
      let end = (annotation.fields.last { $0.isLeaf }?.bits.upperBound ?? 0) / 8
      #expect(
        AnnotationRules.violations(annotation, over: position..<end) == [], "\(path) \(place)")
      guard end > position else {
        Issue.record("nothing at \(position) of \(path)")
        return
      }
      position = end
    }
    #expect(position == bytes.count - IndexTOC.byteCount, "\(path)")
    #expect(annotations.flatMap(\.problems) == [], "\(path)")
  }

  private func checkChunks(_ block: String) throws {
    for name in try namesInFolder(block + "/chunks") {
      let bytes = try readFile(block + "/chunks/" + name)
      let header = Annotation.chunkSegmentHeader(of: bytes.rawBytes)
      #expect(AnnotationRules.violations(header, over: 0..<8) == [])
      var position = 8
      while position < bytes.count {
        let chunk = try Chunk(of: bytes.rawBytes, at: position)
        let annotation = Annotation.chunk(of: bytes.rawBytes, at: position, limit: .max)
        let place = Comment(rawValue: "\(block) \(name) \(position)")
        #expect(AnnotationRules.violations(annotation, over: position..<chunk.end) == [], place)
        #expect(annotation.problems == [], place)
        try expectSamples(annotation, chunk.data, chunk.encoding, at: chunk.offset)
        position = chunk.end
      }
    }
  }

  @Test(arguments: all) func `every byte of a head chunk is in one field`(
    fixture: Fixture
  ) throws {
    for name in (try? namesInFolder(fixture.file("chunks_head"))) ?? [] {
      let bytes = try readFile(fixture.file("chunks_head/" + name))
      guard !bytes.isEmpty else { continue }
      var file = try HeadChunkFile(bytes.rawBytes)
      while case .chunk(let chunk)? = file.next() {
        let annotation = Annotation.headChunk(
          of: bytes.rawBytes, at: chunk.offset, limit: .max)
        let end = chunk.dataOffset + chunk.dataSize + 4
        #expect(AnnotationRules.violations(annotation, over: chunk.offset..<end) == [])
        #expect(annotation.problems == [])
        let data = bytes.rawBytes.extracting(
          chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
        try expectSamples(annotation, data, chunk.encoding, at: chunk.dataOffset)
      }
    }
  }

  private func expectSamples(
    _ annotation: Annotation, _ data: RawSpan, _ encoding: ChunkEncoding, at offset: Int
  ) throws {
    var batch = SampleBatch()
    try batch.decode(data, encoding, at: offset)
    let found = annotation.fields.compactMap { field -> (Int64, UInt64?)? in
      guard case .sample(_, let time, let bits) = field.value else { return nil }
      return (time, bits)
    }
    #expect(found.map(\.0) == batch.times)
    if encoding.kind == .float { #expect(found.map(\.1) == batch.values) }
    let starts = annotation.fields.filter { $0.name == "start time" }.map(\.value)
    if batch.startTimes.isEmpty {
      // A chunk may store that no start is known.
      #expect(starts.allSatisfy { $0 == .time(0) })
    } else {
      #expect(starts.last == batch.startTimes.last.map { .time($0) })
    }
  }

  @Test(arguments: all) func `every byte of a log is in one field`(fixture: Fixture) throws {
    for segment in try segments(of: fixture.data) {
      let bytes = try readFile(segment)
      let isSnapshot = segment.contains("/chunk_snapshot.")
      var batch = RecordBatch()
      var reader = SegmentReader(bytes.rawBytes)
      reader.read(into: &batch)
      for entry in batch.entries {
        let fragments = Annotation.fragments(
          of: bytes.rawBytes, in: entry.offset..<entry.end, limit: .max)
        let place = Comment(rawValue: "\(segment) \(entry.offset)")
        #expect(AnnotationRules.violations(fragments, over: entry.offset..<entry.end) == [], place)
        #expect(fragments.problems == [], place)
        try expectRecord(batch.payload(of: entry), at: entry.offset, isSnapshot, place)
      }
      for page in 0..<(bytes.count + 32767) / 32768 {
        let annotation = Annotation.page(page, of: bytes.rawBytes, limit: .max)
        let range = page * 32768..<min(page * 32768 + 32768, bytes.count)
        #expect(AnnotationRules.violations(annotation, over: range) == [])
      }
    }
  }

  private func segments(of folder: String) throws -> [String] {
    try namesInFolder(folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if isDirectory(path) {
        let isLog = ["wal", "wbl"].contains(name) || name.contains(".0")
        return isLog ? try segments(of: path) : []
      }
      return Int(name) == nil ? [] : [path]
    }
  }

  private func expectRecord(
    _ payload: RawSpan, at offset: Int, _ isSnapshot: Bool, _ place: Comment
  ) throws {
    if isSnapshot {
      let annotation = Annotation.snapshotRecord(payload, at: offset, limit: .max)
      #expect(AnnotationRules.violations(annotation, over: 0..<payload.byteCount) == [], place)
      #expect(annotation.problems == [], place)
      return
    }
    let annotation = Annotation.record(payload, at: offset, limit: .max)
    #expect(AnnotationRules.violations(annotation, over: 0..<payload.byteCount) == [], place)
    guard let decoded = try? DecodedRecord(payload: payload, at: offset) else {
      #expect(annotation.problems.count == 1, place)
      return
    }
    #expect(annotation.problems == [], place)
    let samples = annotation.fields.compactMap { field -> DecodedRecord.Sample? in
      guard case .sample(let ref?, let time, let bits) = field.value else { return nil }
      return .init(ref: ref, time: time, value: bits ?? 0)
    }
    switch decoded {
    case .samples(let expected):
      let expected = expected.map {
        DecodedRecord.Sample(ref: $0.ref, time: $0.time, value: $0.value)
      }
      #expect(samples == expected, place)
    case .histograms(let expected):
      #expect(samples.map(\.ref) == expected.map(\.ref), place)
      #expect(samples.map(\.time) == expected.map(\.time), place)
    case .series(let expected):
      let labels = annotation.fields.filter { $0.name == "series" }.map(\.value)
      #expect(labels == expected.map { .labels($0.labels) }, place)
    default: break
    }
  }
}
