public import TSDBFormat

/// Where something lies in a data directory: a file or folder, and a place in it.
///
///     wal/00000002:32791          what lies at this byte; also `0x8017`
///     wal/00000002#page3          a page of a segment
///     01J…/index#toc              a section of an index
///     01J…/index#symbol/17        …#series/REF, …#postings/job=api
///     01J…#chunk/REF              a chunk of a block, by the reference in the index
///     #ref/123                    a series of the head
///     #series/{job="api"}         series by a selector
///
/// What findings print, `wal/00000002 at byte 32791`, is an address too.
public struct Address: Equatable, Sendable {
  /// A place in a file or folder.
  public enum Place: Equatable, Sendable {
    /// All of it.
    case whole
    /// What lies at this byte.
    case offset(Int)
    /// A page of a segment of the log, counted from 0.
    case page(Int)
    /// A section of an index, or the header of a file.
    case section(Section)
    /// A symbol of an index, by its number.
    case symbol(UInt64)
    /// A series of an index, by its reference.
    case series(UInt64)
    /// The postings of a label.
    case postings(Label)
    /// A chunk of a block, by its reference.
    case chunk(UInt64)
    /// A series of the head, by its ref.
    case ref(UInt64)
    /// Series by their labels.
    case selector(String)
  }

  /// The sections that have a name.
  public enum Section: String, Sendable, CaseIterable {
    case header
    case toc
    case symbols
    case series
    case postings
    case labelIndices = "label-indices"
    case labelIndexTable = "label-index-table"
    case postingsTable = "postings-table"
  }

  /// The file or folder.
  public let path: String
  /// The place in it.
  public let place: Place

  /// An address of its parts.
  public init(path: String, _ place: Place) {
    self.path = path
    self.place = place
  }

  /// Reads `text`, whose path is relative to `directory` if one is given.
  public init(_ text: String, in directory: String? = nil) throws(AddressError) {
    let (path, place) = try Address.split(text)
    self.place = place
    if let directory {
      self.path =
        path.isEmpty || path == "." ? directory : FileSystem.join(directory, path)
    } else {
      self.path = path
    }
    if self.path.isEmpty { throw AddressError(text: text, why: "it names no file or folder") }
  }

  private static func split(_ text: String) throws(AddressError) -> (String, Place) {
    if let mark = text.firstIndex(of: "#") {
      let place = try place(String(text[text.index(after: mark)...]), of: text)
      return (String(text[..<mark]), place)
    }
    // What findings print; how far inside of a record it is follows from the record.
    for separator in [" at byte ", ":"] {
      guard let range = text.lastRange(of: separator) else { continue }
      let number = text[range.upperBound...].prefix { $0 != " " && $0 != "+" }
      if let offset = integer(number) {
        return (String(text[..<range.lowerBound]), .offset(offset))
      }
    }
    return (text, .whole)
  }

  private static func place(_ place: String, of text: String) throws(AddressError) -> Place {
    if let section = Section(rawValue: place) { return .section(section) }
    if let number = place.droppingPrefix("page").flatMap({ integer($0[...]) }) {
      return .page(number)
    }
    guard let slash = place.firstIndex(of: "/") else {
      throw AddressError(text: text, why: "there is no place #\(place)")
    }
    let rest = String(place[place.index(after: slash)...])
    switch place[..<slash] {
    case "symbol": if let number = unsigned(rest) { return .symbol(number) }
    case "series":
      if let number = unsigned(rest) { return .series(number) }
      return .selector(rest)
    case "postings":
      guard let equals = rest.firstIndex(of: "=") else {
        throw AddressError(text: text, why: "#postings/ takes NAME=VALUE")
      }
      return .postings(
        Label(String(rest[..<equals]), String(rest[rest.index(after: equals)...])))
    case "chunk": if let number = unsigned(rest) { return .chunk(number) }
    case "ref": if let number = unsigned(rest) { return .ref(number) }
    default: throw AddressError(text: text, why: "there is no place #\(place[..<slash])/")
    }
    throw AddressError(text: text, why: "#\(place[..<slash])/ takes a number")
  }

  private static func integer(_ text: Substring) -> Int? {
    unsigned(String(text)).flatMap { Int(exactly: $0) }
  }

  /// Decimal, or hexadecimal behind `0x`.
  private static func unsigned(_ text: String) -> UInt64? {
    if let digits = text.droppingPrefix("0x") {
      return digits.first == "+" || digits.first == "-" ? nil : UInt64(digits, radix: 16)
    }
    return text.first == "+" || text.first == "-" ? nil : UInt64(text)
  }
}

extension Address: CustomStringConvertible {
  /// As it would be typed.
  public var description: String {
    switch place {
    case .whole: path
    case .offset(let offset): "\(path):\(offset)"
    case .page(let number): "\(path)#page\(number)"
    case .section(let section): "\(path)#\(section.rawValue)"
    case .symbol(let number): "\(path)#symbol/\(number)"
    case .series(let reference): "\(path)#series/\(reference)"
    case .postings(let label):
      "\(path)#postings/" + String(decoding: label.name, as: UTF8.self) + "="
        + String(decoding: label.value, as: UTF8.self)
    case .chunk(let reference): "\(path)#chunk/\(reference)"
    case .ref(let ref): "\(path)#ref/\(ref)"
    case .selector(let text): "\(path)#series/\(text)"
    }
  }
}

/// Why a text is no address, or none that leads anywhere.
public struct AddressError: Error, Equatable, CustomStringConvertible {
  /// The address.
  public let text: String
  /// What is wrong with it.
  public let why: String

  /// An address that is wrong, and why.
  public init(text: String, why: String) {
    self.text = text
    self.why = why
  }

  /// One sentence.
  public var description: String { "address \(text): \(why)" }
}

extension String {
  /// Where `part` occurs last.
  fileprivate func lastRange(of part: String) -> Range<String.Index>? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(part) {
        return index..<self.index(index, offsetBy: part.count)
      }
    }
    return nil
  }
}
