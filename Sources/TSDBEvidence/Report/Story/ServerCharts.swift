internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What servers that scraped themselves said of their head and their memory, beside what the data tell.
extension Story {
  /// How many servers are drawn; all of them are in the table `servers`.
  private static let mostServers = 2

  func servers(_ buckets: ChurnBuckets, _ head: [Int]) -> [Block] {
    let shown = Array(
      evidence.servers.enumerated().sorted {
        (Self.most($1.element.headSeries), $0.offset) < (
          Self.most($0.element.headSeries), $1.offset
        )
      }.map(\.element).prefix(Self.mostServers))
    guard !shown.isEmpty else { return [] }
    var blocks: [Block] = [
      .heading("What the server said of itself"), .paragraph(sentence(shown, head)),
      headBlock(shown, buckets, head),
    ]
    let measured = shown.filter { !$0.residentBytes.isEmpty }
    if !measured.isEmpty { blocks.append(memoryBlock(measured, buckets)) }
    return blocks
  }

  private static func most(_ points: [ServerMetrics.Point]) -> Int64 {
    points.map(\.whole).max() ?? 0
  }

  private func sentence(_ shown: [ServerMetrics.Server], _ head: [Int]) -> Prose {
    var parts: [Prose] = []
    for server in shown {
      guard let last = server.headSeries.last else { continue }
      var part: Prose = "\(labels: server.labels) had "
      part.append(
        "\(strong: number(last.whole, "series", "series")) in its head at \(time: last.time)")
      if let bytes = server.residentBytes.last {
        part.append(", and \(strong: Units.bytes(bytes.whole)) of memory")
      }
      parts.append(part)
    }
    let left = evidence.servers.count - shown.count
    var text = Prose.joined(parts, by: "; ") + ", by its own metrics."
    if left > 0 {
      text.append(
        " \(number(left, "other server")) \(left == 1 ? "is" : "are") in the table \(code: "servers")."
      )
    }
    return text
      + " The data here may be of another server than the one that was scraped: then the numbers differ."
  }

  private func headBlock(
    _ shown: [ServerMetrics.Server], _ buckets: ChurnBuckets, _ head: [Int]
  ) -> Block {
    let own = shown.map { Self.steps($0.headSeries, buckets) }
    var lines = [
      TimeChart.Line(name: "in the head, counted here", style: 1, isFilled: true, values: head)
    ]
    for (number, values) in own.enumerated() {
      lines.append(line(shown[number], number, values))
    }
    let chart = TimeChart(
      title: "Series in the head, counted here and by the server",
      description: "At most \(Units.count(head.max() ?? 0)) series are counted here; "
        + shown.map { "\(name($0)) said \(Units.count(Self.most($0.headSeries)))" }
        .joined(separator: ", ") + " at most.",
      unit: "series", start: buckets.start, step: buckets.step, lines: lines, marks: marks)
    var table = ResultTable(
      caption: "Series in the head, counted here and by the server (prometheus_tsdb_head_series)",
      [.text("from (UTC)"), .number("counted here")] + shown.map { .number(name($0)) })
    for bucket in 0..<buckets.count {
      table.row(
        [.time(buckets.time(of: bucket)), .count(head[bucket])] + own.map { .count($0[bucket]) })
    }
    return .chart(chart, table)
  }

  private func memoryBlock(
    _ shown: [ServerMetrics.Server], _ buckets: ChurnBuckets
  ) -> Block {
    let own = shown.map { Self.steps($0.residentBytes, buckets) }
    let lines = own.enumerated().map { number, values in
      line(shown[number], number, values)
    }
    let chart = TimeChart(
      title: "Memory of the server's process",
      description: shown.map {
        "\(name($0)) had \(Units.bytes(Self.most($0.residentBytes))) of resident memory at most"
      }.joined(separator: ", ") + ".",
      unit: "resident memory", values: .bytes, start: buckets.start, step: buckets.step,
      lines: lines, marks: marks)
    var table = ResultTable(
      caption: "Memory of the server's process, in bytes (process_resident_memory_bytes)",
      [.text("from (UTC)")] + shown.map { .number(name($0)) })
    for bucket in 0..<buckets.count {
      table.row(
        [.time(buckets.time(of: bucket))] + own.map { .count($0[bucket]) })
    }
    return .chart(chart, table)
  }

  private func line(
    _ server: ServerMetrics.Server, _ number: Int, _ values: [Int?]
  ) -> TimeChart.Line {
    TimeChart.Line(
      name: name(server), style: number + 2, isFilled: false, values: values.map { $0 ?? 0 },
      unknown: values.prefix { $0 == nil }.count)
  }

  /// The instance of a server, short enough for a legend.
  private func name(_ server: ServerMetrics.Server) -> String {
    let value = server.labels.first { $0.name.elementsEqual("instance".utf8) }?.value
    let text = ForeignText.short(value ?? [], to: 24)
    return text.isEmpty ? "the server" : text
  }

  /// The value of each bucket: of a bucket without a sample that of the one before; nil before the first.
  private static func steps(_ points: [ServerMetrics.Point], _ buckets: ChurnBuckets) -> [Int?] {
    var result: [Int?] = []
    var next = points.startIndex
    var value: Int?
    for bucket in 0..<buckets.count {
      let isLast = bucket == buckets.count - 1
      let end = buckets.time(of: bucket).addingReportingOverflow(buckets.step)
      while next < points.endIndex,
        isLast || end.overflow || points[next].time < end.partialValue
      {
        value = Int(clamping: max(0, points[next].whole))
        next += 1
      }
      result.append(value)
    }
    return result
  }
}
