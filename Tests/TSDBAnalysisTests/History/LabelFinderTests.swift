import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct LabelFinderTests {
  private var history = SeriesHistory()

  private mutating func add(_ labels: (String, String)...) -> SeriesTable.SeriesID {
    let pairs = labels.map { name, value in
      let id = history.pairs.intern(name: Array(name.utf8).rawBytes)
      return history.pairs.intern(name: id, value: Array(value.utf8).rawBytes)
    }
    return history.series.intern(pairs.span)
  }

  init() {
    _ = add(("__name__", "a"), ("job", "x"))
    _ = add(("__name__", "a"), ("job", "x"), ("zone", "1"))
    _ = add(("__name__", "b"), ("instance", "i"), ("job", "x"))
    _ = add(("__name__", "b"))
    _ = add(("__name__", "c"), ("job", "y"))
    _ = add(("job", "x"))
    _ = add(("__name__", "c"), ("job", "y"), ("path", "x"))
    _ = add()
  }

  @Test(arguments: ["__name__", "instance", "job", "path", "zone"])
  func `a label is found wherever it stands, as a search finds it`(name: String) throws {
    let id = try #require(history.pairs.nameID(of: Array(name.utf8)))
    var finder = try #require(LabelFinder(name, in: history))
    let all = Array(0..<SeriesTable.SeriesID(history.series.count))
    for series in all + all.reversed() {
      #expect(finder.pair(of: series, in: history) == history.pair(of: series, named: id))
    }
  }

  @Test func `a label that no series has has no finder`() {
    #expect(LabelFinder("version", in: history) == nil)
  }
}
