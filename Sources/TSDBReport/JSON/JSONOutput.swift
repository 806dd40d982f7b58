internal import FoundationEssentials
internal import TSDBFormat

/// JSON as every command writes it: sorted keys, one object per report or per line.
package enum JSONOutput {
  /// The version of every JSON report; goes up when a field changes its meaning or leaves.
  package static let schemaVersion = 2

  /// A report: one object, indented, with a line feed at its end.
  package static func report(_ value: some Encodable) throws -> String {
    try text(value, [.prettyPrinted]) + "\n"
  }

  /// One line of a stream, with its line feed (JSON Lines).
  package static func line(_ value: some Encodable) throws -> String {
    try text(value, []) + "\n"
  }

  private static func text(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    // What damaged files claim may not be a number JSON knows.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// Bytes in JSON: a string where they are UTF-8, else `{"bytes": base64}`.
package struct JSONText: Encodable, Equatable, Sendable {
  /// The bytes, such as a label value.
  package let bytes: [UInt8]

  /// The bytes of a label name, a label value or a path.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  private enum CodingKeys: CodingKey { case bytes }

  package func encode(to encoder: any Encoder) throws {
    if let text = String(validating: bytes, as: UTF8.self) {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    } else {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(Data(bytes).base64EncodedString(), forKey: .bytes)
    }
  }
}

/// A time in JSON: RFC 3339 with milliseconds, in UTC.
package struct JSONTime: Encodable, Equatable, Sendable {
  /// Milliseconds since 1970.
  let milliseconds: Int64

  /// A time in milliseconds since 1970.
  package init(_ milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(TimeText.milliseconds(milliseconds))
  }
}
