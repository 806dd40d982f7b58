internal import ArgumentParser

/// A size as a person gives it: `4Gi`, `1.5GiB`, `512MB`, `100M`, or bytes.
struct ByteSize: Equatable, Sendable {
  /// Bytes.
  let bytes: Int

  /// A size in bytes.
  init(bytes: Int) {
    self.bytes = bytes
  }

  /// Those of 1024s as IEC and Kubernetes write them, those of 1000s as SI and Kubernetes do.
  private static let units: [(name: String, bytes: Int)] = [
    ("", 1), ("B", 1),
    ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("PiB", 1 << 50),
    ("k", 1000), ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000),
  ]

  /// What a size looks like, for errors.
  static let form =
    "takes bytes, or a number with a unit: Ki, Mi, Gi, Ti (also KiB …) of 1024s, "
    + "k, M, G, T (also kB …) of 1000s"

  /// Reads a size, for an option.
  static func parse(_ text: String) throws -> ByteSize {
    guard let size = ByteSize(argument: text) else { throw ValidationError("it \(form)") }
    return size
  }

  /// Reads a size that is more than nothing, for an option.
  static func parseLimit(_ text: String) throws -> ByteSize {
    let size = try parse(text)
    guard size.bytes > 0 else { throw ValidationError("it takes a size above 0") }
    return size
  }
}

extension ByteSize: ExpressibleByArgument {
  /// nil where `argument` is no number with a unit, or too large.
  init?(argument: String) {
    let number = argument.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
    let name = argument.dropFirst(number.count)
    guard let unit = Self.units.first(where: { $0.name == name }) else { return nil }
    if let whole = Int(number) {
      let (bytes, overflow) = whole.multipliedReportingOverflow(by: unit.bytes)
      if overflow { return nil }
      self.bytes = bytes
      return
    }
    // A part of a byte is no size.
    guard unit.bytes > 1, number.first != ".", number.last != ".", let value = Double(number),
      let bytes = Int(exactly: (value * Double(unit.bytes)).rounded(.towardZero))
    else { return nil }
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
