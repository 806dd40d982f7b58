/// `meta.json` as Prometheus writes it (tsdb/block.go, `writeMetaFile`), with what others keep in it.
extension BlockMeta {
  /// The bytes of the file, indented as Go does it.
  public var json: [UInt8] {
    var text = "{\n"
    text += "\t\"ulid\": \"\(ulid)\",\n"
    text += "\t\"minTime\": \(minTime),\n"
    text += "\t\"maxTime\": \(maxTime),\n"
    text += "\t\"stats\": \(Self.object(statsMembers, depth: 1)),\n"
    text += "\t\"compaction\": \(Self.object(compactionMembers, depth: 1)),\n"
    text += "\t\"version\": \(version)"
    for extra in extras { text += ",\n\t\(Self.quoted(extra.key)): \(extra.json)" }
    return Array((text + "\n}").utf8)
  }

  /// Counts that are 0 are left out.
  private var statsMembers: [(String, String)] {
    [
      ("numSamples", stats.numSamples), ("numFloatSamples", stats.numFloatSamples),
      ("numHistogramSamples", stats.numHistogramSamples), ("numSeries", stats.numSeries),
      ("numChunks", stats.numChunks), ("numTombstones", stats.numTombstones),
    ].filter { $0.1 > 0 }.map { ($0.0, String($0.1)) }
  }

  private var compactionMembers: [(String, String)] {
    var members = [("level", String(compaction.level))]
    if !compaction.sources.isEmpty {
      members.append(
        ("sources", Self.list(compaction.sources.map { Self.quoted("\($0)") }, depth: 2)))
    }
    if compaction.deletable { members.append(("deletable", "true")) }
    if !compaction.parents.isEmpty {
      let parents = compaction.parents.map { parent in
        Self.object(
          [
            ("ulid", Self.quoted("\(parent.ulid)")), ("minTime", String(parent.minTime)),
            ("maxTime", String(parent.maxTime)),
          ], depth: 3)
      }
      members.append(("parents", Self.list(parents, depth: 2)))
    }
    if compaction.failed { members.append(("failed", "true")) }
    if !compaction.hints.isEmpty {
      members.append(("hints", Self.list(compaction.hints.map(Self.quoted), depth: 2)))
    }
    return members
  }

  private static func indent(_ depth: Int) -> String { String(repeating: "\t", count: depth) }

  private static func object(_ members: [(String, String)], depth: Int) -> String {
    guard !members.isEmpty else { return "{}" }
    let lines = members.map { "\(indent(depth + 1))\"\($0.0)\": \($0.1)" }
    return "{\n\(lines.joined(separator: ",\n"))\n\(indent(depth))}"
  }

  private static func list(_ items: [String], depth: Int) -> String {
    let lines = items.map { indent(depth + 1) + $0 }
    return "[\n\(lines.joined(separator: ",\n"))\n\(indent(depth))]"
  }

  /// Text as JSON: quotes, backslashes and control characters are escaped.
  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
