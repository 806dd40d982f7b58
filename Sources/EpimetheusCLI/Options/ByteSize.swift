internal import ArgumentParser
internal import PrometheusConfig

/// A size as a person gives it: as Kubernetes writes them (`4Gi`, `100M`), as Prometheus reads them (`1.5GiB`,
/// `512MB`), or in bytes.
struct ByteSize: Equatable, Sendable {
  /// Bytes.
  let bytes: Int

  /// A size in bytes.
  init(bytes: Int) {
    self.bytes = bytes
  }

  /// What Kubernetes writes behind a number (its `resource.Quantity`).
  private static let units: [(name: String, bytes: Int)] = [
    ("", 1), ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50),
    ("k", 1000), ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
  ]

  /// What a size looks like, for errors.
  static let form =
    "takes bytes, or a number with a unit: Ki, Mi, Gi, Ti of 1024s and k, M, G, T of 1000s, as Kubernetes "
    + "has them, or KB, MB, GB, TB (also KiB …) of 1024s, as Prometheus has them"

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
    guard let unit = Self.units.first(where: { $0.name == name }) else {
      guard let bytes = PrometheusSize.bytes(argument), bytes >= 0, bytes < .max else { return nil }
      self.bytes = bytes
      return
    }
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
    let unit = Self.units.last { $0.name.hasSuffix("i") && bytes.isMultiple(of: $0.bytes) }
    return bytes > 0 ? "\(bytes / (unit?.bytes ?? 1))\(unit.map { $0.name + "B" } ?? "")" : "0"
  }

  /// What `--help` shows.
  var defaultValueDescription: String { description }
}
