package import TSDBFormat

/// JSON Lines, one for each piece of a series:
///
///     {"type":"series","data":{"labels":{"__name__":"up"},"samples":[{"t":1794873600000,"v":1}]}}
package struct JSONSamples: SampleWriter {
  package init() {}

  package func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer) {
    out.append("{\"type\":\"series\",\"data\":{\"labels\":")
    SampleJSON.append(labels, to: &out)
    out.append(",\"samples\":[")
    for index in 0..<samples.count {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      SampleJSON.append(samples, at: index, to: &out)
    }
    out.append("]}}\n")
  }
}

/// JSON Lines, one for each series, with the times of its first and last sample.
package struct JSONSeries: SeriesWriter {
  package init() {}

  package func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer) {
    out.append("{\"type\":\"series\",\"data\":{\"labels\":")
    SampleJSON.append(labels, to: &out)
    if range.isEmpty {
      out.append(",\"minTime\":null,\"maxTime\":null}}\n")
      return
    }
    out.append(",\"minTime\":\"")
    TimeBytes.append(range.minTime, to: &out)
    out.append("\",\"maxTime\":\"")
    TimeBytes.append(range.maxTime, to: &out)
    out.append("\"}}\n")
  }
}
