import TSDBFormat
import TestSupport
import Testing

/// Cut and spoilt bytes: no trap, and the rules of annotations hold.
@Suite struct AnnotationSweepTests {
  /// A structure, and what walks over it.
  struct Subject: Sendable, CustomStringConvertible {
    let description: String
    let bytes: @Sendable () throws -> [UInt8]
    let walk: @Sendable (RawSpan) -> Annotation
    /// True if the walk covers all bytes, whatever they say.
    var isWhole = false
  }

  static let files: [Subject] = [
    Subject(description: "index header", bytes: ExampleBlock.index, walk: Annotation.indexHeader),
    Subject(description: "table of contents", bytes: ExampleBlock.index, walk: Annotation.indexTOC),
    Subject(description: "symbols", bytes: ExampleBlock.index) {
      .symbols(of: $0, at: 5, limit: 50)
    },
    Subject(description: "series", bytes: { Array(try ExampleBlock.index()[..<600]) }) { file in
      .series(
        of: file, at: 416, header: IndexHeader(assuming: 2),
        symbols: SymbolTable(of: file, at: 5), sectionEnd: file.byteCount, limit: 50)
    },
    Subject(description: "series of version 1", bytes: ExampleBlock.index) { file in
      .series(
        of: file, at: 416, header: IndexHeader(assuming: 1),
        symbols: SymbolTable(of: file, at: 5), sectionEnd: file.byteCount, limit: 50)
    },
    Subject(description: "postings", bytes: ExampleBlock.index) {
      .postings(of: $0, at: 700, limit: 50)
    },
    Subject(
      description: "tombstones", bytes: tombstones, walk: { .tombstones(of: $0, limit: 50) },
      isWhole: true),
    Subject(description: "chunk", bytes: { Array(try ExampleBlock.chunks().prefix(200)) }) {
      .chunk(of: $0, at: 8, limit: 100)
    },
    Subject(
      description: "text", bytes: { Array("{\n \"a\": 1\n}".utf8) },
      walk: { .lines(of: $0, limit: 2) }, isWhole: true),
    Subject(
      description: "fragments",
      bytes: { WALBuilder([[1, 2, 3], Array(repeating: 7, count: 90)]).bytes },
      walk: { .fragments(of: $0, in: 0..<$0.byteCount, limit: 50) }, isWhole: true),
  ]

  private static func tombstones() throws -> [UInt8] {
    let fixture = Fixture("damaged-base/main")
    return try readFile(fixture.file("01M7XPVH3PN49ESJ7YTJHY4RM5/tombstones"))
  }

  @Test(arguments: files) func `cut bytes give fields up to their end`(subject: Subject) throws {
    let bytes = try subject.bytes()
    for count in 0..<bytes.count { try check(subject, Array(bytes[..<count])) }
  }

  @Test(arguments: files) func `spoilt bytes give fields inside the bytes`(
    subject: Subject
  ) throws {
    let bytes = try subject.bytes()
    for offset in bytes.indices {
      for bit in 0..<8 {
        var spoilt = bytes
        spoilt.flip(at: offset, bit: bit)
        try check(subject, spoilt)
      }
    }
  }

  private func check(_ subject: Subject, _ bytes: [UInt8]) throws {
    let annotation = subject.walk(bytes.rawBytes)
    let start = (annotation.fields.first?.bits.lowerBound ?? 0) / 8
    let violations =
      subject.isWhole
      ? AnnotationRules.violations(annotation, over: 0..<bytes.count)
      : AnnotationRules.violations(annotation, from: start, atMost: bytes.count)
    #expect(violations == [], "\(subject) of \(bytes.count) bytes")
  }

  /// One record of each type of the log and of chunk snapshots, no longer than 700 bytes.
  static let records: [(isSnapshot: Bool, payload: [UInt8])] = {
    var found: [UInt16: (isSnapshot: Bool, payload: [UInt8])] = [:]
    for name in ["snapshot-3.14", "st-zstd-3.14", "nh-3.5", "ooo-3.5"] {
      let data = Fixture("sound/" + name).data
      for folder in (try? namesInFolder(data)) ?? [] {
        let isSnapshot = folder.hasPrefix("chunk_snapshot.")
        guard isSnapshot || folder == "wal" || folder == "wbl" else { continue }
        for file in (try? namesInFolder(data + "/" + folder)) ?? [] where Int(file) != nil {
          guard let bytes = try? readFile(data + "/" + folder + "/" + file) else { continue }
          var batch = RecordBatch()
          var reader = SegmentReader(bytes.rawBytes)
          reader.read(into: &batch)
          for entry in batch.entries where (1...700).contains(entry.byteCount) {
            let payload = [UInt8](batch.payload(of: entry))
            let key = UInt16(payload[0]) | (isSnapshot ? 0x100 : 0)
            if payload.count > found[key]?.payload.count ?? 0 { found[key] = (isSnapshot, payload) }
          }
        }
      }
    }
    return found.keys.sorted().compactMap { found[$0] }
  }()

  @Test func `there are records of many types`() {
    #expect(Self.records.count >= 9, "\(Self.records.map { ($0.isSnapshot, $0.payload[0]) })")
  }

  @Test(arguments: records.indices) func `records of every type survive`(index: Int) {
    let (isSnapshot, payload) = Self.records[index]
    func check(_ bytes: [UInt8]) {
      let annotation =
        isSnapshot
        ? Annotation.snapshotRecord(bytes.rawBytes, at: 77, limit: 60)
        : Annotation.record(bytes.rawBytes, at: 77, limit: 60)
      #expect(AnnotationRules.violations(annotation, over: 0..<bytes.count) == [])
      for problem in annotation.problems {
        #expect(problem.offset == 77)
        #expect(0...bytes.count ~= problem.inner ?? -1)
      }
    }
    for count in payload.indices { check(Array(payload[..<count])) }
    for offset in payload.indices {
      for bit in 0..<8 {
        var spoilt = payload
        spoilt.flip(at: offset, bit: bit)
        check(spoilt)
      }
    }
  }

  /// Data of a chunk of each encoding, as short as there is.
  static let chunks: [(encoding: ChunkEncoding, data: [UInt8])] = {
    var found: [UInt8: [UInt8]] = [:]
    for name in ["snapshot-3.14", "st-zstd-3.14", "nh-3.5"] {
      let folder = Fixture("sound/" + name).file("chunks_head")
      for file in (try? namesInFolder(folder)) ?? [] {
        guard let bytes = try? readFile(folder + "/" + file),
          var reader = try? HeadChunkFile(bytes.rawBytes)
        else { continue }
        while case .chunk(let chunk)? = reader.next() {
          let data = Array(bytes[chunk.dataOffset..<chunk.dataOffset + chunk.dataSize])
          let code = chunk.encoding.code
          if data.count < found[code]?.count ?? .max { found[code] = data }
        }
      }
    }
    return found.keys.sorted().map { (ChunkEncoding(code: $0), found[$0] ?? []) }
  }()

  @Test func `there are chunks of several encodings`() {
    #expect(Self.chunks.count >= 3, "\(Self.chunks.map(\.encoding))")
  }

  @Test(arguments: chunks.indices) func `chunks of every encoding survive`(index: Int) {
    let (encoding, data) = Self.chunks[index]
    func check(_ data: [UInt8]) {
      // A chunk of a block around it: its length, its encoding, a checksum that need not be true.
      let bytes =
        uvarintBytes(UInt64(data.count)) + [encoding.code] + data + [0, 0, 0, 0]
      let annotation = Annotation.chunk(of: bytes.rawBytes, at: 0, limit: 80)
      #expect(AnnotationRules.violations(annotation, over: 0..<bytes.count) == [])
    }
    for count in stride(from: 0, to: data.count, by: max(data.count / 300, 1)) {
      check(Array(data[..<count]))
    }
    for offset in stride(from: 0, to: data.count, by: max(data.count / 200, 1)) {
      for bit in 0..<8 {
        var spoilt = data
        spoilt.flip(at: offset, bit: bit)
        check(spoilt)
      }
    }
  }
}
