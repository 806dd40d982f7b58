import Testing

@testable import TSDBDiagnosis

/// What the flags of a server mean is held against what servers said: `prometheus FLAGS
/// --config.file=/nonexistent` of Debian's 2.42.0, 2.53.3 and 3.5.3 ends with "Error parsing command line
/// arguments" (or names the mode that a flag is for) where it refuses them, and else with the missing file.
@Suite struct ServerFlagsTests {
  /// Flags, and which of the three took them.
  static let verdicts: [([String], String)] = [
    (["--storage.tsdb.retention.time=1.5d"], "nnn"),
    (["--storage.tsdb.retention.time=banana"], "nnn"),
    (["--storage.tsdb.retention.size=10mb"], "nnn"),
    (["--storage.tsdb.retention.size=1.5KB"], "yyy"),
    (["--storage.tsdb.retention.size=7.5GB"], "yyy"),
    (["--storage.tsdb.retention.size=0.01GB"], "yyy"),
    (["--storage.tsdb.retention.size=5MB512KB"], "yyy"),
    (["--storage.tsdb.retention.size=5"], "nnn"),
    (["--storage.tsdb.retention.size=0"], "yyy"),
    (["--storage.tsdb.retention.size=-1GB"], "yyy"),
    (["--storage.tsdb.retention.size="], "nnn"),
    (["--storage.tsdb.retention.size=1GiB512KB"], "nnn"),
    (["--storage.tsdb.retention.size=99999999EB"], "nnn"),
    (["--storage.tsdb.retention.size=kB"], "nnn"),
    (["--storage.tsdb.retention.size=1kB"], "nnn"),
    (["--storage.tsdb.retention.size=.5GB"], "yyy"),
    (["--storage.tsdb.retention.size=8EB"], "yyy"),
    (["--storage.tsdb.retention.size=1GB1GB"], "yyy"),
    (["--storage.tsdb.retention.time="], "nnn"),
    (["--storage.tsdb.retention.time=300y"], "nnn"),
    (["--storage.tsdb.retention.time=292y"], "yyy"),
    (["--storage.tsdb.retention.time=293y"], "nnn"),
    (["--storage.tsdb.retention.time=1h1h"], "nnn"),
    (["--storage.tsdb.retention.time=1m1h"], "nnn"),
    (["--storage.tsdb.retention.time=-1d"], "nnn"),
    (["--storage.tsdb.retention.time=0"], "yyy"),
    (["--storage.tsdb.retention.time=15"], "nnn"),
    (["--storage.tsdb.retention=1d"], "yyn"),
    (["--web.enable-lifecycle=true"], "nnn"),
    (["--no-web.enable-lifecycle"], "yyy"),
    (["--web.enable-lifecycle=false"], "nnn"),
    (["--no-storage.tsdb.path=x"], "nnn"),
    (["--query.max-samples=5e7"], "yyy"),
    (["--query.max-samples=x"], "nnn"),
    (["--query.max-samples=0x10"], "nnn"),
    (["--query.max-samples=1_000"], "yyy"),
    (["--query.max-samples=-1"], "yyy"),
    (["--query.max-samples=NaN"], "yyy"),
    (["--rules.max-concurrent-evals=5e1"], "nnn"),
    (["--rules.max-concurrent-evals=0x10"], "nyy"),
    (["--log.level=warning"], "nnn"),
    (["--log.level=warn"], "yyy"),
    (["--log.format=xml"], "nnn"),
    (["--storage.tsdb.wal-compression-type=lz4"], "nnn"),
    (["--storage.tsdb.wal-compression-type=zstd"], "nyy"),
    (["--nosuch"], "nnn"),
    (["--nosuch=1"], "nnn"),
    (["--agent"], "nny"),
    (["--enable-feature=agent"], "yyy"),
    (["--enable-feature=nosuch"], "yyy"),
    (["--storage.agent.path=x"], "nnn"),
    (["--storage.tsdb.retention.time"], "nnn"),
    (["--alertmanager.timeout=10s"], "yyn"),
    (["--alertmanager.timeout=x"], "yyn"),
    (["--storage.tsdb.allow-overlapping-blocks"], "yyn"),
    (["--auto-gomemlimit.ratio=2"], "nnn"),
    (["--auto-gomemlimit.ratio=x"], "nnn"),
    (["--scrape.timestamp-tolerance=2d"], "nny"),
    (["--scrape.timestamp-tolerance=1.5ms"], "yyy"),
    (["--scrape.timestamp-tolerance=1d2h"], "nny"),
    (["--storage.remote.flush-deadline=1d"], "yyy"),
    (["--web.local-assets=x"], "yyy"),
    (["--storage.tsdb.min-block-duration=1000h"], "yyy"),
    (["--storage.tsdb.retention.timee=1d"], "nnn"),
    (["--storage.tsdb.retention.time=1d", "--storage.tsdb.retention.time=2d"], "nnn"),
    (["--enable-feature=a", "--enable-feature=b"], "yyy"),
    (["--agent", "--storage.tsdb.retention.time=1d"], "nnn"),
    (["--enable-feature=agent", "--storage.tsdb.retention.time=1d"], "nny"),
    (["--web.enable-lifecycle", "--web.enable-lifecycle"], "nnn"),
    (["--web.listen-address=:1", "--web.listen-address=:2"], "nny"),
    (["--storage.tsdb.wal-segment-size=128MB"], "yyy"),
    (["--storage.tsdb.max-block-duration=31d"], "yyy"),
    (["--storage.tsdb.retention.size=1.GB"], "yyy"),
    (["--storage.tsdb.retention.size=GB"], "nnn"),
    (["--storage.tsdb.retention.size=0B"], "yyy"),
    (["--storage.tsdb.retention.size=-5MB1B"], "yyy"),
    (["--storage.tsdb.retention.size=1KiB1MiB"], "yyy"),
    (["--storage.tsdb.retention.size=1KiB512B"], "yyy"),
    (["--storage.tsdb.retention.size=9999999999999999999B"], "nnn"),
    (["--storage.tsdb.retention.size=1e3B"], "nnn"),
    (["--storage.tsdb.retention.time=1y2w3d4h5m6s7ms"], "yyy"),
    (["--storage.tsdb.retention.time=1month"], "nnn"),
    (["--storage.tsdb.retention.time=1D"], "nnn"),
    (["--storage.tsdb.retention.time=106751d"], "yyy"),
    (["--storage.tsdb.retention.time=106752d"], "nnn"),
    (["--query.max-samples=0x1p4"], "yyy"),
    (["--query.max-samples=1e999"], "nnn"),
    (["--query.max-samples=1__0"], "nnn"),
    (["--query.max-samples=.5"], "yyy"),
    (["--query.max-samples=Inf"], "yyy"),
    (["--query.max-samples="], "nnn"),
    (["--rules.max-concurrent-evals=0b11"], "nyy"),
    (["--rules.max-concurrent-evals=010"], "nyy"),
    (["--rules.max-concurrent-evals=08"], "nnn"),
    (["--rules.max-concurrent-evals=1_0"], "nyy"),
    (["--rules.max-concurrent-evals=9223372036854775808"], "nnn"),
    (["--scrape.timestamp-tolerance=1h1h"], "yyy"),
    (["--scrape.timestamp-tolerance=-1s"], "yyy"),
    (["--scrape.timestamp-tolerance=5"], "nnn"),
    (["--scrape.timestamp-tolerance="], "nnn"),
    (["--web.page-title="], "yyy"),
    (["--web.read-timeout=30"], "nnn"),
    (["--agent=true"], "nnn"),
    (["--auto-gomaxprocs"], "nny"),
    (["--auto-gomaxprocs=false"], "nnn"),
    (["--no-auto-gomemlimit"], "nny"),
    (["--web.remote-write-receiver.accepted-protobuf-messages=foo"], "nnn"),
    (["--storage.tsdb.samples-per-chunk=220"], "nyy"),
    (["--config.auto-reload-interval=5s"], "nny"),
    (["--config.auto-reload"], "nnn"),
    (["--storage.agent.retention.min-time=x"], "nnn"),
    (["-storage.tsdb.retention.time=1d"], "nnn"),
    (["--storage.tsdb.delay-compact-file.path=x"], "nnn"),
    (["--storage.tsdb.retention.percentage=5"], "nnn"),
  ]

  private static let releases = [
    PrometheusRelease(2, 42, 0), PrometheusRelease(2, 53, 3), PrometheusRelease(3, 5, 3),
  ]

  @Test(arguments: verdicts) func `flags are taken or refused as servers do`(
    flags: [String], verdict: String
  ) {
    let found = Self.releases.map { release in
      (try? ServerFlags(flags, release: release)) == nil ? "n" : "y"
    }
    #expect(found.joined() == verdict)
  }

  private func problem(
    _ flag: String, _ release: PrometheusRelease = ServerBehaviour.newest.release,
    isAgent: Bool = false
  ) -> String? {
    do throws(ServerFlags.Problem) {
      _ = try ServerFlags([flag], release: release, isAgent: isAgent)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `a refusal names the flag, the release, what it takes and what was found`() {
    #expect(
      problem("storage.tsdb.retention.time=1.5d")
        == "storage.tsdb.retention.time=1.5d: Prometheus 3.14 takes a duration such as 15d or 1h30m (whole "
        + "numbers of y, w, d, h, m, s, ms, from large to small) for --storage.tsdb.retention.time, and not "
        + "'1.5d'")
    #expect(problem("storage.tsdb.retention.size=10mb")?.contains("KB, MB, GB") == true)
    #expect(problem("log.level=warning")?.contains("one of debug, info, warn, error") == true)
  }

  @Test func `a flag of other releases is told of, and one that is near`() {
    #expect(
      problem("storage.tsdb.retention=1d", PrometheusRelease(3, 5))
        == "storage.tsdb.retention=1d: Prometheus 3.5 has no flag --storage.tsdb.retention; 2.55 was the "
        + "last that had it")
    #expect(
      problem("storage.tsdb.delay-compact-file.path=x", PrometheusRelease(3, 5))?
        .hasSuffix("3.9 is the first that has it") == true)
    #expect(
      problem("storage.tsdb.retention.tiem=1d")?.hasSuffix(
        "is --storage.tsdb.retention.time meant?")
        == true)
  }

  @Test func `what ends the server, or a size that it refuses later, is refused`() {
    #expect(problem("version")?.contains("prints something and ends") == true)
    #expect(
      problem("storage.tsdb.wal-segment-size=1MB")?.contains("10MB at least and 256MB") == true)
    #expect(problem("storage.tsdb.wal-segment-size=128MB") == nil)
  }

  @Test func `flags of the other mode are refused, and the mode is one of the flags`() throws {
    #expect(
      problem("storage.tsdb.retention.time=1d", isAgent: true)?.contains("agent mode") == true)
    #expect(problem("storage.agent.no-lockfile")?.hasSuffix("takes it in agent mode only") == true)
    let flags = try ServerFlags(["agent"], release: PrometheusRelease(3, 5))
    #expect(flags.isAgent(PrometheusRelease(3, 5)))
    let feature = try ServerFlags(["enable-feature=agent"], release: PrometheusRelease(2, 53))
    #expect(feature.isAgent(PrometheusRelease(2, 53)))
    #expect(!feature.isAgent(PrometheusRelease(3, 5)))
    #expect(problem("enable-feature=agent", PrometheusRelease(2, 31)) == nil)
    #expect(problem("web.page-title=x", PrometheusRelease(2, 31), isAgent: true) != nil)
  }

  @Test func `a feature that the release does not know is a warning, as the server's`() throws {
    let flags = try ServerFlags(
      ["enable-feature=memory-snapshot-on-shutdwon,,agent"], release: PrometheusRelease(3, 5))
    #expect(
      flags.warnings == [
        "Prometheus 3.5 does not know the feature 'memory-snapshot-on-shutdwon' and goes on without it; is "
          + "memory-snapshot-on-shutdown meant?",
        "Prometheus 3.5 does not know the feature 'agent' and goes on without it",
      ])
  }

  @Test func `dashes do not matter, and values are kept as they are`() throws {
    let flags = try ServerFlags(
      ["--web.page-title=a=b", "storage.tsdb.no-lockfile", "no-web.enable-lifecycle"],
      release: PrometheusRelease(3, 14))
    #expect(flags["web.page-title"] == "a=b")
    #expect(flags["storage.tsdb.no-lockfile"] == "true")
    #expect(flags["web.enable-lifecycle"] == "false")
    #expect(flags["web.external-url"] == nil)
  }

  @Test func `every release that is known takes its own defaults`() {
    // As `--help` prints them.
    let defaults = [
      "config.file=prometheus.yml", "web.listen-address=0.0.0.0:9090", "web.read-timeout=5m",
      "web.max-connections=512", "storage.remote.read-sample-limit=5e7", "query.lookback-delta=5m",
      "alertmanager.notification-queue-capacity=10000", "log.format=logfmt", "enable-feature=",
    ]
    for version in ServerBehaviour.allCases {
      for flag in defaults { #expect(problem(flag, version.release) == nil, "\(version) \(flag)") }
    }
  }
}
