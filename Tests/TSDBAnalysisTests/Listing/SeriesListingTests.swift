import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct SeriesListingTests {
  @Test func `series of a block come in the order of the index`() throws {
    let data = try DataDirectory(path: Fixture("damaged-base/main").data)
    let block = Block(try #require(data.blocks.first))
    var found: [ListedSeries] = []
    let problems = SeriesListing.forEach(in: block, selectors: []) {
      found.append($0)
      return true
    }
    #expect(problems == [])
    #expect(found.count == 55)
    guard case .block(_, let reference, let chunks)? = found.first?.place else {
      Issue.record("no block")
      return
    }
    #expect(reference == 82)
    #expect(chunks > 0)
    #expect(found.first?.labels.first == Label("__name__", "build_info"))
  }

  @Test func `series of the head have the refs that stand for them at the end`() async throws {
    let data = try DataDirectory(path: Fixture("states/wal-multi-ref").data)
    let head = await HeadReader.read(data, jobs: 1)
    var refs: [[UInt64]] = []
    SeriesListing.forEach(in: head.census, selectors: []) {
      if case .head(let own) = $0.place { refs.append(own) }
      return true
    }
    #expect(refs.count == head.census.history.series.count)
    #expect(refs.contains { $0.count > 1 })
    #expect(Set(refs.joined()).count == refs.joined().count)
  }

  @Test func `a walk ends where it is told to`() throws {
    let data = try DataDirectory(path: Fixture("damaged-base/main").data)
    let block = Block(try #require(data.blocks.first))
    var count = 0
    let selector = try Selector(#"{job="edge"}"#)
    _ = SeriesListing.forEach(in: block, selectors: [selector]) {
      #expect($0.labels.contains(Label("job", "edge")))
      count += 1
      return count < 3
    }
    #expect(count == 3)
  }
}
