internal import TSDBFormat
package import TSDBStore

/// An exhibit as one JSON object.
package struct ExhibitJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let kind: String
  /// Relative to the directory, if one was given.
  let address: JSONText
  let facts: [Fact]
  let parts: [Part]
  let findings: [FindingJSON]

  /// Something known beside the fields.
  struct Fact: Encodable {
    let name: String
    let value: FieldJSON
  }

  /// A stretch of bytes with its fields.
  struct Part: Encodable {
    let title: String
    /// What offsets count from: `file` or `record`.
    let source: String
    let fields: [Entry]
  }

  /// A field.
  struct Entry: Encodable {
    let name: String
    let level: Int
    let isLeaf: Bool
    /// In bytes; where it does not begin with a byte, that of the byte it begins in.
    let offset: Int
    /// Bytes it touches.
    let length: Int
    /// First bit of the byte at `offset`, and how many; missing for whole bytes.
    let bit: Int?
    let bits: Int?
    let value: FieldJSON?
    /// The bytes of a leaf, in hexadecimal; with `--hex`.
    let hex: String?
  }

  /// What was found; paths are relative to `directory`.
  package init(_ exhibit: Exhibit, in directory: String, showsBytes: Bool) {
    kind = exhibit.kind
    let path = RelativePath.of(exhibit.address.path, to: directory)
    address = JSONText(Array("\(Address(path: path, exhibit.address.place))".utf8))
    facts = exhibit.facts.map { Fact(name: $0.name, value: FieldJSON(value: $0.value)) }
    parts = exhibit.parts.map { Part($0, showsBytes: showsBytes) }
    findings = FindingJSON.all(exhibit.problems, in: directory)
  }
}

extension ExhibitJSON.Part {
  fileprivate init(_ part: Exhibit.Part, showsBytes: Bool) {
    title = part.title
    if case .record = part.source { source = "record" } else { source = "file" }
    fields = part.annotation.fields.map { field in
      let bytes = field.isLeaf && showsBytes ? part.bytes(in: field.bytes) : nil
      return ExhibitJSON.Entry(
        name: field.name, level: field.level, isLeaf: field.isLeaf,
        offset: field.bytes.lowerBound, length: field.bytes.count,
        bit: field.isWholeBytes ? nil : field.bits.lowerBound % 8,
        bits: field.isWholeBytes ? nil : field.bits.count,
        value: field.value == .none ? nil : FieldJSON(value: field.value),
        hex: bytes?.map { FieldText.padded(UInt64($0), to: 2) }.joined())
    }
  }
}

/// What a field says: a number or a string where that is all, else an object.
struct FieldJSON: Encodable {
  let value: Field.Value

  private enum Key: CodingKey {
    case code, meaning, delta, value, time, symbol, text, file, offset, stored, computed, name, ref
  }

  func encode(to encoder: any Encoder) throws {
    switch value {
    case .none: try single(encoder, "")
    case .unsigned(let number): try single(encoder, number)
    case .signed(let number): try single(encoder, number)
    case .magic(let number): try single(encoder, FieldText.hex(number))
    case .time(let time): try single(encoder, JSONTime(time))
    case .float(let bits): try single(encoder, Double(bitPattern: bits))
    case .text(let bytes): try single(encoder, JSONText(bytes))
    case .labels(let labels): try single(encoder, JSONObject(labels))
    case .code(let code, let meaning): try object(encoder, (.code, code), (.meaning, meaning))
    case .delta(let delta, let number): try object(encoder, (.delta, delta), (.value, number))
    case .timeDelta(let delta, let time):
      try object(encoder, (.delta, delta), (.time, JSONTime(time)))
    case .symbol(let number, let text):
      try object(encoder, (.symbol, number), (.text, text.map(JSONText.init)))
    case .chunk(let place): try chunk(encoder, place, first: 1)
    case .headChunk(let place): try chunk(encoder, place, first: 0)
    case .checksum(let stored, let computed):
      try object(
        encoder, (.stored, FieldText.hex(stored)), (.computed, FieldText.hex(computed)))
    case .label(let label):
      try object(encoder, (.name, JSONText(label.name)), (.value, JSONText(label.value)))
    case .sample(let ref, let time, let bits):
      try object(
        encoder, (.ref, ref), (.time, JSONTime(time)),
        (.value, bits.map { Double(bitPattern: $0) }))
    }
  }

  private func chunk(_ encoder: any Encoder, _ place: UInt64, first: Int) throws {
    let place = ChunkReference(rawValue: place)
    try object(encoder, (.file, place.segment &+ first), (.offset, place.offset))
  }

  private func single(_ encoder: any Encoder, _ value: some Encodable) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  private func object<each Value: Encodable>(
    _ encoder: any Encoder, _ members: repeat (Key, (each Value)?)
  ) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, value) in repeat each members { try container.encodeIfPresent(value, forKey: key) }
  }
}
