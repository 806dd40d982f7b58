// The CRC-32C of every file of the blocks of a data directory, each over the whole file: what reading
// every byte costs, beside which `check` is measured.
//
//   crc-pass DIR

import TSDBFormat
import TSDBStore

guard CommandLine.arguments.count == 2 else { fatalError("crc-pass DIR") }
for folder in try DataDirectory(path: CommandLine.arguments[1]).blocks {
  let files = [folder.metaFile, folder.index, folder.tombstones].compactMap { $0?.path }
  for path in files + folder.chunks.map(\.path) {
    let file = try MappedFile(path: path)
    file.willReadSequentially()
    print(crc32c(file.bytes), path)
  }
}
