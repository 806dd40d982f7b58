/// The block that the worked examples of Docs/formats show: written by Prometheus 3.5.3 for
/// `states/wal-multi-ref`, 14 series.
public enum ExampleBlock {
  /// The block's folder.
  public static let path =
    Fixture("states/wal-multi-ref").data + "/01M7XTQMHTGHQMARVJHRZG7F6E"

  /// Its index: 1350 bytes.
  public static func index() throws -> [UInt8] { try readFile(path + "/index") }

  /// Its only chunk segment.
  public static func chunks() throws -> [UInt8] { try readFile(path + "/chunks/000001") }
}
