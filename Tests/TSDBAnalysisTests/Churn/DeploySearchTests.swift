import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct DeploySearchTests {
  /// An explosion of `api` at minute 60, and around it what `change` adds.
  private func deploys(_ change: (inout HistoryBuilder) -> Void) throws -> [Deploy] {
    var builder = HistoryBuilder()
    builder.addBaseline(200, minutes: 120)
    for index in 0..<3000 {
      builder.add(
        ["__name__": "calls", "id_of_call": "\(index)", "job": "api", "instance": "a:1"],
        from: 60 + Double(index) / 100, to: 120)
    }
    change(&builder)
    let explosion = try #require(Explosion.find(in: builder.history))
    #expect(explosion.onset == 60 * 60_000)
    let churn = ChurnHistory(builder.history)
    return DeploySearch.deploys(near: explosion, in: churn, churn.pairLives())
  }

  @Test func `a new version on the same job is a candidate`() throws {
    let found = try deploys {
      $0.add(
        ["__name__": "build_info", "version": "1.0", "job": "api", "instance": "a:1"], from: 0,
        to: 58)
      $0.add(
        ["__name__": "build_info", "version": "2.0", "job": "api", "instance": "a:1"], from: 59,
        to: 120)
    }
    #expect(found.map(\.label) == [Label("version", "2.0")])
    #expect(found.map(\.time) == [59 * 60_000])
    #expect(found.first?.target == [Label("job", "api"), Label("instance", "a:1")])
  }

  @Test func `another job, or another hour, is none`() throws {
    let found = try deploys {
      $0.add(
        ["__name__": "build_info", "version": "2.0", "job": "other", "instance": "b:1"], from: 59,
        to: 120)
      $0.add(
        ["__name__": "build_info", "version": "0.9", "job": "api", "instance": "a:1"], from: 20,
        to: 120)
    }
    #expect(found == [])
  }

  @Test func `an info metric that is new is a candidate`() throws {
    let found = try deploys {
      $0.add(
        ["__name__": "feature_info", "flag": "on", "job": "api", "instance": "a:1"], from: 58,
        to: 120)
    }
    #expect(found.map(\.label) == [Label("__name__", "feature_info")])
  }
}
