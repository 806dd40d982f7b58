import Synchronization
import TSDBCheck
import TSDBFormat
import TSDBRepair
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct RedactedCopyTests {
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @discardableResult
  private func redact(
    _ path: String, _ labels: Evidence.Redaction = .all, _ kind: Pseudonyms = .plain
  ) throws -> RedactedCopy.Result {
    let redactor = try #require(
      Redactor(labels, key: Array("0123456789abcdef".utf8), pseudonyms: kind))
    var options = RedactedCopy.Options()
    options.replaces = true
    return try RedactedCopy(of: DataDirectory(path: path), redactor, options)
      .write(to: folder.path + "/copy")
  }

  private var copy: String { folder.path + "/copy" }

  /// Rules and files of what a check finds.
  private func found(_ path: String) async throws -> [String] {
    let directory = try DataDirectory(path: path)
    let check = await Check.run(directory, level: .standard, jobs: 1) { _ in }
    func all(_ findings: [Finding]) -> [Finding] {
      findings.flatMap { [$0] + all($0.consequences) }
    }
    return all(check.result.findings).map {
      "\($0.rule.id) \($0.path.dropFirst(path.utf8.count))"
    }.sorted()
  }

  // MARK: - Blocks

  /// The series of an index with their chunks, less the values of labels.
  private func series(_ index: IndexFile) -> [String: Int] {
    var result: [String: Int] = [:]
    var sequence = index.series(chunks: true)
    while sequence.next() {
      var (labels, chunks) = (0, 0)
      for one in sequence.batch.series {
        let names = sequence.batch.labels[labels..<one.labelsEnd].map {
          String(decoding: index.symbol(Int($0.name)), as: UTF8.self)
        }
        let places = sequence.batch.chunks[chunks..<one.chunksEnd]
        result["\(names) \(Array(places))", default: 0] += 1
        (labels, chunks) = (one.labelsEnd, one.chunksEnd)
      }
    }
    return result
  }

  /// Symbols that are a name, of a label or of a metric, and the value of a label besides: one before, and
  /// two after.
  private func symbolsThatStayAndLeave(_ index: IndexFile) -> Set<String> {
    var (stay, leave): (Set<String>, Set<String>) = ([], [])
    var sequence = index.series(chunks: false)
    while sequence.next() {
      for label in sequence.batch.labels {
        let name = String(decoding: index.symbol(Int(label.name)), as: UTF8.self)
        let value = String(decoding: index.symbol(Int(label.value)), as: UTF8.self)
        stay.insert(name)
        if name == "__name__" { stay.insert(value) } else { leave.insert(value) }
      }
    }
    return stay.intersection(leave)
  }

  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `blocks keep their series and chunks, in an order of their own`(fixture: Fixture)
    async throws
  {
    let directory = try DataDirectory(path: fixture.data)
    guard !directory.blocks.isEmpty else { return }
    let result = try redact(fixture.data)
    #expect(result.notReproduced == [])
    for block in directory.blocks {
      let before = try IndexFile(path: block.path + "/index")
      let after = try IndexFile(path: copy + "/" + block.name + "/index")
      #expect(series(after) == series(before), "\(block.name)")
      #expect(
        after.symbols.count == before.symbols.count + symbolsThatStayAndLeave(before).count,
        "\(block.name)")
    }
    #expect(
      try await found(copy).filter { !$0.hasPrefix("lock") }
        == found(fixture.data).filter { !$0.hasPrefix("lock") })
  }

  @Test func `deletions are of the same series as before`() throws {
    let fixture = try #require(
      (Fixture.all("sound") + Fixture.all("damaged-base") + Fixture.all("states")).first {
        fixture in
        (try? DataDirectory(path: fixture.data))?.blocks.contains {
          ((try? Block.readTombstones(path: $0.path + "/tombstones")) ?? []).count > 0
        } ?? false
      })
    try redact(fixture.data)
    for block in try DataDirectory(path: fixture.data).blocks {
      let new = copy + "/" + block.name
      let before = try deletions(block.path)
      #expect(try deletions(new) == before)
    }
  }

  /// Each deletion with the names of labels and the chunks of its series.
  private func deletions(_ block: String) throws -> [String] {
    let index = try IndexFile(path: block + "/index")
    var all: [UInt64: String] = [:]
    var sequence = index.series(chunks: true)
    while sequence.next() {
      var chunks = 0
      for one in sequence.batch.series {
        all[one.reference] = "\(Array(sequence.batch.chunks[chunks..<one.chunksEnd]))"
        chunks = one.chunksEnd
      }
    }
    return try Block.readTombstones(path: block + "/tombstones").map {
      "\(all[$0.series] ?? "?") \($0.minTime) \($0.maxTime)"
    }.sorted()
  }

  @Test func `an index whose series cannot be read becomes filler, and that is said`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/\(Self.block)/index") { $0.fill(5..<$0.count, with: 0x61) }
    let result = try redact(copy.data)
    #expect(result.notReproduced.map(\.path) == ["\(Self.block)/index"])
    let new = try readFile(self.copy + "/\(Self.block)/index")
    #expect(new.allSatisfy { $0 == 0x2a })
  }

  @Test func `one block is copied as well as a directory`() async throws {
    let source = Fixture("damaged-base/main").data + "/" + Self.block
    try redact(source)
    #expect(
      try await found(copy).filter { !$0.contains("/meta.json") }
        == found(source).filter { !$0.contains("/meta.json") })
    #expect(try namesInFolder(copy) == namesInFolder(source))
  }

  // MARK: - Logs

  @Test func `no value is in any record, and the records are the same but for that`() async throws {
    let incident = try LogDirectory.incident()
    let result = try redact(incident.data)
    #expect(result.notReproduced == [])
    #expect(result.distinct == 2014)
    let before = try records(incident.data + "/wal/00000000")
    let after = try records(copy + "/wal/00000000")
    #expect(before.map(\.1) == after.map(\.1))
    for (record, _) in after {
      #expect(!String(decoding: record, as: UTF8.self).contains("secret"))
    }
    #expect(before.filter { $0.0[0] != 1 }.map(\.0) == after.filter { $0.0[0] != 1 }.map(\.0))
  }

  private func records(_ path: String) throws -> [([UInt8], RecordCompression)] {
    let bytes = try readFile(path)
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    return batch.entries.map { ([UInt8](batch.payload(of: $0)), $0.compression) }
  }

  @Test func `with pseudonyms of the same length a plain log keeps every place`() throws {
    let incident = try LogDirectory.incident()
    let before = try readFile(incident.data + "/wal/00000000")
    try redact(incident.data, .labels(["nothing"]))
    #expect(try readFile(copy + "/wal/00000000") == before)
    try redact(incident.data, .all, .shape)
    let after = try readFile(copy + "/wal/00000000")
    #expect(after.count == before.count)
    #expect(after != before)
  }

  /// Every damaged state of the full set, but for what is not copied at all.
  @Test(arguments: StateRecipe.states.sorted { $0.name < $1.name }, [Pseudonyms.plain, .shape])
  func `damage is found again where it was`(recipe: StateRecipe, kind: Pseudonyms) async throws {
    let state = try recipe.make()
    let result = try redact(state.data, .all, kind)
    // What a server removes as it starts, and its lock, are left out.
    func isCopied(_ finding: String) -> Bool {
      !["lock.", "block.leftover", "wal.leftover", "directory.leftover", "block.stranger"].contains(
        where: finding.hasPrefix)
    }
    guard result.notReproduced.isEmpty else {
      // What cannot be decoded in a file of chunks may be anything and is filler: damage, if not the same.
      let isOfChunks = recipe.name.hasPrefix("chunks-")
      #expect(isOfChunks || recipe.name == "index-bitflip-series", "\(result.notReproduced)")
      if isOfChunks {
        let check = await Check.run(try DataDirectory(path: copy), level: .deep, jobs: 1) { _ in }
        #expect(!check.result.findings.isEmpty)
      }
      return
    }
    #expect(try await found(copy).filter(isCopied) == found(state.data).filter(isCopied))
  }

  @Test func `a snapshot is called after the place where its segment ends now`() throws {
    let source = Fixture("sound/snapshot-3.14").data
    try redact(source)
    let before = try #require(try DataDirectory(path: source).snapshots.last)
    let directory = try DataDirectory(path: copy)
    let snapshot = try #require(directory.snapshots.last)
    #expect(snapshot.segment == before.segment)
    #expect(snapshot.offset == directory.wal?.segments.last?.size)
    #expect(before.offset == (try FolderEntry(path: source + "/wal/00000000")).size)
  }

  // MARK: - The folder

  @Test func `what is of no known kind is not copied, but listed`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/notes.txt", "secret".utf8)
    try writeFile(copy.data + "/wal/00000000.bak", "secret".utf8)
    try writeFile(copy.data + "/wal/series_state.json", "secret".utf8)
    try makeFolder(copy.data + "/else")
    try writeFile(copy.data + "/else/x", "secret".utf8)
    let result = try redact(copy.data)
    let leftOut = result.leftOut.map(\.path).filter { $0 != "queries.active" && $0 != "lock" }
    #expect(leftOut == ["else/", "notes.txt", "wal/00000000.bak"])
    #expect(try readFile(self.copy + "/wal/series_state.json") == Array("******".utf8))
  }

  @Test func `times of files stay`() throws {
    let source = Fixture("damaged-base/main").data
    try redact(source)
    let (before, after) = (try DataDirectory(path: source), try DataDirectory(path: copy))
    #expect(before.wal?.segments.map(\.modified) == after.wal?.segments.map(\.modified))
    #expect(before.headChunks.map(\.modified) == after.headChunks.map(\.modified))
  }

  @Test func `who wants to stop finds nothing left behind`() throws {
    let source = Fixture("damaged-base/main").data
    let redactor = try #require(Redactor(.all, key: Array("0123456789abcdef".utf8)))
    for limit in [0, 1, 5, 12] {
      let asked = Atomic<Int>(0)
      var options = RedactedCopy.Options()
      options.newKey = (folder.path + "/key", "key")
      options.isCancelled = { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit }
      #expect(throws: PlacementFailure.cancelled) {
        try RedactedCopy(of: DataDirectory(path: source), redactor, options).write(to: copy)
      }
      #expect(try namesInFolder(folder.path) == [])
    }
  }

  // MARK: - Bytes that nobody decodes

  private static let secret = Array("s3cr3t-t0ken".utf8)

  /// Files of the copy in which the secret is, in their contents or their names.
  private func filesWithSecret(_ path: String) throws -> [String] {
    try namesInFolder(path).flatMap { name -> [String] in
      let inner = path + "/" + name
      var found = Array(name.utf8).contains(Self.secret) ? [inner] : []
      if isFolder(inner) {
        found += try filesWithSecret(inner)
      } else if try readFile(inner).contains(Self.secret) {
        found.append(inner)
      }
      return found
    }
  }

  private func isFolder(_ path: String) -> Bool { (try? namesInFolder(path)) != nil }

  @Test func `no bytes that lie outside of what is decoded are in the copy`() throws {
    let fixture = try Fixture("damaged-base/main").copy()
    let data = fixture.data
    let block = data + "/" + Self.block
    for path in ["/index", "/tombstones", "/chunks/000001"] {
      try damage(block + path) { $0 += Self.secret }
    }
    let heads = try namesInFolder(data + "/chunks_head").map { data + "/chunks_head/" + $0 }
    for path in heads { try damage(path) { $0 += Self.secret + [UInt8](repeating: 0, count: 40) } }
    try damage(block + "/meta.json") { bytes in
      let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
      bytes.replaceSubrange(
        end..., with: ",\"s3cr3t-t0ken\":1,\"a\":{\"source\":\"s3cr3t-t0ken\"}}\n".utf8)
    }
    try writeFile(
      data + "/wal/series_state.json",
      "{\"last_series_id\":7,\"last_wal_segment\":2,\"note\":\"s3cr3t-t0ken\"}".utf8)
    try writeFile(data + "/wal/checkpoint.s3cr3t-t0ken", [])
    try writeFile(data + "/wal/s3cr3t-t0ken", Self.secret)
    for name in try namesInFolder(data + "/wal") where Int(name) != nil {
      try damage(data + "/wal/" + name) { $0 += Self.secret }
    }
    #expect(try filesWithSecret(data).count > 8)
    let result = try redact(data)
    #expect(try filesWithSecret(copy) == [])
    #expect(result.unread == [])
    #expect(
      try SeriesState.read(path: copy + "/wal/series_state.json")
        == SeriesState(lastSeriesID: 7, lastWALSegment: 2, cleanShutdown: false))
  }

  /// A file of chunks: `data` of each, with the right checksum, and `rest` behind them.
  private func chunkFile(_ chunks: [[UInt8]], rest: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x85, 0xbd, 0x40, 0xdd, 1, 0, 0, 0]
    for data in chunks {
      bytes += [UInt8(data.count)]
      let covered = [1] + data
      let sum = crc32c(covered.rawBytes)
      bytes += covered + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    }
    return bytes + rest
  }

  /// A chunk of one sample, at 1000, of 1.0.
  private let chunk: [UInt8] = [0, 1, 0xd0, 0x0f, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]

  private func redacted(_ bytes: [UInt8], starts: [Int] = []) throws -> ([UInt8], [String]) {
    let path = folder.path + "/000001"
    try writeFile(path, bytes)
    removeTree(folder.path + "/new")
    let sink = try FileSink(folder.path + "/new", FileOperations(syncs: false))
    var redaction = ChunkRedaction(try MappedFile(path: path), to: sink) { _ in }
    try redaction.writeBlock { starts }
    try sink.finish()
    return (try readFile(folder.path + "/new"), redaction.notReproduced)
  }

  @Test func `chunks stay to the byte, and what follows them is filler or zeros`() throws {
    let (bytes, remarks) = try redacted(
      chunkFile([chunk, chunk], rest: Self.secret + [0, 0, 0]))
    let sound = chunkFile([chunk, chunk], rest: [])
    #expect(Array(bytes.prefix(sound.count)) == sound)
    #expect(bytes.count == sound.count + Self.secret.count + 3)
    #expect(!bytes.contains(Self.secret))
    #expect(remarks == [])
    #expect(try redacted(sound).0 == sound)
    let zeros = [UInt8](repeating: 0, count: 9000)
    #expect(try redacted(sound + zeros).0 == sound + zeros)
  }

  @Test func `bytes behind the last sample of a chunk are filler, under a checksum that holds`()
    throws
  {
    let long = chunk + Self.secret
    let (bytes, remarks) = try redacted(chunkFile([long, chunk], rest: []))
    let filled = chunk + [UInt8](repeating: 0x2a, count: Self.secret.count)
    #expect(bytes == chunkFile([filled, chunk], rest: []))
    #expect(remarks == [])
  }

  @Test func `a damaged chunk keeps its length, and the next one its place`() throws {
    var source = chunkFile([chunk, chunk], rest: [])
    source.replaceSubrange(10..<16, with: Self.secret.prefix(6))
    let second = 8 + 1 + 1 + chunk.count + 4
    for starts in [[8, second], []] {
      let (bytes, _) = try redacted(source, starts: starts)
      #expect(bytes.count == source.count)
      #expect(Array(bytes[second...]) == Array(source[second...]))
      #expect(bytes[8] == source[8])
      #expect(throws: DecodeError.self) { _ = try Chunk(of: bytes.rawBytes, at: 8).end }
      #expect(!bytes.contains(Array(Self.secret.prefix(6))))
    }
  }

  @Test func `a header that is none is filler`() throws {
    let (bytes, remarks) = try redacted(Self.secret + chunk)
    #expect(bytes.allSatisfy { $0 == 0x2a || $0 == 0 })
    #expect(remarks.count == 1)
  }
}
