import TSDBFormat
import Testing

@testable import TSDBAnalysis

/// Who was born when, by account.
@Suite struct GrowthBirthsTests {
  @Test func `the births of each account over time are all of its series, and in their time`()
    throws
  {
    var world = GrowthWorld(minutes: 180)
    for id in 0..<1500 {
      world.add(
        ["__name__": "req_total", "job": "web", "user": "u\(id)"], from: 90 + Double(id / 25),
        to: 180)
    }
    let growth = try world.growth()
    let births = growth.births
    #expect(births.causes.map { $0.reduce(0, +) } == growth.causes.map(\.series))
    #expect(births.ordinary.reduce(0, +) == growth.ordinarySeries)
    #expect(births.unexplained.reduce(0, +) == growth.unexplainedSeries)
    let users = try #require(births.causes.first)
    let busy = users.indices.filter { users[$0] > 0 }
    #expect(busy.first == 90)
    #expect(busy.last == 149)
    #expect(births.time(of: 90) == 5_400_000)
    #expect(busy.allSatisfy { users[$0] == 25 })
    #expect(births.step == 60_000)
    #expect(births.count == 181)
  }
}
