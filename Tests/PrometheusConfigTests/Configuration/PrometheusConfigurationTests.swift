import TestSupport
import Testing

@testable import PrometheusConfig

@Suite struct PrometheusConfigurationTests {
  private func read(_ text: String) throws(ConfigurationError) -> PrometheusConfiguration {
    try PrometheusConfiguration(Array(text.utf8), file: "prometheus.yml")
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `an empty file is a configuration`() throws {
    let configuration = try read("")
    #expect(configuration.retention == nil)
    #expect(configuration.outOfOrderTimeWindow == 0)
    #expect(configuration.scrapeConfigs.isEmpty)
    #expect(configuration.snippet == nil)
  }

  @Test func `retention and the window for late samples are read`() throws {
    let configuration = try read(
      """
      storage:
        tsdb:
          out_of_order_time_window: 30m
          retention:
            time: 1d12h
            size: 512MB
      """)
    #expect(configuration.outOfOrderTimeWindow == 1_800_000)
    #expect(configuration.retention == .init(time: 129_600_000, size: 512 << 20))
  }

  @Test func `a retention without a time keeps for ever, and a share of the disk hides a size`()
    throws
  {
    let bySize = try read("storage: {tsdb: {retention: {size: 1GB}}}")
    #expect(bySize.retention == .init(time: nil, size: 1 << 30))
    let byShare = try read("storage: {tsdb: {retention: {size: 1GB, percentage: 80}}}")
    #expect(byShare.retention == .init(time: nil, size: nil))
  }

  @Test func `a job has the limits of global where it has none of its own`() throws {
    let configuration = try read(
      """
      global:
        scrape_interval: 15s
        sample_limit: 100
        label_limit: 30
      scrape_configs:
        - job_name: a
          sample_limit: 5000
          label_value_length_limit: 64
          static_configs: [{targets: ["x:1"]}]
        - job_name: b
          scrape_interval: 1m
          label_limit: 0
          label_name_length_limit: 10
      """)
    let (a, b) = (configuration.scrapeConfigs[0], configuration.scrapeConfigs[1])
    #expect(a.jobName == "a")
    #expect(a.scrapeInterval == 15_000)
    #expect((a.limits.samples, a.limits.labels) == (5000, 30))
    #expect((a.limits.labelNameLength, a.limits.labelValueLength) == (0, 64))
    #expect(b.scrapeInterval == 60_000)
    #expect((b.limits.samples, b.limits.labels) == (100, 30))
    #expect(b.limits.labelNameLength == 10)
    #expect(configuration.job(named: "b")?.limits == b.limits)
  }

  @Test func `rules at the top of a file are a snippet`() throws {
    let configuration = try read("metric_relabel_configs: [{action: labeldrop, regex: id}]\n")
    #expect(configuration.snippet?.metricRelabelRules.map(\.action) == [.labeldrop])
  }

  @Test func `a key that a server does not know is refused, and what may be meant is said`() {
    let typo = "scrape_configs: [{job_name: a, metric_relabel_config: []}]"
    #expect(
      error(typo)
        == "prometheus.yml:1:32: scrape_configs[0].metric_relabel_config: unknown key in Prometheus 3.14; "
        + "did you mean metric_relabel_configs?")
    #expect(
      error("scrape_configs: [{job_name: a, scrape_classic_histograms: true}]")
        == "prometheus.yml:1:32: scrape_configs[0].scrape_classic_histograms: unknown key in "
        + "Prometheus 3.14, which knew it until 2.55")
  }

  @Test func `numbers are those of YAML 1.1`() throws {
    for (text, number) in [
      ("010", 8), ("08", 8), ("0x10", 16), ("1e3", 1000), ("1_000", 1000), ("1.9", 1),
    ] as [(String, UInt64)] {
      let read = try read("scrape_configs: [{job_name: a, sample_limit: \(text)}]")
      #expect(read.scrapeConfigs[0].limits.samples == number, "\(text)")
    }
  }

  @Test func `the label job is what relabelling makes of it`() throws {
    func label(_ rules: String) throws -> JobLabel {
      try read("scrape_configs: [{job_name: a, relabel_configs: \(rules)}]").scrapeConfigs[0]
        .jobLabel
    }
    #expect(try label("[]") == .value(Array("a".utf8)))
    #expect(try label("[{target_label: job, replacement: b}]") == .value(Array("b".utf8)))
    #expect(try label("[{source_labels: [x], target_label: job}]") == .unknown)
    #expect(try label("[{action: labelmap, regex: 'x_(.+)'}]") == .unknown)
    #expect(try label("[{action: labeldrop, regex: job}]") == .value([]))
  }

  @Test func `what cannot be read says where, which key, and what is allowed`() {
    #expect(
      error("storage:\n  tsdb:\n    out_of_order_time_window: soon\n")
        == "prometheus.yml:3:31: storage.tsdb.out_of_order_time_window: "
        + "expected a duration such as 30s, 2h or 15d, found \"soon\"")
    #expect(
      error("scrape_configs:\n  - job_name: a\n    sample_limit: -1\n")
        == "prometheus.yml:3:19: scrape_configs[0].sample_limit: "
        + "expected a whole number from 0 on, found \"-1\"")
    #expect(
      error("scrape_configs:\n  - sample_limit: 1\n")
        == "prometheus.yml:2:5: scrape_configs[0]: job_name is missing")
    #expect(
      error("scrape_configs: [{job_name: a}, {job_name: a}]")
        == "prometheus.yml:1:33: scrape_configs[1]: found a second job with the name \"a\"")
    #expect(
      error("storage: {tsdb: {retention: {days: 1}}}")
        == "prometheus.yml:1:30: storage.tsdb.retention.days: "
        + "unknown key in Prometheus 3.14")
    #expect(
      error("scrape_configs: 5")
        == "prometheus.yml:1:17: scrape_configs: expected a list, found \"5\"")
  }
}
