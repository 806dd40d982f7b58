internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// A series of a block or of the head.
struct SeriesItem: ListingItem {
  var type: String { "series" }
  /// Addresses for `show`, relative to the directory: one in a block, one for each ref in the head.
  let addresses: [JSONText]
  let labels: Labels
  /// Missing in the head.
  let chunks: Int?

  /// Labels, which JSON has by name.
  struct Labels: Encodable {
    let list: [Label]

    func encode(to encoder: any Encoder) throws { try JSONObject(list).encode(to: encoder) }
  }

  let minTime: JSONTime?
  let maxTime: JSONTime?

  init(_ series: ListedSeries, in directory: String) {
    switch series.place {
    case .block(let path, let reference, let chunks):
      let block = RelativePath.of(path, to: directory)
      let index = block == "." ? "index" : block + "/index"
      addresses = [JSONText("\(index)#series/\(reference)")]
      self.chunks = chunks
    case .head(let refs):
      addresses = refs.map { JSONText("#ref/\($0)") }
      chunks = nil
    }
    labels = Labels(list: series.labels)
    minTime = series.times.isEmpty ? nil : JSONTime(series.times.minTime)
    maxTime = series.times.isEmpty ? nil : JSONTime(series.times.maxTime)
  }

  var text: String {
    let time = { (time: JSONTime?) in time.map { TimeText.milliseconds($0.milliseconds) } ?? "-" }
    let places = addresses.map { DisplayText.escaped($0.bytes) }.joined(separator: " ")
    var parts = [places, time(minTime), time(maxTime)]
    if let chunks { parts.append("\(chunks) chunk\(chunks == 1 ? "" : "s")") }
    return (parts + [FieldText.series(labels.list)]).joined(separator: "  ")
  }
}

/// A symbol of a block.
struct SymbolItem: ListingItem {
  var type: String { "symbol" }
  /// Relative to the directory; an address for `show`.
  let address: JSONText
  let symbol: JSONText

  var text: String {
    DisplayText.escaped(address.bytes) + "  " + DisplayText.escaped(symbol.bytes)
  }
}

/// A label name.
struct LabelItem: ListingItem {
  var type: String { "label" }
  let name: JSONText
  let values: Int
  let series: Int

  init(_ name: LabelCounts.Name) {
    self.name = JSONText(name.name)
    values = name.values
    series = name.series
  }

  var text: String {
    "\(DisplayText.escaped(name.bytes))  \(Units.count(values)) value\(values == 1 ? "" : "s"), "
      + "\(Units.count(series)) series"
  }
}

/// A value of a label.
struct ValueItem: ListingItem {
  /// `value` or `metric`.
  let type: String
  let value: JSONText
  let series: Int

  private enum CodingKeys: CodingKey { case value, series }

  init(_ value: LabelCounts.Value, type: String) {
    self.type = type
    self.value = JSONText(value.value)
    series = value.series
  }

  var text: String { "\(DisplayText.escaped(value.bytes))  \(Units.count(series)) series" }
}
