import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// What hangs on definitions that leave the log leaves with them.
@Suite struct DropUndefinedTests {
  private func cut(_ path: String, at segment: Int) async throws -> Repair.Result {
    var options = Repair.Options()
    options.time = "test"
    options.operation = { context throws(FileError) in
      try CutWAL.step(context, at: .at(segment: segment, offset: 0)).map { [$0] } ?? []
    }
    return try await Repair(of: DataDirectory(path: path), options).applyInPlace()
  }

  /// The refs that chunks_head and the WBL hold.
  private func heldRefs(_ directory: DataDirectory) throws -> Set<UInt64> {
    var held: Set<UInt64> = []
    for file in directory.headChunks {
      let mapped = try MappedFile(path: file.path)
      var reader = try HeadChunkFile(mapped.bytes)
      while let event = reader.next() {
        if case .chunk(let chunk) = event { held.insert(chunk.series) }
      }
    }
    for item in LogItem.all(of: directory) where item.part == .wbl {
      try item.forEachRecord { _, payload in
        var rows = SampleRows()
        try? rows.decode(payload, RecordType(code: payload.byte(at: 0)), at: 0) { rows, _ in
          for index in rows.indices { held.insert(rows[index].ref) }
        }
      }
    }
    return held
  }

  @Test func `a cut log leaves nothing under refs that it does not define any more`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let before = try ContentState(copy.data)
    let formerly = try RefSet(definedBy: DataDirectory(path: copy.data))
    let held = try heldRefs(DataDirectory(path: copy.data))
    #expect(!held.isEmpty)
    #expect(held.allSatisfy { formerly.contains($0) })
    let result = try await cut(copy.data, at: 0)
    #expect(result.steps.map(\.operation.name) == ["cut-wal", "drop-undefined"])
    let after = try DataDirectory(path: copy.data)
    let left = try heldRefs(after)
    #expect(left == [])
    #expect(after.wal?.segments.map(\.number) == [0])
    _ = try Undo.run(copy.data)
    let undone = try ContentState(copy.data)
    #expect(undone == before)
  }

  @Test func `what the cut log still defines stays`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let segments = try #require(try DataDirectory(path: copy.data).wal?.segments)
    let last = try #require(segments.last)
    _ = try await cut(copy.data, at: last.number)
    let after = try DataDirectory(path: copy.data)
    let defined = try RefSet(definedBy: after)
    let left = try heldRefs(after)
    #expect(left.allSatisfy { defined.contains($0) })
    let rest = try DropUndefined.step(after, formerly: RefSet())
    #expect(rest?.why == nil)
  }

  /// Lower refs are given to nobody, so that what lies under them does no harm.
  @Test func `of refs that were never defined those go that new series would get`() {
    var defined = RefSet()
    for ref: UInt64 in [3, 70] { defined.insert(ref) }
    var formerly = RefSet()
    formerly.insert(5)
    let undefined = UndefinedRefs(defined: defined, formerly: formerly)
    #expect([3, 4, 5, 70, 71].map(undefined.contains) == [false, false, true, false, true])
  }
}
