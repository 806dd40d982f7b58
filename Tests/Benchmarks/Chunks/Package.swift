// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building and testing the program does not build it.
let package = Package(
  name: "ChunkBenchmark",
  dependencies: [.package(name: "Epimetheus", path: "../../..")],
  targets: [
    .executableTarget(
      name: "crc-pass", dependencies: [.product(name: "Epimetheus", package: "Epimetheus")]),
    .target(name: "CXORLoop", cSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "chunk-benchmark",
      dependencies: ["CXORLoop", .product(name: "Epimetheus", package: "Epimetheus")]),
  ]
)
