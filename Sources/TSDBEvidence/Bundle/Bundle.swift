internal import TSDBCheck
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBReport
internal import TSDBStore

/// The folder that a postmortem needs: reports, tables, database, and hashes of everything.
///
/// It is written under another name and gets its own at the end, so that there is never half of it.
public struct Bundle: Sendable {
  /// What is written besides reports and tables.
  public struct Options: Sendable {
    /// True if the database has all series and all values.
    public var withSeries = false
    /// True if the damaged files themselves are put in.
    public var withRaw = false
    /// True if texts in the tables stay as they are, though a spreadsheet would run them as formulas.
    public var hasExactTables = false
    /// True if what has the bundle's name makes place for it.
    public var replaces = false
    /// Bytes of a key that was made for this bundle, and where it goes: beside it, never in it.
    public var newKey: (path: String, text: String)?
    /// True once somebody wants to stop.
    public var isCancelled: @Sendable () -> Bool = { false }

    /// The tables alone.
    public init() {}
  }

  /// A file of a bundle, by its path in it, and what is in it.
  public struct Document: Sendable {
    /// Relative to the bundle.
    public let path: String
    /// The content.
    public let text: String

    /// A document.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }

    /// The report of `evidence` as JSON, as a page and as Markdown.
    public static func reports(of evidence: Evidence) throws -> [Document] {
      [
        Document(path: "report.json", text: try ReportJSON.text(evidence)),
        Document(path: "report.html", text: ReportHTML.text(evidence)),
        Document(path: "report.md", text: ReportMarkdown.text(evidence)),
      ]
    }
  }

  private let evidence: Evidence
  private let documents: [Document]
  private let options: Options
  private var operations: FileOperations { FileOperations(syncs: false) }

  /// A bundle of `evidence` with `documents`, which are the reports.
  public init(_ evidence: Evidence, _ documents: [Document], _ options: Options) {
    self.evidence = evidence
    self.documents = documents
    self.options = options
  }

  /// Writes the folder `output`, the file `archive`, or both. On failure neither is there.
  public func write(output: String?, archive: String?) throws {
    let placement = Placement(operations: operations)
    let paths = Self.workingPaths(output: output, archive: archive)
    let (working, packed) = (paths[0], paths.dropFirst().first)
    try placement.clear(working)
    var hasNewKey = false
    do {
      try fill(working)
      if let archive, let packed {
        try placement.clear(packed)
        let root = Self.lastPart(of: output ?? Self.stem(of: archive))
        try Archive(packed, root: root, compression: try Archive.Compression(of: archive))
          .write(working, operations, check: check)
      }
      try check()
      if let key = options.newKey {
        // It must not be there yet, so that what is taken away again is never somebody else's.
        try placement.write(key.text, to: key.path, isSecret: true) { hasNewKey = true }
      }
      if let archive, let packed { try placement.place(packed, at: archive) }
      if let output {
        try placement.place(working, at: output)
      } else {
        try operations.removeTree(working)
      }
    } catch {
      for path in paths { try? placement.clear(path) }
      if hasNewKey, let key = options.newKey { try? placement.clear(key.path) }
      throw error
    }
  }

  /// What is there while it is written, and must not be there afterwards: the folder, and the archive if
  /// there is to be one.
  public static func workingPaths(output: String?, archive: String?) -> [String] {
    [(output ?? archive ?? "evidence") + Placement.suffix]
      + [archive.map { $0 + Placement.suffix + "-archive" }].compactMap(\.self)
  }

  private func check() throws {
    if options.isCancelled() { throw PlacementFailure.cancelled }
  }

  // MARK: - The content

  private func fill(_ root: String) throws {
    try operations.createFolder(root)
    for document in documents { try write(document, in: root) }
    let tables = EvidenceTables(evidence).all(withSeries: options.withSeries)
    try operations.createFolder(root + "/tables")
    for table in tables {
      let sink = try FileSink("\(root)/tables/\(table.name).csv", operations)
      try write(table, to: sink)
      try sink.finish()
    }
    let database = try Database(root + "/evidence.sqlite")
    for table in tables { try database.add(table, check: check) }
    try database.finish()
    if options.withRaw { try copyDamaged(into: root + "/raw") }
    try writeHashes(root)
  }

  /// A table as comma-separated values.
  private func write(_ table: ResultTable, to sink: FileSink) throws {
    let csv = CSV(isExact: options.hasExactTables)
    var line = ByteBuffer()
    csv.appendTitles(of: table, to: &line)
    try sink.write(line)
    var rows = 0
    try table.forEachRow { row in
      line.truncate(to: 0)
      csv.append(row, of: table, to: &line)
      try sink.write(line)
      rows += 1
      if rows.isMultiple(of: 4096) { try check() }
    }
  }

  private func write(_ document: Document, in root: String) throws {
    try check()
    try Placement(operations: operations).write(document.text, to: root + "/" + document.path)
  }

  /// The files that findings name, with their paths below `root`.
  private func copyDamaged(into root: String) throws {
    var paths: Set<String> = []
    func add(_ findings: [Finding]) {
      for finding in findings {
        if finding.severity >= .warning { paths.insert(evidence.relative(finding.path)) }
        add(finding.consequences)
      }
    }
    add(evidence.findings)
    for file in evidence.files where paths.contains(file.path) {
      try check()
      var folder = root
      for part in [""] + file.path.split(separator: "/").dropLast().map(String.init) {
        if !part.isEmpty { folder += "/" + part }
        if !FileStatus.exists(folder) { try operations.createFolder(folder) }
      }
      try operations.copy(evidence.path + "/" + file.path, to: root + "/" + file.path)
    }
  }

  /// `manifest.json` tells of all files, and `SHA256SUMS` of all and of the manifest.
  private func writeHashes(_ root: String) throws {
    let files = try Evidence.FileRecord.all(below: root, progress: { _ in })
    let manifest = Document(
      path: "manifest.json", text: try Manifest(evidence, files).text)
    try write(manifest, in: root)
    let sum = try SHA256Sum.hexadecimal(ofFile: root + "/manifest.json")
    var lines = files.map { ($0.path, $0.sha256) }
    lines.append((manifest.path, sum))
    lines.sort { $0.0 < $1.0 }
    let text = lines.map { Self.sumLine($0.1, $0.0) }.joined()
    try write(Document(path: "SHA256SUMS", text: text), in: root)
  }

  /// A line as sha256sum writes it: a name with a backslash or a line feed is escaped, and the line says so.
  static func sumLine(_ sum: String, _ path: String) -> String {
    guard path.contains(where: { $0 == "\\" || $0 == "\n" || $0 == "\r" }) else {
      return "\(sum)  \(path)\n"
    }
    var name = ""
    for character in path.unicodeScalars {
      switch character {
      case "\\": name += "\\\\"
      case "\n": name += "\\n"
      case "\r": name += "\\r"
      default: name.unicodeScalars.append(character)
      }
    }
    return "\\\(sum)  \(name)\n"
  }

  // MARK: - Paths

  static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? "evidence"
  }

  /// An archive's name without what says how it is packed.
  static func stem(of archive: String) -> String {
    for suffix in Archive.Compression.allCases.map(\.rawValue) where archive.hasSuffix(suffix) {
      return String(archive.dropLast(suffix.count))
    }
    return archive
  }
}
