internal import TSDBFormat

/// What a field says, in words.
enum FieldText {
  /// The words for `value`; none for a field that says nothing by itself. Not escaped.
  static func words(_ value: Field.Value) -> String {
    switch value {
    case .none: ""
    case .unsigned(let number): "\(number)"
    case .signed(let number): "\(number)"
    case .magic(let number): hex(number)
    case .time(let time): "\(TimeText.milliseconds(time)) (\(time))"
    case .float(let bits): float(bits)
    case .code(let code, let meaning): "\(code) (\(meaning))"
    case .delta(let delta, let number): "\(number) (\(signed(delta)))"
    case .timeDelta(let delta, let time): "\(TimeText.milliseconds(time)) (\(signed(delta)))"
    case .text(let bytes): DisplayText.escaped(bytes)
    case .symbol(let number, let text):
      "\(number) " + (text.map { "\"\(DisplayText.escaped($0))\"" } ?? "(no such symbol)")
    case .chunk(let place): chunk(ChunkReference(rawValue: place), in: "chunks", first: 1)
    case .headChunk(let place):
      chunk(ChunkReference(rawValue: place), in: "chunks_head", first: 0)
    case .checksum(let stored, let computed):
      stored == computed
        ? "\(hex(stored)), true" : "\(hex(stored)), but the bytes have \(hex(computed))"
    case .label(let label):
      "\(DisplayText.escaped(label.name))=\"\(DisplayText.escaped(label.value))\""
    case .labels(let labels): series(labels)
    case .sample(let ref, let time, let bits): sample(ref, time, bits)
    }
  }

  /// `up{job="api"}`.
  static func series(_ labels: [Label]) -> String {
    var out = ByteBuffer()
    GoLabels.append(exposition: labels, .go, to: &out)
    return DisplayText.escaped([UInt8](out.bytes))
  }

  /// A float as Prometheus prints it, and `stale` for the marker of the end of a series.
  static func float(_ bits: UInt64) -> String {
    if bits == StaleMarker.bits { return "stale" }
    var out = ByteBuffer()
    GoFloat.append(Double(bitPattern: bits), to: &out)
    return String(decoding: [UInt8](out.bytes), as: UTF8.self)
  }

  /// `0x0130bc91`.
  static func hex(_ number: UInt32) -> String { "0x" + padded(UInt64(number), to: 8) }

  /// Hexadecimal digits, `width` at least.
  static func padded(_ number: UInt64, to width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  /// `chunks/000001:8`.
  static func chunk(_ place: ChunkReference, in folder: String, first: Int) -> String {
    let digits = String(place.segment &+ first)
    let name = String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    return "\(folder)/\(name):\(place.offset)"
  }

  private static func signed(_ number: Int64) -> String { number < 0 ? "\(number)" : "+\(number)" }

  private static func sample(_ ref: UInt64?, _ time: Int64, _ bits: UInt64?) -> String {
    var text = ref.map { "ref \($0)  " } ?? ""
    text += TimeText.milliseconds(time)
    if let bits { text += "  " + float(bits) }
    return text
  }
}
