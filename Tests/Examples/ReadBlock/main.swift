// Prints the series of a block, and how many chunks each has:
//
//     read-block DIR/01JC…
import TSDBFormat
import TSDBStore

let block = Block(try BlockFolder(path: CommandLine.arguments.dropFirst().first ?? "."))
for problem in block.damage { print("damaged: \(problem)") }
if let index = block.index {
  var sequence = index.series(chunks: true)
  while sequence.next() {
    let batch = sequence.batch
    var labelsStart = 0
    for series in batch.series {
      let labels = batch.labels[labelsStart..<series.labelsEnd].map { pair in
        let (name, value) = (index.symbol(Int(pair.name)), index.symbol(Int(pair.value)))
        return String(decoding: name, as: UTF8.self) + "=" + String(decoding: value, as: UTF8.self)
      }
      print(labels.joined(separator: " "), "\(series.chunkCount) chunks")
      labelsStart = series.labelsEnd
    }
  }
  for problem in sequence.damage { print("damaged: \(problem)") }
}
