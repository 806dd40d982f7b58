import Testing

@testable import EpimetheusCLI

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("7B", 7), ("1KiB", 1024), ("128MiB", 134_217_728),
    ("1GiB", 1_073_741_824), ("2TiB", 2_199_023_255_552), ("1kB", 1000), ("1KB", 1000),
    ("512MB", 512_000_000), ("3GB", 3_000_000_000), ("1TB", 1_000_000_000_000),
  ])
  func `a size has a unit, or is in bytes`(text: String, bytes: Int) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }

  @Test(arguments: ["", "MiB", "-1", "1.5GiB", "1 GiB", "1gib", "9223372036854775807KiB", "1e3"])
  func `anything else is none`(text: String) {
    #expect(ByteSize(argument: text) == nil)
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (1024, "1KiB"), (1536, "1536"), (1 << 30, "1GiB"), (3 << 20, "3MiB"),
  ])
  func `it is shown as it could be given`(bytes: Int, text: String) {
    #expect(ByteSize(bytes: bytes).description == text)
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }
}
