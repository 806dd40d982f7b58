internal import TSDBFormat

/// Labels as a JSON object, by name. A name that is not UTF-8 cannot be a key, so such bytes are escaped
/// in it (`\xff`).
struct LabelsJSON: Encodable {
  /// The labels.
  let labels: [Label]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for label in labels {
      let name =
        String(validating: label.name, as: UTF8.self) ?? DisplayText.escaped(label.name)
      try container.encode(JSONText(label.value), forKey: Key(stringValue: name))
    }
  }
}
