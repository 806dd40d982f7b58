import Testing

@testable import TSDBAnalysis

@Suite struct RefBindingsTests {
  @Test func `a second ref of a series is an alias of the first`() {
    var bindings = RefBindings(seriesCount: 2)
    #expect(bindings.bind(7, to: 0) == RefBindings.Effect())
    #expect(bindings.bind(9, to: 0) == RefBindings.Effect())
    #expect(bindings.series(of: 7) == 0)
    #expect(bindings.series(of: 9) == 0)
    #expect(bindings.series(of: 8) == -1)
  }

  @Test func `a ref that is given to another series leaves the first without its samples`() {
    var bindings = RefBindings(seriesCount: 3)
    _ = bindings.bind(7, to: 0)
    _ = bindings.bind(9, to: 0)
    #expect(bindings.bind(7, to: 1).shadowed == 0)
    // The alias leads where its ref leads.
    #expect(bindings.series(of: 7) == 1)
    #expect(bindings.series(of: 9) == 1)
    // Another record of the first series makes another alias of the ref that it lost.
    #expect(bindings.bind(11, to: 0).shadowed == nil)
    #expect(bindings.series(of: 11) == 1)
  }

  @Test func `a query goes by the series' own refs, not by aliases`() {
    var bindings = RefBindings(seriesCount: 2)
    _ = bindings.bind(7, to: 0)
    _ = bindings.bind(9, to: 0)
    #expect(bindings.holder(of: 7) == 0)
    #expect(bindings.holder(of: 9) == nil)
    _ = bindings.bind(9, to: 1)
    #expect(bindings.holder(of: 9) == 1)
    _ = bindings.bind(7, to: 1)
    #expect(bindings.holder(of: 7) == 0)
  }

  @Test func `an alias stays one when its ref becomes that of a new series`() {
    var bindings = RefBindings(seriesCount: 2)
    _ = bindings.bind(7, to: 0)
    _ = bindings.bind(9, to: 0)
    #expect(bindings.bind(9, to: 1).shadowed == nil)
    #expect(bindings.series(of: 9) == 0)
  }

  @Test func `a series that was deleted is known no more, and can be made again`() {
    var bindings = RefBindings(seriesCount: 1)
    _ = bindings.bind(7, to: 0)
    _ = bindings.bind(9, to: 0)
    #expect(bindings.delete(9) == 0)
    #expect(bindings.series(of: 7) == -1)
    #expect(bindings.series(of: 9) == -1)
    #expect(bindings.delete(7) == nil)
    _ = bindings.bind(12, to: 0)
    #expect(bindings.series(of: 12) == 0)
    #expect(bindings.series(of: 7) == -1)
  }
}
