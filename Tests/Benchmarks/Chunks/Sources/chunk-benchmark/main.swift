// Decodes all XOR chunks of a data directory's blocks, by Epimetheus and by the same loop in C, in
// turns, and prints a row of Docs/benchmarks.md for each: medians of the passes, on one core.
//
//   chunk-benchmark DIR [PASSES]

import CXORLoop
import TSDBFormat
import TSDBStore

struct Place {
  let segment: Int
  let offset: Int
  let size: Int
}

/// The segments of a block and its XOR chunks, in the order of the index.
func chunks(of folder: BlockFolder) throws -> ([MappedFile], [Place]) {
  let segments = try folder.chunks.map { try ChunkSegmentFile(path: $0.path).file }
  guard let index = Block(folder).index else { return ([], []) }
  var places: [Place] = []
  var series = index.series(chunks: true)
  while series.next() {
    for meta in series.batch.chunks {
      let reference = meta.reference
      let segment = segments[reference.segment]
      let chunk = try Chunk(of: segment.bytes, at: reference.offset)
      guard chunk.encoding == .xor else { continue }
      places.append(
        Place(segment: reference.segment, offset: chunk.offset, size: chunk.data.byteCount))
    }
  }
  return (segments, places)
}

struct Pass {
  var seconds = 0.0
  var samples = 0
  var sum: UInt64 = 0

  mutating func measure(_ body: (inout Pass) throws -> Void) rethrows {
    let clock = ContinuousClock()
    let begin = clock.now
    try body(&self)
    let time = (clock.now - begin).components
    seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
  }

  /// Something of each chunk, so that nothing is left out, and that both can be compared.
  mutating func add(_ time: Int64, _ value: UInt64, _ count: Int) {
    samples += count
    sum = (sum &* 31 &+ UInt64(bitPattern: time)) ^ value
  }
}

func decodeBySwift(_ segments: [MappedFile], _ places: [Place]) throws -> Pass {
  var pass = Pass()
  var batch = SampleBatch()
  try pass.measure { pass in
    for place in places {
      batch.removeAll()
      let segment = segments[place.segment]
      let data = segment.bytes.extracting(place.offset..<place.offset + place.size)
      try batch.decode(data, .xor, at: place.offset)
      pass.add(batch.times[batch.count - 1], batch.values[batch.count - 1], batch.count)
    }
  }
  return pass
}

func decodeByC(_ segments: [MappedFile], _ places: [Place]) -> Pass {
  var pass = Pass()
  var times = [Int64](repeating: 0, count: 65536)
  var values = [UInt64](repeating: 0, count: 65536)
  pass.measure { pass in
    for place in places {
      let segment = segments[place.segment]
      let count = segment.bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map {
          epimetheus_xor_decode(
            $0.advanced(by: place.offset).assumingMemoryBound(to: UInt8.self), place.size, &times,
            &values)
        } ?? 0
      }
      precondition(count > 0)
      pass.add(times[Int(count) - 1], values[Int(count) - 1], Int(count))
    }
  }
  return pass
}

func median(_ passes: [Pass]) -> Double {
  passes.map(\.seconds).sorted()[passes.count / 2]
}

func rounded(_ value: Double, _ scale: Double) -> String {
  "\((value * scale).rounded() / scale)"
}

let arguments = CommandLine.arguments
guard arguments.count >= 2 else { fatalError("chunk-benchmark DIR [PASSES]") }
let passes = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
var (bySwift, byC): ([Pass], [Pass]) = ([], [])
for folder in try DataDirectory(path: arguments[1]).blocks {
  let (segments, places) = try chunks(of: folder)
  guard !places.isEmpty else { continue }
  // One of each that is not measured, for the page cache.
  _ = try decodeBySwift(segments, places)
  _ = decodeByC(segments, places)
  for _ in 0..<passes {
    bySwift.append(try decodeBySwift(segments, places))
    byC.append(decodeByC(segments, places))
  }
  precondition(bySwift.last?.sum == byC.last?.sum, "the two decode different samples")
  let samples = Double(bySwift[0].samples)
  let (swift, c) = (median(bySwift), median(byC))
  func row(_ name: String, _ seconds: Double) {
    let (time, rate) = (rounded(seconds, 1000), rounded(samples / seconds / 1e6, 1))
    print("| XOR chunks of \(Int(samples)) samples | \(name) | \(time) s | \(rate) |")
  }
  row("C, the same loop", c)
  row("epimetheus", swift)
  print(
    "| XOR chunks of \(Int(samples)) samples | ratio | | **\(rounded(c / swift * 100, 1)) %** |")
  break
}
