/// A label name and value, as bytes: Prometheus allows any UTF-8, and disks allow anything.
public struct Label: Hashable, Sendable {
  /// The name, such as `job`.
  public let name: [UInt8]
  /// The value.
  public let value: [UInt8]

  /// A label of raw bytes.
  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }

  /// A label of text.
  public init(_ name: String, _ value: String) {
    self.name = [UInt8](name.utf8)
    self.value = [UInt8](value.utf8)
  }
}
