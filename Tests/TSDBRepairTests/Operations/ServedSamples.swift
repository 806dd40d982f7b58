import Synchronization
import TSDBAnalysis
import TSDBFormat
import TSDBRepair
import TSDBStore
import TestSupport

/// What a server would serve, in values that can be compared: for each sample one line, with labels,
/// time, start time and all of the value but the hint of a histogram, which follows from its chunk.
/// The lines are sorted: several tasks make them.
func servedSamples(
  _ path: String, match: String? = nil, options given: SampleView.Options = .init()
) async throws -> [String] {
  var options = given
  if let match { options.selectors = [try Selector(match)] }
  let view = SampleView(try DataDirectory(path: path), options: options)
  let lines = Mutex<[String]>([])
  _ = try await view.writeSamples { labels, samples, _ in
    let name = labels.map { "\(String(decoding: $0.name, as: UTF8.self))=\($0.value)" }.joined()
    let found = samples.times.indices.map { index in
      var text = "\(name) \(samples.times[index]) \(samples.startTime(at: index)) "
      switch samples.value(at: index) {
      case .float(let bits): text += "\(bits)"
      case .histogram(var histogram):
        histogram.counterReset = .unknown
        text += "\(histogram)"
      }
      return text
    }
    lines.withLock { $0 += found }
  } to: { _ in
  }
  return lines.withLock { $0 }.sorted()
}

/// Lines of `servedSamples` but those about the end of a series.
func withoutMarkers(_ lines: [String]) -> [String] {
  lines.filter { !$0.hasSuffix(" \(StaleMarker.bits)") && !$0.contains("sum: snan") }
}

/// Makes an operation in the directory `path`, and gives its steps.
func operate(
  on path: String,
  _ operation: @escaping @Sendable (RepairContext) async throws(FileError) -> [RepairStep]
) async throws -> Repair.Result {
  var options = Repair.Options()
  options.isProven = false
  options.time = "test"
  options.operation = operation
  return try await Repair(of: DataDirectory(path: path), options).applyInPlace()
}

/// How many samples are served at each time.
func servedTimes(_ path: String, _ options: SampleView.Options) async throws -> [Int64: Int] {
  let view = SampleView(try DataDirectory(path: path), options: options)
  let counts = Mutex<[Int64: Int]>([:])
  _ = try await view.writeSamples { _, samples, _ in
    counts.withLock { counts in
      for index in samples.times.indices { counts[samples.times[index], default: 0] += 1 }
    }
  } to: { _ in
  }
  return counts.withLock { $0 }
}
