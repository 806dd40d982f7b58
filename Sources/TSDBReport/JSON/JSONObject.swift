package import TSDBFormat

/// An object of a JSON report, written where its values are: each key once, beside what it stands for. What
/// is nil is left out; `present` says that there is none.
///
///     let side: JSONObject = ["series": side.series, "time": side.time.map { JSONTime($0) }]
package struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
  private let members: [(key: String, value: (any Encodable)?)]

  package init(dictionaryLiteral members: (String, (any Encodable)?)...) {
    self.members = members.map { (key: $0.0, value: $0.1) }
  }

  private init(_ members: [(key: String, value: (any Encodable)?)]) { self.members = members }

  /// Both together.
  package static func + (left: JSONObject, right: JSONObject) -> JSONObject {
    JSONObject(left.members + right.members)
  }

  /// A whole report, with the version of its fields.
  package var report: JSONObject { self + ["schemaVersion": JSONOutput.schemaVersion] }

  /// The labels of a series, by name. A name that is not UTF-8 cannot be a key, so such bytes are escaped in it
  /// (`\xff`).
  package init(_ labels: [Label]) {
    // The last of two wins, as it does in an object.
    var met: [String: JSONText] = [:]
    for label in labels {
      met[String(validating: label.name, as: UTF8.self) ?? DisplayText.escaped(label.name)] =
        JSONText(label.value)
    }
    members = met.map { (key: $0.key, value: $0.value) }
  }

  fileprivate struct Null: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (key, value) in members {
      if let value { try container.encode(value, forKey: Name(stringValue: key)) }
    }
  }
}

extension Optional where Wrapped == any Encodable {
  /// Null where there is nothing, so that scripts can test it.
  package static func present(_ value: (any Encodable)?) -> (any Encodable)? {
    value ?? JSONObject.Null()
  }
}

extension TimeRange {
  /// The first and the last time; nil where it is empty.
  var first: JSONTime? { isEmpty ? nil : JSONTime(minTime) }
  var last: JSONTime? { isEmpty ? nil : JSONTime(maxTime) }
}
