import PrometheusConfig
import Testing

@testable import TSDBDiagnosis

@Suite struct StartupOptionsTests {
  @Test func `durations are those of Prometheus, with years of 365 days`() {
    #expect(StartupOptions.duration("15d") == 1_296_000_000)
    #expect(StartupOptions.duration("1h30m") == 5_400_000)
    #expect(StartupOptions.duration("100y") == 3_153_600_000_000)
    #expect(StartupOptions.duration("0") == 0)
    #expect(StartupOptions.duration("9999999999999y") == .max)
    for text in ["", "d", "5", "5x", "-1d"] { #expect(StartupOptions.duration(text) == nil) }
  }

  @Test func `sizes are counted in powers of 1024`() {
    #expect(PrometheusSize.bytes("512MB") == 512 << 20)
    #expect(PrometheusSize.bytes("1GiB") == 1 << 30)
    #expect(PrometheusSize.bytes("7B") == 7)
    #expect(PrometheusSize.bytes("5") == nil)
    #expect(PrometheusSize.bytes("99999999EB") == .max)
  }

  @Test func `blocks are kept for 15 days, unless a flag says otherwise`() {
    #expect(StartupOptions().retentionTime == 1_296_000_000)
    #expect(StartupOptions(flags: ["--storage.tsdb.retention.time=1d"]).retentionTime == 86_400_000)
    #expect(StartupOptions(flags: ["storage.tsdb.retention.size=1GB"]).retentionTime == nil)
    #expect(StartupOptions(flags: ["storage.tsdb.retention.size=1GB"]).retentionSize == 1 << 30)
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
  }

  @Test func `features and the lock are found among the flags`() {
    let options = StartupOptions(flags: ["enable-feature=a,b", "storage.tsdb.no-lockfile"])
    #expect(options.enables("b"))
    #expect(!options.enables("c"))
    #expect(!options.takesLock)
    #expect(StartupOptions().takesLock)
  }

  @Test func `releases are ordered by age`() {
    #expect(ServerVersion.v2_42 < .v2_53)
    #expect(ServerVersion.v3_5 < .v3_14)
    #expect(ServerVersion(rawValue: "3.14") == .newest)
  }
}
