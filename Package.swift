// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every Swift target.
///
/// `Lifetimes` is experimental, but swift-nio and swift-collections ship with it: a cursor that
/// borrows the bytes it reads cannot be written without it (Docs/decisions/0001-lifetimes.md).
let house: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "Epimetheus",
  products: [
    .executable(name: "epimetheus", targets: ["epimetheus"]),
    .library(
      name: "Epimetheus",
      targets: [
        "TSDBFormat", "TSDBStore", "PrometheusConfig", "TSDBCheck", "TSDBAnalysis", "TSDBDiagnosis",
        "TSDBRepair", "TSDBReport", "TSDBEvidence",
      ]),
  ],
  // Exact versions, in place of a Package.resolved (Docs/decisions/0009-exact-versions.md).
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CChecksum"),
    .target(name: "CFileSystem"),
    .target(name: "CMemory"),
    .target(name: "CProcess"),
    .target(name: "CUnsnap"),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

    .target(
      name: "TSDBFormat", dependencies: ["CChecksum", "CSnappy", "CUnsnap", "CZstd"],
      swiftSettings: house),
    .target(
      name: "TSDBStore", dependencies: ["TSDBFormat", "CChecksum", "CRE2"], swiftSettings: house),
    .target(
      name: "PrometheusConfig",
      dependencies: [
        "TSDBFormat", "TSDBStore", "CYAML", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: house),
    .target(
      name: "TSDBCheck", dependencies: ["Wording", "TSDBFormat", "TSDBStore"], swiftSettings: house),
    .target(
      name: "TSDBAnalysis",
      dependencies: ["TSDBFormat", "TSDBStore", "PrometheusConfig", "CChecksum"],
      swiftSettings: house),
    .target(
      name: "TSDBDiagnosis",
      dependencies: [
        "Wording", "TSDBFormat", "TSDBStore", "PrometheusConfig", "TSDBCheck", "TSDBAnalysis",
      ],
      swiftSettings: house),
    .target(
      name: "TSDBRepair",
      dependencies: [
        "Wording", "TSDBFormat", "TSDBStore", "TSDBCheck", "TSDBAnalysis", "TSDBDiagnosis",
        "CFileSystem",
      ],
      swiftSettings: house),
    .target(name: "Wording", swiftSettings: house),
    .target(
      name: "TSDBReport",
      dependencies: [
        "Wording", "TSDBFormat", "TSDBStore", "PrometheusConfig", "TSDBCheck", "TSDBAnalysis",
        "TSDBDiagnosis", "TSDBRepair",
      ],
      swiftSettings: house),
    .target(
      name: "TSDBEvidence",
      dependencies: [
        "Wording", "TSDBFormat", "TSDBStore", "TSDBCheck", "TSDBAnalysis", "TSDBDiagnosis",
        "TSDBRepair", "TSDBReport", "CSQLite", "CZlib", "CZstd",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: house),
    .target(
      name: "EpimetheusCLI",
      dependencies: [
        "CMemory", "CProcess", "Wording", "TSDBFormat", "TSDBStore", "PrometheusConfig",
        "TSDBCheck", "TSDBAnalysis", "TSDBDiagnosis", "TSDBRepair", "TSDBReport", "TSDBEvidence",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "epimetheus", dependencies: ["EpimetheusCLI"], swiftSettings: house),

    .executableTarget(
      name: "read-block", dependencies: ["TSDBStore", "TSDBFormat"],
      path: "Tests/Examples/ReadBlock",
      swiftSettings: house),
    .target(name: "TestSupport", dependencies: ["TSDBFormat"], path: "Tests/TestSupport"),
    .testTarget(
      name: "TSDBFormatTests",
      dependencies: ["TSDBFormat", "CChecksum", "CSnappy", "CUnsnap", "TestSupport"]),
    .testTarget(name: "TSDBStoreTests", dependencies: ["TSDBStore", "TSDBFormat", "TestSupport"]),
    .testTarget(
      name: "TSDBCheckTests", dependencies: ["TSDBCheck", "TSDBStore", "TSDBFormat", "TestSupport"]),
    .testTarget(
      name: "PrometheusConfigTests",
      dependencies: ["PrometheusConfig", "TSDBStore", "TSDBFormat", "TestSupport"]),
    .testTarget(
      name: "TSDBAnalysisTests",
      dependencies: [
        "TSDBAnalysis", "PrometheusConfig", "TSDBStore", "TSDBFormat", "TestSupport",
      ]),
    .testTarget(
      name: "TSDBDiagnosisTests",
      dependencies: [
        "TSDBDiagnosis", "TSDBCheck", "TSDBAnalysis", "PrometheusConfig", "TSDBStore", "TSDBFormat",
        "TestSupport",
      ]),
    .testTarget(
      name: "TSDBRepairTests",
      dependencies: [
        "TSDBRepair", "TSDBDiagnosis", "TSDBCheck", "TSDBAnalysis", "TSDBStore", "TSDBFormat",
        "TestSupport",
      ]),
    .testTarget(
      name: "TSDBEvidenceTests",
      dependencies: [
        "TSDBEvidence", "TSDBReport", "Wording", "TSDBRepair", "TSDBDiagnosis", "TSDBCheck",
        "TSDBAnalysis", "TSDBStore", "TSDBFormat", "TestSupport",
      ]),
    .testTarget(
      name: "TSDBReportTests",
      dependencies: [
        "TSDBReport", "Wording", "TSDBDiagnosis", "TSDBCheck", "TSDBAnalysis", "PrometheusConfig",
        "TSDBStore", "TSDBFormat", "TestSupport",
      ]),
    .testTarget(name: "WordingTests", dependencies: ["Wording", "TestSupport"]),
    .testTarget(
      name: "EpimetheusCLITests",
      dependencies: [
        "EpimetheusCLI", "TSDBReport", "Wording", "TSDBStore", "TSDBFormat", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "CommandTests", dependencies: ["epimetheus", "read-block", "TestSupport"]),
  ],
  cxxLanguageStandard: .cxx17
)
