public import TSDBFormat

/// What lies at an address: what it is, its fields byte by byte, and what is wrong with it.
public struct Exhibit: Sendable {
  /// Something that is known about it beside its fields.
  public struct Fact: Equatable, Sendable {
    /// What is known.
    public let name: String
    /// What it is.
    public let value: Field.Value

    /// A fact.
    public init(_ name: String, _ value: Field.Value) {
      self.name = name
      self.value = value
    }

    /// A fact in words.
    public init(_ name: String, words: String) {
      self.init(name, .text([UInt8](words.utf8)))
    }
  }

  /// A stretch of bytes with its fields.
  public struct Part: Sendable {
    /// Where bytes come from, which decides what offsets count from.
    public enum Source: Sendable {
      /// A file.
      case file(MappedFile)
      /// A decompressed record.
      case record([UInt8])
    }

    /// What it is.
    public let title: String
    /// Where its bytes come from.
    public let source: Source
    /// Its fields.
    public let annotation: Annotation

    /// A stretch of bytes with its fields.
    public init(_ title: String, _ source: Source, _ annotation: Annotation) {
      self.title = title
      self.source = source
      self.annotation = annotation
    }

    /// The bytes of `range`, as far as they are there.
    public func bytes(in range: Range<Int>) -> [UInt8] {
      switch source {
      case .file(let file):
        return [UInt8](file.bytes.extracting(range.clamped(to: 0..<file.size)))
      case .record(let bytes):
        return Array(bytes[range.clamped(to: 0..<bytes.count)])
      }
    }
  }

  /// What it is, in a word or two.
  public let kind: String
  /// Where it begins; that may be before the place that was asked for.
  public let address: Address
  /// What is known beside the fields.
  public internal(set) var facts: [Fact] = []
  /// Its bytes, in the order in which to look at them.
  public private(set) var parts: [Part] = []
  /// What is wrong with it.
  public private(set) var problems: [FileError] = []
  /// The same, to be looked for.
  private var met: Set<FileError> = []

  init(_ kind: String, at address: Address) {
    self.kind = kind
    self.address = address
  }

  /// Adds a part, and what is wrong with it.
  mutating func add(_ part: Part) {
    parts.append(part)
    for problem in part.annotation.problems { add(problem) }
  }

  /// Adds something that is wrong.
  mutating func add(_ problem: DecodeError) {
    add(.damaged(path: address.path, problem))
  }

  /// Adds something that is wrong.
  mutating func add(_ problem: FileError) {
    if met.insert(problem).inserted { problems.append(problem) }
  }

  /// True if there is nothing of that name.
  public var isMissing: Bool { kind == Self.nothing }

  /// True if the file ends before the byte that was asked for.
  public private(set) var isBehindTheEnd = false

  private static let nothing = "nothing"

  /// How many leaves all parts have.
  var leafCount: Int {
    parts.reduce(0) { $0 &+ $1.annotation.fields.count(where: \.isLeaf) }
  }
}

extension Exhibit {
  /// Looks at a file, or a folder or block as a whole; `limit` is about how many fields each structure
  /// shows.
  ///
  /// Throws `FileError.system` where nothing can be looked at, and `AddressError` for a place that such
  /// a file does not have. A file that is missing in a folder that is there is an exhibit too.
  public static func find(_ address: Address, limit: Int) throws -> Exhibit {
    let entry: FolderEntry
    do throws(FileError) {
      entry = try FileSystem.status(address.path)
    } catch {
      return try missing(address, error)
    }
    if case .chunk(let reference) = address.place, !entry.isFile {
      return try chunk(reference, ofBlockAt: address.path, limit: limit)
    }
    guard entry.isFile else {
      guard address.place == .whole else {
        throw AddressError(
          text: "\(address)", why: "\(address.path) is a \(entry.kind.rawValue), not a file")
      }
      return try folder(address)
    }
    let file = try MappedFile(path: address.path)
    if case .offset(let offset) = address.place, offset >= file.size {
      return behindTheEnd(of: file, address)
    }
    return try find(address, in: file, limit: limit)
  }

  private static func find(
    _ address: Address, in file: MappedFile, limit: Int
  ) throws -> Exhibit {
    switch FileKind(file) {
    case .index: return try index(address, file, limit: limit)
    case .chunks: return try chunks(address, file, isHead: false, limit: limit)
    case .headChunks: return try chunks(address, file, isHead: true, limit: limit)
    case .tombstones:
      return plain("tombstones", file, .tombstones(of: file.bytes, limit: limit))
    case .log: return try log(address, file, isSnapshot: false, limit: limit)
    case .snapshot: return try log(address, file, isSnapshot: true, limit: limit)
    case .meta:
      var exhibit = plain("meta.json", file, .lines(of: file.bytes, limit: limit))
      if case .failure(let error) = Result(catching: { try BlockMeta.read(path: file.path) }),
        let error = error as? FileError
      {
        exhibit.add(error)
      }
      return exhibit
    case .other: return plain("file", file, .lines(of: file.bytes, limit: limit))
    }
  }

  /// A file that is one structure.
  private static func plain(
    _ kind: String, _ file: MappedFile, _ annotation: Annotation
  ) -> Exhibit {
    var exhibit = Exhibit(kind, at: Address(path: file.path, .whole))
    exhibit.facts = [Fact("bytes", .unsigned(UInt64(file.size)))]
    exhibit.add(Part(kind, .file(file), annotation))
    return exhibit
  }

  private static func folder(_ address: Address) throws(FileError) -> Exhibit {
    var exhibit = Exhibit("folder", at: address)
    exhibit.facts = try FileSystem.list(address.path).map {
      Fact($0.name, words: $0.isFile ? "\($0.kind.rawValue), \($0.size) bytes" : $0.kind.rawValue)
    }
    return exhibit
  }

  private static func missing(_ address: Address, _ error: FileError) throws(FileError) -> Exhibit {
    let parent = address.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    guard !parent.isEmpty,
      let folder = try? FileSystem.status(parent.joined(separator: "/") + "/."),
      folder.isDirectory
    else { throw error }
    var exhibit = Exhibit(nothing, at: Address(path: address.path, .whole))
    exhibit.add(
      DecodeError(section: .file, offset: 0, problem: .missing(what: "a file or folder")))
    return exhibit
  }

  private static func behindTheEnd(of file: MappedFile, _ address: Address) -> Exhibit {
    var exhibit = Exhibit("end of the file", at: address)
    // Where a file ends is a place that findings name: what is missing begins there.
    if case .offset(let offset) = address.place { exhibit.isBehindTheEnd = offset > file.size }
    exhibit.facts = [Fact("bytes", .unsigned(UInt64(file.size)))]
    exhibit.add(
      DecodeError(
        section: .file, offset: 0,
        problem: .malformed(why: "the file ends at byte \(file.size)")))
    return exhibit
  }
}

/// What a file is, by its name, the name of its folder, and its first bytes.
enum FileKind {
  case index, chunks, headChunks, tombstones, meta, log, snapshot, other

  init(_ file: MappedFile) {
    let parts = file.path.split(separator: "/").map(String.init)
    let name = parts.last ?? ""
    let folder = parts.dropLast().last ?? ""
    switch name {
    case "index": self = .index
    case "tombstones": self = .tombstones
    case "meta.json": self = .meta
    case _ where goInteger(name) == nil: self = .other
    case _ where folder == "chunks": self = .chunks
    case _ where folder == "chunks_head": self = .headChunks
    case _ where folder.hasPrefix(ChunkSnapshot.prefix): self = .snapshot
    default: self = .log
    }
  }
}
