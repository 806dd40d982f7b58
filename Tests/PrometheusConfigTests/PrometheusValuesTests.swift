import PrometheusConfig
import Testing

/// What real servers took and refused of the same texts is in `ServerFlagsTests`.
@Suite struct PrometheusValuesTests {
  @Test(arguments: [
    ("15d", 1_296_000_000), ("1h30m", 5_400_000), ("100y", 3_153_600_000_000), ("0", 0), ("0s", 0),
    ("1y2w3d4h5m6s7ms", 33_019_506_007), ("106751d", 9_223_286_400_000), ("007s", 7000),
  ]) func `durations have years of 365 days`(text: String, milliseconds: Int64) {
    #expect(PrometheusDuration.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    "", "d", "5", "5x", "-1d", "1.5d", "1h1h", "1m1h", "1 h", "1H", "293y", "106752d",
    "9999999999999y",
    "99999999999999999999s", "1h ", "h1",
  ]) func `what a server refuses is no duration`(text: String) {
    #expect(PrometheusDuration.milliseconds(text) == nil)
  }

  @Test(arguments: [
    ("512MB", 512 << 20), ("1GiB", 1 << 30), ("7B", 7), ("1.5KB", 1536), ("7.5GB", 8_053_063_680),
    ("0.01GB", 10_737_418), ("5MB512KB", 5_767_168), (".5GB", 1 << 29), ("1.GB", 1 << 30), ("0", 0),
    ("-1KB", -1024), ("+2B", 2), ("8EB", .max), ("1KiB512B", 1536),
  ]) func `sizes are counted in powers of 1024`(text: String, bytes: Int) {
    #expect(PrometheusSize.bytes(text) == bytes)
  }

  @Test(arguments: [
    "", "5", "10mb", "1kB", "GB", "-", "99999999EB", "1GiB512KB", "1e3B", "9999999999999999999B",
    "1 GB",
    "1GB ", ".B", "1.2.3B", "½GB",
  ]) func `what a server refuses is no size`(text: String) {
    #expect(PrometheusSize.bytes(text) == nil)
  }
}
