import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct SurroundingsCheckTests {
  private static let block = "01M7XPVH3PN49ESJ7YTJHY4RM5"

  private func findings(_ path: String) throws -> [Finding] {
    SurroundingsCheck.findings(try DataDirectory(path: path))
  }

  @Test func `a sound directory has nothing beside it`() throws {
    #expect(try findings(Fixture("damaged-base/main").data) == [])
  }

  @Test func `a block whose files lie in the directory itself is named`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let folder = copy.data + "/" + Self.block
    for name in try namesInFolder(folder) {
      try copyTree(from: folder + "/" + name, to: copy.data + "/" + name)
    }
    removeTree(folder)
    let found = try findings(copy.data)
    #expect(found.map(\.rule) == [.directoryBlock])
    #expect(found.first?.severity == .warning)
    #expect(found.first.map { "\($0.message)" }?.contains(Self.block) == true)
    #expect(try DataDirectory(path: copy.data).blocks.count == 2)
  }

  @Test func `a directory in a directory is named with what it holds`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try copyTree(from: copy.data, to: copy.path + "/inner")
    try copyTree(from: copy.path + "/inner", to: copy.data + "/data")
    let found = try findings(copy.data)
    #expect(found.map(\.rule) == [.directoryNested])
    #expect(
      found.map { "\($0.message)" } == [
        "a data directory: 3 blocks and a log, which a server on the directory around it passes over"
      ])
    let nested = try DataDirectory(path: copy.data).nestedDirectories()
    #expect(nested.map(\.name) == ["data"])
  }

  @Test func `marks and lists of uploads are read`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let marks = copy.data + "/" + Self.block
    try writeFile(
      marks + "/deletion-mark.json",
      Array(#"{"id":"x","version":1,"details":"old","deletion_time":1700000000}"#.utf8))
    try writeFile(marks + "/no-compact-mark.json", Array("{".utf8))
    try writeFile(
      copy.data + "/thanos.shipper.json",
      Array("{\"version\":1,\"uploaded\":[\"\(Self.block)\"]}".utf8))
    try writeFile(copy.data + "/mimir.shipper.json", [])
    let found = try findings(copy.data)
    #expect(
      found.map(\.rule) == [.directoryShipper, .directoryShipper, .blockMark, .blockMark])
    #expect(found.map(\.severity) == [.warning, .info, .info, .info])
    #expect(
      "\(found[2].message)" == "marked for deletion since 2023-11-14T22:13:20Z: old")
    #expect(
      "\(found[1].message)".hasSuffix(
        "1 of the 3 here; not 01M7XPVHDBEN0X46Y430AHYY2Q, 01M7XPVMXP15ZJJCNDK68GN2WR"))
  }

  @Test func `an index-header is read to its end`() throws {
    let index = try readFile(Fixture("damaged-base/main").data + "/" + Self.block + "/index")
    let header = Self.indexHeader(of: index)
    let read = try IndexHeaderFile(of: header.rawBytes)
    #expect(read.indexVersion == 2)
    #expect(read.symbols == 85)
    #expect(read.labelPairs == 66)
    for offset in stride(from: 14, to: header.count - 72, by: 7) {
      var bytes = header
      bytes.flip(at: offset)
      let spoilt = try? IndexHeaderFile(of: bytes.rawBytes)
      #expect(spoilt != read, "byte \(offset)")
    }
    for count in stride(from: 0, to: header.count, by: 11) {
      let cut = Array(header.prefix(count))
      let short = try? IndexHeaderFile(of: cut.rawBytes)
      #expect(short == nil, "\(count) bytes")
    }
  }

  /// As store-gateways make it of an index.
  private static func indexHeader(of index: [UInt8]) -> [UInt8] {
    func place(_ number: Int) -> Int {
      let start = index.count - 52 + number * 8
      return index[start..<start + 8].reduce(0) { $0 << 8 | Int($1) }
    }
    var bytes = bigEndianBytes(UInt32(0xbaaa_d792)) + [1, 2] + bigEndianBytes(UInt64(place(5)))
    let symbols = bytes.count
    bytes += index[place(0)..<place(1)]
    let table = bytes.count
    bytes += index[place(5)...]
    let contents = bigEndianBytes(UInt64(symbols)) + bigEndianBytes(UInt64(table))
    return bytes + contents + bigEndianBytes(crc32c(contents.rawBytes))
  }

  @Test
  func `a log that was cut behind the end of the newest block tells of a block that is missing`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let wal = copy.data + "/wal"
    func rules() async throws -> [Rule] {
      await LogCheck.run(try DataDirectory(path: copy.data), level: .standard, jobs: 1).findings
        .map(\.rule)
    }
    let whole = try await rules()
    #expect(!whole.contains(.walCutAhead))
    try copyTree(from: wal + "/checkpoint.00000002", to: wal + "/checkpoint.00000005")
    for name in ["checkpoint.00000002", "00000003", "00000004", "00000005"] {
      removeTree(wal + "/" + name)
    }
    let cut = try await rules()
    #expect(cut.contains(.walCutAhead))
  }
}
