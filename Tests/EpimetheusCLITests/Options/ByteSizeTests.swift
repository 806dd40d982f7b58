import Testing

@testable import EpimetheusCLI

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("7B", 7), ("1KiB", 1024), ("128MiB", 134_217_728),
    ("1GiB", 1_073_741_824), ("2TiB", 2_199_023_255_552), ("1KB", 1024),
    ("512MB", 512 << 20), ("1.5GB", 3 << 29), ("1TB", 1 << 40),
    // As Kubernetes writes them.
    ("4Gi", 4_294_967_296), ("512Mi", 536_870_912), ("1.5GiB", 1_610_612_736),
    ("4G", 4_000_000_000),
    ("100M", 100_000_000), ("128k", 128_000), ("0.5Ki", 512), ("1.5G", 1_500_000_000),
  ])
  func `a size has a unit, or is in bytes`(text: String, bytes: Int) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "MiB", "-1", "1.5", "1kB", "1 GiB", "1gib", "9223372036854775807KiB", "1e3", "4g", "100m",
    ".5Gi",
    "1.Gi", "1.2.3Gi", "99999999999999999999.5Ti",
  ])
  func `anything else is none`(text: String) {
    #expect(ByteSize(argument: text) == nil)
  }

  @Test func `an error names the option and the units`() {
    do {
      _ = try StartupFlags.parse(["--memory-limit", "4g"])
      Issue.record("it was accepted")
    } catch {
      let message = StartupFlags.message(for: error)
      for part in ["'4g'", "--memory-limit", "Ki, Mi, Gi, Ti", "k, M, G, T"] {
        #expect(message.contains(part), "\(message)")
      }
      #expect(StartupFlags.exitCode(for: error).rawValue == 64)
    }
    #expect(throws: (any Error).self) { try StartupFlags.parse(["--memory-limit", "0"]) }
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (1024, "1KiB"), (1536, "1536"), (1 << 30, "1GiB"), (3 << 20, "3MiB"),
  ])
  func `it is shown as it could be given`(bytes: Int, text: String) {
    #expect(ByteSize(bytes: bytes).description == text)
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }
}
