import PrometheusConfig
import Testing

@testable import TSDBDiagnosis

@Suite struct StartupOptionsTests {
  @Test func `blocks are kept for 15 days, unless a flag says otherwise`() {
    #expect(StartupOptions().retentionTime == 1_296_000_000)
    #expect(StartupOptions(flags: ["--storage.tsdb.retention.time=1d"]).retentionTime == 86_400_000)
    #expect(StartupOptions(flags: ["storage.tsdb.retention.size=1GB"]).retentionTime == nil)
    #expect(StartupOptions(flags: ["storage.tsdb.retention.size=1GB"]).retentionSize == 1 << 30)
  }

  @Test func `a size that limits nothing keeps blocks for ever, as the server does`() {
    for size in ["-1GB", "8EB"] {
      let options = StartupOptions(flags: ["storage.tsdb.retention.size=\(size)"])
      #expect(options.retentionTime == nil)
    }
    #expect(StartupOptions(flags: ["storage.tsdb.retention.size=-1GB"]).retentionSize == nil)
    #expect(
      StartupOptions(flags: ["storage.tsdb.retention.size=0"]).retentionTime == 1_296_000_000)
    #expect(
      StartupOptions(flags: ["storage.tsdb.retention.time=0"]).retentionTime == 1_296_000_000)
  }

  @Test func `sizes with a fraction or of several parts are limits`() {
    let flags = { StartupOptions(flags: ["storage.tsdb.retention.size=" + $0]).retentionSize }
    #expect(flags("1.5KB") == 1536)
    #expect(flags("0.01GB") == 10_737_418)
    #expect(flags("5MB512KB") == 5_767_168)
  }

  @Test func `the older flag counts where the newer does not say`() {
    let old = StartupOptions(version: .v2_42, flags: ["storage.tsdb.retention=1d"])
    #expect(old.retentionTime == 86_400_000)
    let both = StartupOptions(
      version: .v2_42,
      flags: ["storage.tsdb.retention=1d", "storage.tsdb.retention.time=2d"])
    #expect(both.retentionTime == 172_800_000)
  }

  @Test func `a release is predicted as the nearest before it that is known`() throws {
    let known = try [
      "2.0", "2.42.1", "2.45", "v2.53.3", "3.4.2", "3.6", "3.13.0", "3.14.0-rc.1", "4.0",
    ]
    .map { try PrometheusRelease($0).behaviour.description }
    #expect(known == ["2.42", "2.42", "2.42", "2.53", "2.53", "3.5", "3.5", "3.14", "3.14"])
    for text in ["3.5", "3.5.3", "v3.5.3+ds1", "2.42", "3.14.0"] {
      #expect(try PrometheusRelease(text).remark == nil, "\(text)")
    }
    #expect(
      try PrometheusRelease("v3.6.0").remark
        == "Prometheus 3.6.0 is predicted as 3.5, the nearest before it of the releases whose starts are "
        + "known (2.42, 2.53, 3.5, 3.14)")
    for text in ["", "3", "x", "1.8.2", "2.56", "7.0", "3.5.3.1", "3.", "-3.5", "3.5x", "latest"] {
      #expect(throws: PrometheusRelease.Problem.self, "\(text)") { try PrometheusRelease(text) }
    }
  }

  @Test func `the retention of a configuration file goes before the flags, since 3.10`() {
    let retention = PrometheusConfiguration.Retention(time: nil, size: 1 << 20)
    let flags = ["storage.tsdb.retention.time=1d"]
    let new = StartupOptions(flags: flags, retention: retention)
    #expect(new.retentionTime == nil)
    #expect(new.retentionSize == 1 << 20)
    let old = StartupOptions(version: .v3_5, flags: flags, retention: retention)
    #expect(old.retentionTime == 86_400_000)
    #expect(old.retentionSize == nil)
    let between = StartupOptions(
      version: .v3_5, release: PrometheusRelease(3, 10), flags: flags, retention: retention)
    #expect(between.retentionSize == 1 << 20)
  }

  @Test func `features and the lock are found among the flags`() {
    let options = StartupOptions(flags: ["enable-feature=a,b", "storage.tsdb.no-lockfile"])
    #expect(options.enables("b"))
    #expect(!options.enables("c"))
    #expect(!options.takesLock)
    #expect(StartupOptions().takesLock)
  }
}
