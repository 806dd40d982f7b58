internal import ArgumentParser

/// A size as a person gives it: `1GiB`, `512MB`, or bytes.
struct ByteSize: Equatable, Sendable {
  /// Bytes.
  let bytes: Int

  /// A size in bytes.
  init(bytes: Int) {
    self.bytes = bytes
  }

  private static let units: [(name: String, bytes: Int)] = [
    ("", 1), ("B", 1),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
  ]
}

extension ByteSize: ExpressibleByArgument {
  /// nil where `argument` is no whole number with a unit, or too large.
  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let name = argument.dropFirst(digits.count)
    guard let number = Int(digits), let unit = Self.units.first(where: { $0.name == name }) else {
      return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    if overflow { return nil }
    self.bytes = bytes
  }
}

extension ByteSize: CustomStringConvertible {
  /// As it would be given, in the largest unit of 1024s that it is a multiple of.
  var description: String {
    let unit = Self.units.last { $0.name.hasSuffix("iB") && bytes.isMultiple(of: $0.bytes) }
    return bytes > 0 ? "\(bytes / (unit?.bytes ?? 1))\(unit?.name ?? "")" : "0"
  }

  /// What `--help` shows.
  var defaultValueDescription: String { description }
}
